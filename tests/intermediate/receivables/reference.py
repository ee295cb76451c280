"""The five stages and the association once more, as loops over decimals.

Written from the rules and not from the models: one document after the other, no running totals as
intervals, no windows. Slow and plain on purpose; the models must come to the same cent.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

ZERO = Decimal(0)
NEVER = date(9999, 12, 31)


@dataclass(frozen=True)
class Customer:
    id: str
    parent: str | None
    auto: bool


@dataclass(frozen=True)
class Bill:
    id: str
    number: str
    customer: str
    line: str
    billed_on: date
    due_on: date | None
    gross: Decimal
    confirmed: bool


@dataclass(frozen=True)
class Item:
    """A line of an invoice, or a link of one; a prepayment's line names a receipt."""

    id: str
    no: int
    on: date
    amount: Decimal
    bill: str | None = None
    receipt: str | None = None


@dataclass(frozen=True)
class Invoice:
    id: str
    number: str
    customer: str
    kind: str
    line: str
    issued_on: date
    lines: tuple[Item, ...]
    links: tuple[Item, ...] = ()

    @property
    def amount(self) -> Decimal:
        return sum((line.amount for line in self.lines), ZERO)


@dataclass(frozen=True)
class Receipt:
    id: str
    customer: str
    value_on: date
    amount: Decimal
    words: tuple[str, ...]


@dataclass(frozen=True)
class Split:
    id: str
    receipt: str
    target: str
    amount: Decimal
    on: date
    bill: str | None = None
    invoice: str | None = None
    line: str | None = None


@dataclass(frozen=True)
class Adjustment:
    id: str
    bill: str
    amount: Decimal
    on: date


@dataclass(frozen=True)
class Grant:
    """A credit that settles bills; goodwill lowers them and is none here."""

    id: str
    customer: str
    kind: str
    line: str | None
    amount: Decimal
    granted_on: date
    expires_on: date | None


class Application(NamedTuple):
    stage: str
    receipt: str
    bill: str | None
    invoice: str | None
    split: str | None


@dataclass
class World:
    """The documents of one entity and one currency."""

    customers: dict[str, Customer] = field(default_factory=dict)
    bills: dict[str, Bill] = field(default_factory=dict)
    invoices: dict[str, Invoice] = field(default_factory=dict)
    receipts: dict[str, Receipt] = field(default_factory=dict)
    splits: dict[str, Split] = field(default_factory=dict)
    adjustments: dict[str, Adjustment] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)


