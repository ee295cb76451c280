"""Bank statements of the demo company, as a bank sends them: camt.053 and MT940, chained."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from xml.sax.saxutils import escape


@dataclass(frozen=True)
class Entry:
    """One booked movement: a credit above zero, a debit below."""

    booked_on: date
    amount: Decimal
    text: str
    name: str = ""
    account: str = ""


@dataclass(frozen=True)
class Statement:
    """One day of one account, opening + entries = closing."""

    account: str
    currency: str
    number: int
    opened_on: date
    closed_on: date
    opening: Decimal
    entries: Sequence[Entry]

    @property
    def closing(self) -> Decimal:
        return self.opening + sum((entry.amount for entry in self.entries), Decimal())


def chain(
    account: str,
    currency: str,
    opening: Decimal,
    first: date,
    entries: Iterable[Entry],
    ends: Iterable[date],
) -> list[Statement]:
    """A statement for each day that has entries and for each day of ``ends``, in order."""
    by_day: dict[date, list[Entry]] = {day: [] for day in ends}
    for entry in entries:
        by_day.setdefault(entry.booked_on, []).append(entry)
    statements, opened_on, balance = [], first - timedelta(1), opening
    for number, day in enumerate(sorted(by_day), start=1):
        statement = Statement(account, currency, number, opened_on, day, balance, by_day[day])
        statements.append(statement)
        opened_on, balance = day, statement.closing
    return statements


def mt940(statements: Sequence[Statement]) -> str:
    """SWIFT MT940 with structured ``:86:`` fields; each word of a text in a subfield."""
    lines: list[str] = []
    for statement in statements:
        lines += [
            f":20:S{statement.number:05}",
            f":25:{statement.account}",
            f":28C:{statement.number:05}/001",
            f":60F:{_balance(statement.opened_on, statement.currency, statement.opening)}",
        ]
        for position, entry in enumerate(statement.entries, start=1):
            sign = "C" if entry.amount > 0 else "D"
            reference = f"{statement.closed_on:%y%m%d}{statement.number:04}{position:03}"
            lines.append(
                f":61:{entry.booked_on:%y%m%d%m%d}{sign}{_comma(abs(entry.amount))}NTRFNONREF//{reference}"
            )
            words = [word if word.endswith(",") else f"{word} " for word in entry.text.split()]
            parts = "".join(f"?{20 + n}{word}" for n, word in enumerate(words[:10]))
            who = f"?31{entry.account}?32{entry.name[:27]}" if entry.name else ""
            detail = f"166?00TRANSFER{parts.rstrip()}{who}"
            lines += [f":86:{detail}"] if len(detail) <= 61 else _folded(detail)
        lines += [
            f":62F:{_balance(statement.closed_on, statement.currency, statement.closing)}",
            "-",
        ]
    return "\r\n".join(lines) + "\r\n"


def _folded(detail: str) -> list[str]:
    """Lines of at most 65 characters, broken before a subfield."""
    lines = [":86:"]
    for part in detail.split("?"):
        piece = part if lines == [":86:"] else f"?{part}"
        if len(lines[-1]) + len(piece) > 65:
            lines.append("")
        lines[-1] += piece
    return lines


def _balance(day: date, currency: str, amount: Decimal) -> str:
    return f"{'C' if amount >= 0 else 'D'}{day:%y%m%d}{currency}{_comma(abs(amount))}"


def _comma(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")


def camt053(message_id: str, statements: Sequence[Statement]) -> str:
    """ISO 20022 camt.053.001.08, one ``Stmt`` a day."""
    blocks = "".join(_camt_statement(statement) for statement in statements)
    created = f"{statements[-1].closed_on}T23:00:00"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">\n'
        f"<BkToCstmrStmt><GrpHdr><MsgId>{message_id}</MsgId><CreDtTm>{created}</CreDtTm></GrpHdr>\n"
        f"{blocks}</BkToCstmrStmt>\n</Document>\n"
    )


def _camt_statement(statement: Statement) -> str:
    entries = "".join(
        _camt_entry(statement, position, entry)
        for position, entry in enumerate(statement.entries, start=1)
    )
    return (
        f"<Stmt><Id>{statement.account}-{statement.number:05}</Id>"
        f"<ElctrncSeqNb>{statement.number}</ElctrncSeqNb>"
        f"<CreDtTm>{statement.closed_on}T22:00:00</CreDtTm>"
        f"<Acct><Id><Othr><Id>{statement.account}</Id></Othr></Id><Ccy>{statement.currency}</Ccy></Acct>\n"
        + _camt_balance("OPBD", statement.currency, statement.opened_on, statement.opening)
        + _camt_balance("CLBD", statement.currency, statement.closed_on, statement.closing)
        + f"{entries}</Stmt>\n"
    )


def _camt_balance(code: str, currency: str, day: date, amount: Decimal) -> str:
    sign = "CRDT" if amount >= 0 else "DBIT"
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="{currency}">{abs(amount):.2f}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'
        f"<Dt><Dt>{day}</Dt></Dt></Bal>\n"
    )


def _camt_entry(statement: Statement, position: int, entry: Entry) -> str:
    sign = "CRDT" if entry.amount > 0 else "DBIT"
    reference = f"{statement.closed_on:%Y%m%d}-{statement.number}-{position}"
    party = ""
    if entry.name:
        party = f"<RltdPties><Dbtr><Pty><Nm>{escape(entry.name)}</Nm></Pty></Dbtr>"
        if entry.account:
            party += f"<DbtrAcct><Id><Othr><Id>{entry.account}</Id></Othr></Id></DbtrAcct>"
        party += "</RltdPties>"
    return (
        f"<Ntry><NtryRef>{position}</NtryRef>"
        f'<Amt Ccy="{statement.currency}">{abs(entry.amount):.2f}</Amt>'
        f"<CdtDbtInd>{sign}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>"
        f"<BookgDt><Dt>{entry.booked_on}</Dt></BookgDt><ValDt><Dt>{entry.booked_on}</Dt></ValDt>"
        f"<AcctSvcrRef>{reference}</AcctSvcrRef>"
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>"
        f"<NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>{party}"
        f"<RmtInf><Ustrd>{escape(entry.text)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n"
    )
