"""What the panel says of records: collected, opened, held."""

from __future__ import annotations

from ...values.component import Component

DAYS_PER_YEAR = 365.25

COMPONENTS: dict[str, Component] = {
    "records_collected": Component(
        "privacy",
        "record",
        "Records collected",
        (
            "bulk: phones (or users of the app) x records a day x days; case by case: one per case "
            "and per person listed"
        ),
        value=lambda f: sum(s.daily.sum() for s in f.sources),
    ),
    "records_opened": Component(
        "privacy",
        "record",
        "Records opened",
        "bulk: look-back days x records a day of each case and person listed; else as collected",
        value=lambda f: sum(s.opened for s in f.sources),
    ),
    "record_years_held": Component(
        "privacy",
        "record-year",
        "Record-years held",
        "records held at the end of each day, added up over the run, divided by 365.25",
        value=lambda f: sum(f.stock(s).sum() for s in f.sources) / DAYS_PER_YEAR,
    ),
    "day_stock_is_empty": Component(
        "privacy",
        "day",
        "Day the stock is empty",
        "last day of collection plus retention; inf: never",
        per_people=False,
        value=lambda f: f.day_stock_is_empty,
    ),
    "bodies_with_access": Component(
        "privacy",
        "body",
        "Agencies with access",
        "agencies that receive lists with names, the largest number of any source",
        per_people=False,
        value=lambda f: max((s.recipients for s in f.sources), default=0.0),
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
        value=lambda f: f.share_open,
    ),
}
