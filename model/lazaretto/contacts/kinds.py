"""Where people are only near each other, in the order of the codes."""

from __future__ import annotations

# neighbours in the cell of the home and colleagues in that of the school or workplace, the same
# ones every day; anybody on the way; and people of the own area at venues
NEARBY = ("home", "work", "way", "venue")
NEAR_HOME, NEAR_WORK, NEAR_WAY, NEAR_VENUE = range(len(NEARBY))
