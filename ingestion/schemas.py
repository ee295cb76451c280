"""The feed contract as data: every object, its key, its columns, their types and allowed values.

One line of ``_CONTRACT`` is one column, or several of a kind, of one object, written as in the
feed contract: ``name:type``, a ``*`` for required, ``=value`` for a default, ``|`` between allowed
values. Nothing else in the project knows what a feed looks like.

Types, and what raw holds them as:

==========  =================  ==========================================================
type        DuckDB             text accepted
==========  =================  ==========================================================
text        varchar            anything
enum        varchar            one of the listed values
integer     bigint             digits with an optional sign
boolean     boolean            true, false, 1, 0, yes, no (any case)
date        date               YYYY-MM-DD
month       varchar            YYYY-MM
timestamp   timestamp_ns       ISO 8601, up to nanoseconds; without a zone it is UTC
quantity    decimal(28,12)     plain decimal digits
price       decimal(20,10)     plain decimal digits
rate        decimal(20,12)     plain decimal digits
money       decimal(30,10)     plain decimal digits; at most the minor unit of the row's currency
==========  =================  ==========================================================
"""

from __future__ import annotations

from dataclasses import dataclass, field

SQL_TYPES = {
    "text": "varchar",
    "enum": "varchar",
    "integer": "bigint",
    "boolean": "boolean",
    "date": "date",
    "month": "varchar",
    "timestamp": "timestamp_ns",
    "quantity": "decimal(28,12)",
    "price": "decimal(20,10)",
    "rate": "decimal(20,12)",
    "money": "decimal(30,10)",
}

# Columns every raw table ends with: unknown columns as JSON text, and where the row came from.
LINEAGE = {
    "extra": "varchar",
    "file_no": "integer",
    "row_no": "bigint",
    "source_file": "varchar",
}


@dataclass(frozen=True)
class Column:
    """One column of a feed object. ``allowed`` is empty unless ``type`` is ``enum``. What is not
    ``kept`` has no column in raw: it changes what another column is taken for."""

    name: str
    type: str
    required: bool = False
    default: str | None = None
    allowed: tuple[str, ...] = ()
    kept: bool = True

    @property
    def sql_type(self) -> str:
        return SQL_TYPES[self.type]


@dataclass(frozen=True)
class FeedObject:
    """One object of a feed: ``key`` names the columns that make two rows versions of one thing."""

    feed: str
    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    by_name: dict[str, Column] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        self.by_name.update({column.name: column for column in self.columns})

    @property
    def table(self) -> str:
        """What is read: for usage a view over what was copied and what is read where it landed."""
        return f"raw.{self.feed}__{self.name}"

    @property
    def stored(self) -> str:
        """The table that takes the rows."""
        return self.table + ("_copied" if self.feed == "usage" else "")