class Books:
    """Carries a world out; ``applied``, ``refused`` and ``segments`` say what came of it."""

    def __init__(self, world: World) -> None:
        self.w = world
        self.applied: dict[Application, Decimal] = defaultdict(lambda: ZERO)
        self.credited: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
        self.refused: set[str] = set()
        self.refused_invoices: set[str] = set()
        self.refused_links: set[str] = set()
        self.segments: dict[tuple[str | None, ...], Decimal] = defaultdict(lambda: ZERO)
        self.through: dict[tuple[str, int], Decimal] = defaultdict(lambda: ZERO)
        self.open = {b.id: b.gross for b in world.bills.values() if b.confirmed}
        self.left = {r.id: r.amount for r in world.receipts.values()}
        self.prepaid: list[list] = []
        self.receipts = sorted(world.receipts.values(), key=lambda r: (r.value_on, r.id))
        self.queue = sorted(
            (b for b in world.bills.values() if b.confirmed),
            key=lambda b: (b.due_on or NEVER, b.id),
        )
        self.draw_invoices()
        self.adjust()
        self.instruct()
        self.reference()
        self.match()
        self.designate()
        self.credit()
        self.age()
        self.associate()

    # ---- invoices

    def draw_invoices(self) -> None:
        items = []
        for invoice in self.w.invoices.values():
            for line in invoice.lines:
                items.append((line.on, invoice.id, line.no, invoice, line, "line"))
            for link in invoice.links:
                items.append((link.on, link.id, 0, invoice, link, "link"))
        on_bill: dict[str, Decimal] = defaultdict(lambda: ZERO)
        on_receipt: dict[str, Decimal] = defaultdict(lambda: ZERO)
        linked: dict[str, Decimal] = defaultdict(lambda: ZERO)
        for _, _, _, invoice, item, kind in sorted(items, key=lambda i: i[:3]):
            bad = False
            if item.bill:
                bill = self.w.bills[item.bill]
                if bill.customer != invoice.customer:
                    bad = True
                else:
                    on_bill[bill.id] += item.amount
                    bad = on_bill[bill.id] > (bill.gross if bill.confirmed else ZERO)
            if item.receipt:
                if self.w.receipts[item.receipt].customer != invoice.customer:
                    bad = True
                else:
                    on_receipt[item.receipt] += item.amount
                    bad = on_receipt[item.receipt] > self.w.receipts[item.receipt].amount
            if kind == "link":
                linked[invoice.id] += item.amount
                if bad or linked[invoice.id] > invoice.amount:
                    self.refused_links.add(item.id)
            elif bad:
                self.refused_invoices.add(invoice.id)
        self.live = {i.id: i for i in self.w.invoices.values() if i.id not in self.refused_invoices}
        # what money falls through: lines in order, then links, then the rest
        self.falls: dict[str, list[Item]] = {}
        for invoice in self.live.values():
            links = sorted(
                (k for k in invoice.links if k.id not in self.refused_links),
                key=lambda k: (k.on, k.id),
            )
            falls = [k for k in sorted(invoice.lines, key=lambda k: k.no) if k.bill] + links
            rest = invoice.amount - sum((k.amount for k in falls), ZERO)
            if invoice.kind != "bill" and rest > 0:
                falls.append(Item(invoice.id, 0, invoice.issued_on, rest))
            self.falls[invoice.id] = falls

    def adjust(self) -> None:
        totals: dict[str, Decimal] = defaultdict(lambda: ZERO)
        settled: dict[str, Decimal] = defaultdict(lambda: ZERO)
        self.written_off: dict[str, list[list]] = defaultdict(list)
        for a in sorted(self.w.adjustments.values(), key=lambda a: (a.on, a.id)):
            totals[a.bill] = max(totals[a.bill] + a.amount, ZERO)
            stack = self.written_off[a.bill]
            if a.amount > 0 and totals[a.bill] > self.open[a.bill]:
                self.refused.add(a.id)
                continue
            settled[a.bill] += a.amount
            if settled[a.bill] < 0:
                self.refused.add(a.id)
                continue
            if a.amount > 0:
                stack.append([a.id, a.on, a.amount])
            back = -a.amount
            while back > 0 and stack:
                take = min(back, stack[-1][2])
                stack[-1][2] -= take
                back -= take
                if not stack[-1][2]:
                    stack.pop()
        for bill, stack in self.written_off.items():
            self.open[bill] -= sum((s[2] for s in stack), ZERO)

    # ---- helpers

    def is_family(self, payer: str, customer: str) -> bool:
        return payer in (customer, self.w.customers[customer].parent)

    def payable(self, payer: str) -> list[Bill]:
        return [b for b in self.queue if self.is_family(payer, b.customer)]

    def item_open(self, invoice: str) -> list[Decimal]:
        """Per line, link and rest: what did not come through it, within what its bill has open."""
        spare: dict[str, Decimal] = {}
        out = []
        for k, item in enumerate(self.falls[invoice]):
            left = item.amount - self.through[invoice, k]
            if item.bill:
                has = spare.get(item.bill, self.open[item.bill])
                left = max(min(left, has), ZERO)
                spare[item.bill] = has - left
            out.append(left)
        return out

    def give(self, stage: str, receipt: str, bill: str | None, invoice: str | None,
             split: str | None, amount: Decimal) -> None:  # fmt: skip
        if amount <= 0:
            return
        self.applied[Application(stage, receipt, bill, invoice, split)] += amount
        if bill:
            self.open[bill] -= amount
            assert self.open[bill] >= 0
        if invoice:  # fills the lines of this bill in their order
            for k, item in enumerate(self.falls[invoice]):
                if item.bill == bill:
                    take = min(amount, item.amount - self.through[invoice, k])
                    self.through[invoice, k] += take
                    amount -= take

    # ---- the stages

    def instruct(self) -> None:
        paid: dict[str, Decimal] = defaultdict(lambda: ZERO)
        on_bill: dict[str, Decimal] = defaultdict(lambda: ZERO)
        on_invoice: dict[str, Decimal] = defaultdict(lambda: ZERO)
        limits = dict(self.open)
        order = sorted(self.w.splits.values(), key=lambda s: (s.on, s.id))
        for s in order:
            if s.target == "bank_charge":
                self.left[s.receipt] += s.amount
        can_pay = dict(self.left)
        for s in order:
            if s.target == "bank_charge":
                continue
            payer = self.w.receipts[s.receipt].customer
            paid[s.receipt] += s.amount
            bad = paid[s.receipt] > can_pay[s.receipt]
            pieces: list[tuple[str | None, str | None, Decimal]] = []
            waiting = False
            if s.target == "bill":
                assert s.bill
                bill = self.w.bills[s.bill]
                if not self.is_family(payer, bill.customer):
                    bad = True
                elif not bill.confirmed:
                    waiting = True
                else:
                    pieces.append((bill.id, None, s.amount))
            if s.target == "invoice":
                assert s.invoice
                invoice = self.w.invoices[s.invoice]
                family = self.is_family(payer, invoice.customer)
                if not family or invoice.kind == "prepayment" or invoice.id not in self.live:
                    bad = True
                else:
                    start = on_invoice[invoice.id]
                    on_invoice[invoice.id] = start + s.amount
                    at, reached = ZERO, ZERO
                    for item in self.falls[invoice.id]:
                        lo, hi = max(at, start), min(at + item.amount, start + s.amount)
                        if hi > lo:
                            pieces.append((item.bill, invoice.id, hi - lo))
                            reached += hi - lo
                        at += item.amount
                    bad = bad or reached < s.amount
            for bill_id, _, amount in pieces:
                if bill_id:
                    on_bill[bill_id] += amount
                    bad = bad or on_bill[bill_id] > limits[bill_id]
            if bad:
                self.refused.add(s.id)
                continue
            self.left[s.receipt] -= s.amount
            for bill_id, invoice_id, amount in pieces:
                self.give("instructed", s.receipt, bill_id, invoice_id, s.id, amount)
            if waiting:
                self.segments[None, None, s.receipt, None, "received_unapplied"] += s.amount
            if s.target == "refund":
                self.segments[None, None, s.receipt, None, "received_refunded"] += s.amount
            if s.target == "prepayment":
                self.prepaid.append([s, s.amount])
        for s in order:
            if s.target == "bank_charge":
                self.segments[None, None, s.receipt, None, "received_bank_charge"] -= s.amount

    def reference(self) -> None:
        open_bills = dict(self.open)
        open_items = {i: self.item_open(i) for i in self.live if self.live[i].kind != "prepayment"}
        wants: dict[tuple[str, str], list] = defaultdict(list)
        for r in self.receipts:
            left = self.left[r.id]
            seen = set()
            for at, word in enumerate(r.words):
                named = [("bill", b.id) for b in self.payable(r.customer) if b.number == word]
                named += [
                    ("invoice", i) for i, inv in self.live.items()
                    if inv.kind != "prepayment" and inv.number == word
                    and self.is_family(r.customer, inv.customer)
                ]  # fmt: skip
                for kind, key in sorted(named):
                    has = open_bills[key] if kind == "bill" else sum(open_items[key], ZERO)
                    if (kind, key) in seen or has <= 0:
                        continue
                    seen.add((kind, key))
                    want = min(left, has)
                    left -= want
                    if want > 0:
                        wants[kind, key].append((r, at, want))
        pieces = []
        for (kind, key), queue in wants.items():
            has = open_bills[key] if kind == "bill" else sum(open_items[key], ZERO)
            parts = list(open_items[key]) if kind == "invoice" else []
            for r, at, want in queue:
                served = min(want, has)
                has -= served
                if kind == "bill":
                    pieces.append((r.value_on, r.id, at, 0, "", key, None, served))
                    continue
                for k, item in enumerate(self.falls[key]):
                    take = min(served, parts[k])
                    parts[k] -= take
                    served -= take
                    if take > 0:
                        pieces.append((r.value_on, r.id, at, k + 1, key, item.bill, key, take))
        for *_, bill, invoice, amount in (
            (p[1], p) and (p[1], *p[5:]) for p in sorted(pieces, key=lambda p: p[:5])
        ):
            receipt = _[0]
            take = min(amount, self.open[bill]) if bill else amount
            self.left[receipt] -= take
            self.give("referenced", receipt, bill, invoice, None, take)

    def match(self) -> None:
        # bills, by the state before the pass
        before, taken = dict(self.open), set()
        for r in self.receipts:
            fits = [b.id for b in self.payable(r.customer) if before[b.id] == self.left[r.id] > 0]
            if len(fits) == 1 and fits[0] not in taken:
                taken.add(fits[0])
                self.give("exact", r.id, fits[0], None, None, self.left[r.id])
                self.left[r.id] = ZERO
        # invoices, by the state after those
        state = {i: self.item_open(i) for i, v in self.live.items() if v.kind != "prepayment"}
        pairs, taken = [], set()
        for r in self.receipts:
            fits = [
                i for i, parts in state.items()
                if sum(parts, ZERO) == self.left[r.id] > 0
                and self.is_family(r.customer, self.live[i].customer)
            ]  # fmt: skip
            if len(fits) == 1 and fits[0] not in taken:
                taken.add(fits[0])
                pairs.append((r, fits[0]))
        first: dict[str, str] = {}
        for r, i in pairs:
            for item, part in zip(self.falls[i], state[i], strict=True):
                if item.bill and part > 0:
                    first.setdefault(item.bill, r.id)
        for r, i in pairs:
            parts = list(zip(self.falls[i], state[i], strict=True))
            if any(item.bill and p > 0 and first[item.bill] != r.id for item, p in parts):
                continue
            for item, part in parts:
                self.give("exact", r.id, item.bill, i, None, part)
            self.left[r.id] = ZERO

    def designate(self) -> None:
        rank = {r.id: n for n, r in enumerate(self.receipts)}
        self.prepaid.sort(key=lambda p: (rank[p[0].receipt], p[0].on, p[0].id))
        for named in (True, False):
            for p in self.prepaid:
                s = p[0]
                if (s.line is not None) != named:
                    continue
                for b in self.queue:
                    if b.customer != self.w.receipts[s.receipt].customer:
                        continue
                    if named and b.line != s.line:
                        continue
                    take = min(p[1], self.open[b.id])
                    if take > 0:
                        p[1] -= take
                        self.give("designated", s.receipt, b.id, None, s.id, take)

    def credit(self) -> None:
        """Credit notes on bills of their product line, then grants, those of a line first."""
        notes = sorted((b for b in self.queue if b.gross < 0), key=lambda b: (b.billed_on, b.id))
        uses = [(b.id, b.customer, b.line, NEVER, -b.gross) for b in notes]
        ordered = sorted(self.w.grants.values(), key=lambda g: (
            g.line is None, g.expires_on or NEVER, g.granted_on, g.id))  # fmt: skip
        uses += [
            (g.id, g.customer, g.line, g.expires_on or NEVER, g.amount)
            for g in ordered if g.kind != "goodwill"
        ]  # fmt: skip
        for grant, customer, line, last_day, left in uses:
            for b in self.queue:
                if b.customer == customer and line in (None, b.line) and b.billed_on <= last_day:
                    take = min(left, self.open[b.id])
                    if take > 0:
                        left -= take
                        self.open[b.id] -= take
                        self.credited[grant, b.id] += take

    def age(self) -> None:
        for r in self.receipts:
            if not self.w.customers[r.customer].auto:
                continue
            for b in self.queue:
                take = min(self.left[r.id], self.open[b.id])
                if b.customer == r.customer and take > 0:
                    self.left[r.id] -= take
                    self.give("oldest_first", r.id, b.id, None, None, take)

    # ---- the association

    def credit_day(self, grant: str) -> date:
        note = self.w.bills.get(grant)
        return note.billed_on if note else self.w.grants[grant].granted_on

    def associate(self) -> None:
        rank = {r.id: n for n, r in enumerate(self.receipts)}
        stacks: dict[str, list[list]] = {}
        for b in self.queue:
            items = []
            for i in self.live:
                for item in self.falls[i]:
                    if item.bill == b.id:
                        items.append([item.on, item.id, item.no, i, item.amount, []])
            items.sort(key=lambda k: (k[0], k[1], k[2]))
            rest = b.gross - sum((k[4] for k in items), ZERO)
            if rest > 0:
                items.append([NEVER, "", 0, None, rest, []])
            stacks[b.id] = items
        money: dict[tuple, Decimal] = defaultdict(lambda: ZERO)
        for app, amount in self.applied.items():
            money[app.bill, app.invoice, app.receipt] += amount

        def put(stack: list, amount: Decimal, who: tuple, only: str | None, every: bool) -> Decimal:
            for k in stack:
                gap = k[4] - sum((x[1] for x in k[5]), ZERO)
                take = min(gap, amount)
                if take > 0 and (every or k[3] == only):
                    k[5].append([who, take])
                    amount -= take
            return amount

        for (bill, invoice, receipt), amount in sorted(
            money.items(), key=lambda m: (rank[m[0][2]], str(m[0][0]), str(m[0][1]))
        ):
            if bill and invoice:
                assert not put(stacks[bill], amount, (receipt, None), invoice, False)
            elif invoice:
                key = (None, invoice, receipt, None, "invoiced_in_advance_received")
                self.segments[key] += amount
        straight: dict[tuple[str, str], Decimal] = {
            (b, r): a for (b, i, r), a in money.items() if b and not i
        }
        quota: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
        prepayments = sorted(
            (v for v in self.live.values() if v.kind == "prepayment"),
            key=lambda v: (v.issued_on, v.id),
        )
        # worlds draw one prepayment invoice on one receipt, so that no two compete
        for v in prepayments:
            for line in v.lines:
                assert line.receipt
                quota[v.id, line.receipt] += line.amount
        for v in prepayments:
            for receipt in {line.receipt for line in v.lines if line.receipt}:
                for k in [k for k in self.falls[v.id] if k.bill]:
                    take = min(
                        straight.get((k.bill or "", receipt), ZERO), quota[v.id, receipt], k.amount
                    )
                    if take > 0 and k.bill:
                        for seg in stacks[k.bill]:
                            if seg[3] == v.id and seg[1] == k.id:
                                seg[5].append([(receipt, None), take])
                        straight[k.bill, receipt] -= take
                        quota[v.id, receipt] -= take
        for b in self.queue:
            direct = [
                (self.w.receipts[r].value_on, r, (r, None), a)
                for (bill, r), a in straight.items() if bill == b.id
            ]  # fmt: skip
            direct += [(on, a, (None, a), left) for a, on, left in self.written_off.get(b.id, [])]
            direct += [
                (self.credit_day(g), g, (None, g), a)
                for (g, bill), a in self.credited.items() if bill == b.id
            ]  # fmt: skip
            for _, _, who, amount in sorted(direct, key=lambda d: d[:2]):
                assert not put(stacks[b.id], amount, who, None, True)
            for k in stacks[b.id]:
                for who, amount in k[5]:
                    state = "billed_invoiced_received" if k[3] else "billed_uninvoiced_received"
                    state = "billed_written_off" if who[1] in self.w.adjustments else state
                    self.segments[b.id, k[3], who[0], who[1], state] += amount
                rest = k[4] - sum((x[1] for x in k[5]), ZERO)
                if rest > 0:
                    state = "billed_invoiced_unreceived" if k[3] else "billed_uninvoiced_unreceived"
                    self.segments[b.id, k[3], None, None, state] += rest
        for b in self.queue:  # of a credit note what is used under its own id, the rest unreceived
            if b.gross < 0:
                used = sum((a for (g, _), a in self.credited.items() if g == b.id), ZERO)
                state = "billed_uninvoiced_received"
                self.segments[b.id, None, None, b.id, state] = -used
                self.segments[b.id, None, None, None, "billed_uninvoiced_unreceived"] = (
                    b.gross + used
                )
        spare = {r.id: self.left[r.id] for r in self.receipts}
        for key, amount in self.segments.items():
            if key[4] == "received_unapplied" and key[2]:
                spare[key[2]] += amount
        for s, left in self.prepaid:
            spare[s.receipt] += left
        for key in [k for k in self.segments if k[4] == "received_unapplied"]:
            del self.segments[key]
        for v in self.live.values():
            rest = [k for k in self.falls[v.id] if not k.bill]
            if not rest:
                continue
            room = rest[0].amount
            if v.kind == "prepayment":
                for line in v.lines:
                    assert line.receipt
                    take = min(room, quota[v.id, line.receipt], spare[line.receipt])
                    if take > 0:
                        key = (None, v.id, line.receipt, None, "invoiced_in_advance_received")
                        self.segments[key] += take
                        spare[line.receipt] -= take
                        room -= take
            else:
                room -= sum((a for (b, i, _), a in money.items() if i == v.id and not b), ZERO)
            if room > 0:
                self.segments[None, v.id, None, None, "invoiced_in_advance_unreceived"] += room
        for receipt, amount in spare.items():
            if amount:
                self.segments[None, None, receipt, None, "received_unapplied"] += amount
