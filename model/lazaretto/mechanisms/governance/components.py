"""What the panel says of records: collected, opened, held, and by whom for how long."""

from __future__ import annotations

from ...values.component import Component
from .holdings import beyond_purpose, day_empty, never_deleted, record_years, share_open

COMPONENTS: dict[str, Component] = {
    "records_collected": Component(
        "privacy",
        "record",
        "Records collected",
        (
            "bulk: phones (or users of the app) x records a day x days; case by case: one per case "
            "and per person listed; monitors: days at home under an order of those whom they see x "
            "records a day"
        ),
        value=lambda f: sum(s.collected.sum() for s in f.sources),
    ),
    "records_opened": Component(
        "privacy",
        "record",
        "Records opened",
        (
            "bulk: those collected within the look-back before a list, of the case and of each "
            "person listed, a record never more often than it was collected; passes: one per fine; "
            "else as collected"
        ),
        value=lambda f: sum(s.opened.sum() for s in f.sources),
    ),
    "record_years_held": Component(
        "privacy",
        "record-year",
        "Record-years held",
        (
            "records in all copies at the end of each day, added up over the run and the year "
            "after it, divided by 365.25"
        ),
        value=lambda f: record_years(f.holdings, f.held_days),
    ),
    "record_years_beyond_purpose": Component(
        "privacy",
        "record-year",
        "Record-years beyond their purpose",
        (
            "of the record-years held, those after the end of the emergency (of the court cases, "
            "where kept for these), and all of copies used for another purpose"
        ),
        value=lambda f: beyond_purpose(f.holdings, f.held_days),
    ),
    "copies_never_deleted": Component(
        "privacy",
        "copy",
        "Copies never deleted",
        "copies of the records of each source without a day of deletion, or whose deletion is "
        "announced and not done",
        per_people=False,
        value=lambda f: never_deleted(f.holdings),
    ),
    "day_stock_is_empty": Component(
        "privacy",
        "day",
        "Day the stock is empty",
        "day on which the last record of the last copy is deleted; inf: never",
        per_people=False,
        value=lambda f: day_empty(f.holdings),
    ),
    "bodies_with_access": Component(
        "privacy",
        "body",
        "Agencies with access",
        "agencies that receive lists with names, the largest number of any source",
        per_people=False,
        value=lambda f: max((s.bodies for s in f.sources), default=0.0),
    ),
    "open_to_subject": Component(
        "privacy",
        "fraction",
        "Records their subjects see",
        (
            "of the record-days held, those of sources that show people what is held about them; "
            "empty where nothing is held"
        ),
        lower_is_better=False,
        per_people=False,
        value=lambda f: share_open(f.holdings, f.held_days),
    ),
}
