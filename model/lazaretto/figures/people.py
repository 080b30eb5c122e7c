"""What colours and symbols of single people mean: their state, and the order they are under."""

from __future__ import annotations

from ..analysis.chains import (
    AFTERWARDS,
    AT_HOME,
    FREE,
    ISOLATED,
    NEVER,
    ORDERS,
    QUARANTINED,
    STATES,
    WHILE_INFECTIOUS,
    WHILE_LATENT,
)

STATE_COLOURS = dict(zip(STATES, ("#e8ebf0", "#c77f00", "#b3123f", "#6b7280"), strict=True))
ORDER_COLOURS = {AT_HOME: "#8a919e", ISOLATED: "#0072B2", QUARANTINED: "#009E73"}
# of curves of a run: in hospital; in quarantine and not infected so far
IN_HOSPITAL, IN_VAIN = "#00178c", "#9326ff"
ORDER_SYMBOLS = {FREE: "circle", AT_HOME: "triangle-up", ISOLATED: "square", QUARANTINED: "diamond"}
ORDER_NAMES = dict(enumerate(ORDERS))
CAUGHT_COLOURS = {
    WHILE_LATENT: "#009E73",
    WHILE_INFECTIOUS: "#c77f00",
    AFTERWARDS: "#ffffff",
    NEVER: "#ffffff",
}
CAUGHT_NAMES = {
    WHILE_LATENT: "while still latent: in time",
    WHILE_INFECTIOUS: "while infectious: cut short",
    AFTERWARDS: "when no longer infectious: in vain",
}


def order_of(pathway: str) -> int:
    """The code of an order, from the name of its pathway."""
    return {"self-isolation": AT_HOME, "case": ISOLATED}.get(pathway, QUARANTINED)
