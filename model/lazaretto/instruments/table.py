"""The table of instruments: a row each. The statement of a level, its lowering, the names of lists
and pathways, and the words of figures follow from it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, Union, get_args

import pydantic

from . import (
    bluetooth_app,
    call_list,
    household,
    interview,
    operator_geolocation,
    public_notice,
    venue_check_in,
)
from .bluetooth_app import BluetoothApp
from .call_list import CallList
from .household import Household
from .interview import Interview
from .lowering import Ground
from .operator_geolocation import OperatorGeolocation
from .public_notice import PublicNotice
from .statement import Instrument
from .venue_check_in import VenueCheckIn


class Kind(NamedTuple):
    """One kind of instrument: its statement, its lowering, what figures and panels call it."""

    statement: type[Instrument]
    lower: Callable[[Any, Ground], dict[str, Any]]
    label: str


INSTRUMENTS: dict[str, Kind] = {
    "household": Kind(Household, household.lower, "Household lists"),
    "interview": Kind(Interview, interview.lower, "Interviews"),
    "call-list": Kind(CallList, call_list.lower, "Call lists"),
    "operator-geolocation": Kind(
        OperatorGeolocation, operator_geolocation.lower, "Operators' positions"
    ),
    "bluetooth-app": Kind(BluetoothApp, bluetooth_app.lower, "Bluetooth app"),
    "venue-check-in": Kind(VenueCheckIn, venue_check_in.lower, "Venue check-in"),
    "public-notice": Kind(PublicNotice, public_notice.lower, "Public notices"),
}
NO_INSTRUMENTS = {"__init__", "lowering", "statement", "table"}
_files = {f.stem for f in Path(__file__).parent.glob("*.py")} - NO_INSTRUMENTS
_rows = {kind.statement.__module__.rpartition(".")[2] for kind in INSTRUMENTS.values()}
_types = {
    name
    for k in INSTRUMENTS.values()
    for name in get_args(k.statement.model_fields["type"].annotation)
}
if _files != _rows or _types != set(INSTRUMENTS):
    odd = sorted(_files ^ _rows) + sorted(_types ^ set(INSTRUMENTS))
    raise ImportError(
        "instruments/: each file has a row in INSTRUMENTS, under the name that its statement has "
        f"as `type`; these do not agree: {', '.join(odd)}"
    )
LOWER = {name: kind.lower for name, kind in INSTRUMENTS.items()}

if TYPE_CHECKING:
    AnyInstrument = Instrument
else:
    AnyInstrument = Annotated[
        Union[tuple(kind.statement for kind in INSTRUMENTS.values())],  # noqa: UP007
        pydantic.Field(discriminator="type"),
    ]