_CONTRACT = """
crm.customers (customer_id)
    customer_id*:text customer_name*:text entity_id*:text currency*:text
    payment_terms_days:integer=30 parent_customer_id:text billing_email:text sales_rep_id:text
    segment:text region:text acquired_on:date acquisition_channel:text acquisition_cost:money
    auto_confirm_days:integer receipt_application:auto|instructed=auto updated_at*:timestamp
crm.customer_bank_accounts (customer_id, bank_account)
    customer_id*:text bank_account*:text account_name:text updated_at*:timestamp
crm.accounts (account_id)
    account_id*:text customer_id*:text account_name:text opened_on:date closed_on:date
    updated_at*:timestamp
crm.products (product_id)
    product_id*:text product_name*:text product_line*:text unit:text tax_code*:text
    aggregation:sum|count|max|latest|unique_count=sum standalone_price:price cost_center:text
    profit_center:text updated_at*:timestamp
crm.contracts (contract_id)
    contract_id*:text customer_id*:text entity_id*:text
    business_model*:term_subscription|professional_services|commitment_plan|on_demand|prepaid_balance
    currency*:text signed_on*:date starts_on*:date ends_on:date status:active|cancelled=active
    cancelled_on:date invoice_grouping:separate|combined=separate
    prices_include_tax:boolean=false invoice_limit:money late_interest_daily_rate:rate=0
    sales_rep_id:text updated_at*:timestamp
crm.contract_lines (contract_line_id, effective_on)
    contract_line_id*:text contract_id*:text product_id*:text account_id:text effective_on:date
    starts_on*:date ends_on:date
    charge_model*:fixed|per_unit|graduated|volume|package|percentage|graduated_percentage|milestone|commitment
    billing_frequency:once|monthly|quarterly|annual=monthly billing_anchor:start|calendar=start
    billing_timing:advance|arrears quantity:quantity=1 unit_price:price
    included_quantity:quantity=0 package_size:quantity fixed_fee:price rate:rate
    minimum_amount:money maximum_amount:money commitment_amount:money discount_percent:rate=0
    accumulate_over:month|contract_year|term=month aggregate_by:contract_line|account=contract_line
    flat_at_zero:boolean=false bundle_id:text revenue_rule*:text
    modification_method:prospective|catch_up=prospective updated_at*:timestamp
crm.price_tiers (contract_line_id, effective_on, tier_no)
    contract_line_id*:text effective_on:date tier_no*:integer up_to:quantity unit_price:price=0
    flat_amount:price=0 rate:rate=0 updated_at*:timestamp
crm.milestones (milestone_id)
    milestone_id*:text contract_line_id*:text milestone_no*:integer milestone_name:text
    amount*:money planned_on:date updated_at*:timestamp
crm.sales_reps (sales_rep_id)
    sales_rep_id*:text name*:text plan_id*:text manager_id:text updated_at*:timestamp
usage.events (event_id, revision)
    event_id*:text account_id*:text product_id*:text occurred_at*:timestamp quantity*:quantity
    revision:integer=1 dimension:text
operations.company_bank_accounts (bank_account)
    bank_account*:text entity_id*:text currency*:text account_code:text updated_at*:timestamp
operations.bill_confirmations (bill_id, decided_at)
    bill_id*:text decision*:confirmed|disputed decided_at*:timestamp gross_amount:money
    decided_by:text note:text
operations.invoices (invoice_id)
    invoice_id*:text invoice_number*:text customer_id*:text entity_id*:text
    kind*:bill|advance|prepayment currency*:text issued_on*:date due_on:date product_line:text
    tax_amount:money voided_on:date original_invoice_id:text updated_at*:timestamp
operations.invoice_lines (invoice_id, line_no)
    invoice_id*:text line_no*:integer bill_id:text receipt_id:text product_line:text amount*:money
operations.invoice_links (link_id)
    link_id*:text invoice_id*:text bill_id*:text amount*:money linked_on*:date
operations.receipt_customers (receipt_id)
    receipt_id*:text customer_id*:text decided_at*:timestamp
operations.receipt_splits (split_id)
    split_id*:text receipt_id*:text target*:bill|invoice|prepayment|refund|bank_charge
    bill_id:text invoice_id:text product_line:text amount*:money>0 split_on*:date reversed_on:date
operations.account_adjustments (adjustment_id)
    adjustment_id*:text customer_id*:text kind*:bad_debt|manual|bad_debt_recovery bill_id:text
    product_line:text currency*:text amount*:money dated_on*:date reason*:text approved_by*:text
operations.credit_grants (grant_id)
    grant_id*:text customer_id*:text kind*:goodwill|purchased|on_account currency*:text
    amount:money points:quantity point_value:price granted_on*:date expires_on:date
    product_line:text
operations.customer_confirmations (document_id)
    document_id*:text contract_line_id*:text dated_on*:date updated_at*:timestamp
operations.settlements (document_id)
    document_id*:text contract_line_id*:text dated_on*:date quantity:quantity amount:money
    updated_at*:timestamp
operations.progress_reports (document_id)
    document_id*:text contract_line_id*:text dated_on*:date progress_type:text
    measure:input|output percent:rate accepted:boolean updated_at*:timestamp
operations.milestone_completions (document_id)
    document_id*:text contract_line_id*:text dated_on*:date milestone_id:text
    updated_at*:timestamp
operations.approvals (document_type, document_id, decided_at)
    document_type*:source|recognition_order|commission document_id*:text
    decision*:approved|rejected decided_at*:timestamp decided_by*:text
operations.opening_balances (opening_id)
    opening_id*:text kind*:bill|invoice|receipt|deferred_revenue|credit|account customer_id*:text
    entity_id*:text contract_line_id:text product_line:text document_number:text
    document_date*:date due_on:date currency*:text amount*:money as_of*:date
    updated_at*:timestamp
operations.fx_rates (from_currency, to_currency, rate_on, rate_type)
    from_currency*:text to_currency*:text rate_on*:date rate*:rate>0
    rate_type:spot|average|closing=spot
operations.vendor_bills (document_id)
    document_id*:text entity_id*:text vendor_id:text account_code:text currency*:text amount*:money
    dated_on*:date due_on:date updated_at*:timestamp
operations.vendor_payments (document_id)
    document_id*:text entity_id*:text vendor_id:text account_code:text currency*:text amount*:money
    dated_on*:date due_on:date vendor_bill_id:text updated_at*:timestamp
operations.fixed_assets (document_id)
    document_id*:text entity_id*:text vendor_id:text account_code:text currency*:text amount*:money
    dated_on*:date due_on:date in_service_on:date useful_life_months:integer salvage_amount:money
    disposed_on:date updated_at*:timestamp
operations.prepaid_expenses (document_id)
    document_id*:text entity_id*:text vendor_id:text account_code:text currency*:text amount*:money
    dated_on*:date due_on:date starts_on:date ends_on:date updated_at*:timestamp
operations.marketing_costs (cost_id)
    cost_id*:text entity_id*:text channel:text month*:month currency*:text amount*:money
operations.waivers (waiver_id)
    waiver_id*:text exception_id*:text reason*:text approved_by*:text waived_on*:date
operations.close_requests (request_id)
    request_id*:text entity_id:text month*:month action*:close|reopen requested_by*:text
    requested_at*:timestamp reason:text
"""


