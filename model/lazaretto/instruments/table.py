"""The table of instruments."""

from __future__ import annotations

from typing import Annotated

import pydantic

from .bluetooth_app import BluetoothApp
from .call_list import CallList
from .household import Household
from .interview import Interview
from .operator_geolocation import OperatorGeolocation
from .public_notice import PublicNotice
from .venue_check_in import VenueCheckIn

AnyInstrument = Annotated[
    Household
    | Interview
    | CallList
    | OperatorGeolocation
    | BluetoothApp
    | VenueCheckIn
    | PublicNotice,
    pydantic.Field(discriminator="type"),
]
