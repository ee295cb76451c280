"""A waiver holds at the amount its exception first had; a waived bank break lets a month close."""

from __future__ import annotations

from pathlib import Path

from tests.books import Books

STATEMENT = """<?xml version="1.0"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>{no}</Id>
<Acct><Id><Othr><Id>WVBANK</Id></Othr></Id><Ccy>EUR</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{opening}</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{closing}</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>
<Ntry><Amt Ccy="EUR">100</Amt><CdtDbtInd>CRDT</CdtDbtInd></Ntry>
</Stmt></BkToCstmrStmt></Document>
"""
BANK_GATES = (
    "bank_statements_unbroken",
    "bank_opening_plus_entries_equals_closing",
    "bank_ledger_equals_statement_closing",
)


def write(books: Books, path: str, *lines: str) -> None:
    target = books.inbox / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("\n".join(lines) + "\n")


def open_exceptions(books: Books) -> dict[str, tuple]:
    rows = books.query(
        "select kind, exception_id, amount from close.exceptions where resolved_on is null"
    )
    return {kind: (exception_id, str(amount)) for kind, exception_id, amount in rows}


def waive(books: Books, name: str, *exception_ids: str) -> None:
    rows = [f"{name}{no},{one},known,ann,2026-02-02" for no, one in enumerate(exception_ids)]
    head = "waiver_id,exception_id,reason,approved_by,waived_on"
    write(books, f"operations/waivers.{name}.csv", head, *rows)


def test_a_waiver_holds_at_its_amount_and_lets_a_bank_break_pass(tmp_path: Path) -> None:
    books = Books(tmp_path)
    at = "2026-01-01T00:00:00Z"
    write(books, "crm/customers.csv", "customer_id,customer_name,entity_id,currency,updated_at",
          f"WV1,One,DE01,EUR,{at}")  # fmt: skip
    write(books, "crm/accounts.csv", "account_id,customer_id,updated_at", f"WVA,WV1,{at}")
    write(books, "operations/company_bank_accounts.csv",
          "bank_account,entity_id,currency,updated_at", f"WVBANK,DE01,EUR,{at}")  # fmt: skip
    usage = "event_id,account_id,product_id,occurred_at,quantity"
    write(books, "usage/1.csv", usage, f"wv1,WVA,WVP,{at},5")
    # Ten are missing between the first statement and the second, which closes at five too many.
    for no, opening, closing in ((1, "0", "100"), (2, "110", "215")):
        text = STATEMENT.format(no=no, opening=opening, closing=closing, day=f"2026-01-0{no + 1}")
        write(books, f"bank/{no}.xml", text)
    books.run("2026-01-31", "2026-02-03")
    found = open_exceptions(books)
    assert {kind: amount for kind, (_, amount) in found.items()} == {
        "unrated_usage": "5.0000", "statement_break": "10.0000", "statement_unbalanced": "-5.0000",
    }  # fmt: skip
    failed = "select check_name from close.reconciliations where not passed"
    assert {name for (name,) in books.query(failed)} == {*BANK_GATES, "no_open_exceptions"}

    waive(books, "first", *(exception_id for exception_id, _ in found.values()))
    assert books.command("run", "--as-of", "2026-01-31", "--known-on", "2026-02-03").code == 0
    assert not open_exceptions(books) and not books.query(failed)

    # The waiver's amount stands in landing, so it outlives the warehouse.
    write(books, "usage/2.csv", usage, f"wv2,WVA,WVP,{at},1")
    books.warehouse.unlink()
    books.command("close", "2026-01", "--known-on", "2026-02-03", check=(2,))
    grown = open_exceptions(books)
    assert grown == {"unrated_usage": (found["unrated_usage"][0], "6.0000")}

    waive(books, "second", grown["unrated_usage"][0])
    books.close("2026-01", "2026-02-03")
    assert not open_exceptions(books)