def _column(text: str) -> Column:
    name, _, spec = text.partition(":")
    required = name.endswith("*")
    spec, _, default = spec.partition("=")
    spec, positive, _ = spec.partition(">")
    if spec in SQL_TYPES:
        kind, allowed = spec, ((">0",) if positive else ())
    else:
        kind, allowed = "enum", tuple(spec.split("|"))
    return Column(name.rstrip("*"), kind, required, default or None, allowed)


def _parse(contract: str) -> dict[tuple[str, str], FeedObject]:
    heads: list[tuple[str, str, tuple[str, ...]]] = []
    columns: list[list[Column]] = []
    for line in contract.strip().splitlines():
        if line.startswith(" "):
            columns[-1].extend(_column(word) for word in line.split())
            continue
        name, _, key = line.rstrip(")").partition(" (")
        feed, _, obj = name.partition(".")
        heads.append((feed, obj, tuple(part.strip() for part in key.split(","))))
        columns.append([])
    objects: dict[tuple[str, str], FeedObject] = {}
    for (feed, obj, key), cols in zip(heads, columns, strict=True):
        names = {column.name for column in cols}
        # Every object may have updated_at and is_deleted. Events are versioned by revision instead:
        # a deleted one is a revision of quantity 0, and millions of rows need no such column.
        if feed == "usage":
            cols.append(Column("is_deleted", "boolean", kept=False))
        else:
            cols += [
                Column(name, kind)
                for name, kind in (("updated_at", "timestamp"), ("is_deleted", "boolean"))
                if name not in names
            ]
        objects[feed, obj] = FeedObject(feed, obj, key, tuple(cols))
    return objects


OBJECTS: dict[tuple[str, str], FeedObject] = _parse(_CONTRACT)


def raw_columns(obj: FeedObject) -> dict[str, str]:
    """The columns of the raw table of ``obj`` with their types, the lineage columns last."""
    columns = {column.name: column.sql_type for column in obj.columns if column.kept}
    columns |= LINEAGE
    if obj.feed == "usage":
        # A hundred million paths would be the same few texts: raw.files has them by number.
        del columns["source_file"]
    return columns
