"""The kinds of events, and what each carries: packed beside its push, unpacked by the function
after it. An event names a person and has two more whole numbers, `other` and `number` (20 bits)."""

from __future__ import annotations

from .._jit import inlined
from .queue import NUMBER_MASK, push

# in their order at equal times: whatever removes people comes before transmission
KINDS = (
    "result",
    "delivery",
    "trace",
    "check",
    "note",
    "appeal",
    "contest",
    "fetch",
    "sample",
    "onset",
    "illness",
    "wane",
    "import",
    "death",
    "discharge",
    "admission",
    "stand-in",
    "transmission",
)
RESULT, DELIVERY, TRACE, CHECK, NOTE, APPEAL, CONTEST, FETCH, SAMPLE, ONSET = range(10)
ILLNESS, WANE, IMPORT, DEATH, DISCHARGE, ADMISSION = range(10, 16)
STAND_IN, TRANSMISSION = range(16, len(KINDS))
LAYER_BITS = 3
# candidates of an infection: numbers below LONGER_FROM; from there on, 2^LONGER_BITS for each step
# by which contacts at home may become longer (`mechanisms.illness.at_home`)
LONGER_FROM = (NUMBER_MASK >> LAYER_BITS) // 2 + 1
MOST_CANDIDATES = LONGER_FROM - 1
LONGER_BITS = 12
INSTRUMENT_BITS = 8


@inlined
def push_result(queue, time, person, test, reason, positive):
    """The result of the person's sample of that number arrives. test: that number; reason: code of
    REASONS; positive: 0 or 1."""
    push(queue, time, RESULT, person, test, (reason << 1) | positive)


@inlined
def reason_and_result(number):
    """(reason, positive) of a result. number: as `push_result` packs it."""
    return number >> 1, number & 1


@inlined
def push_delivery(queue, time, person, instrument, depth, number):
    """The instrument delivers its list for the person. depth: 0 for a case, 1 for somebody on a
    case's list, and so on; number: of the report."""
    push(queue, time, DELIVERY, person, (depth << INSTRUMENT_BITS) | instrument, number)


@inlined
def push_trace(queue, time, person, instrument, depth):
    """The contacts of somebody on a list of that instrument are asked for. depth: as for
    `push_delivery`."""
    push(queue, time, TRACE, person, (depth << INSTRUMENT_BITS) | instrument, 0)


@inlined
def instrument_and_depth(other):
    """(instrument, depth) of a delivery or a request for contacts of contacts."""
    return other & ((1 << INSTRUMENT_BITS) - 1), other >> INSTRUMENT_BITS


@inlined
def push_check(queue, time, person, order, day):
    """On that day of the order somebody goes out or an alarm is raised: other the order, number the
    day."""
    push(queue, time, CHECK, person, order, day)


@inlined
def push_note(queue, time, person, order, breach):
    """The desk acts on what was noted: other the order, number 1 for a true breach, else 0."""
    push(queue, time, NOTE, person, order, breach)


@inlined
def push_contest(queue, time, person, order, number, wrong):
    """It is decided whether somebody was rightly listed. order: its row; number: which of the
    person's orders; wrong: 1 where there was no meeting, else 0."""
    push(queue, time, CONTEST, person, order, (number << 1) | wrong)


@inlined
def order_and_truth(number):
    """(which of the person's orders, whether it was wrong) of a contest. number: as `push_contest`
    packs it."""
    return number >> 1, number & 1


@inlined
def push_fetch(queue, time, person, order):
    """Somebody is taken to a facility, if there is a place: other the order."""
    push(queue, time, FETCH, person, order, 0)


@inlined
def push_appeal(queue, time, person, action):
    """An appeal is decided: other the row of the action."""
    push(queue, time, APPEAL, person, action, 0)


@inlined
def push_sample(queue, time, person, reason):
    """A sample is taken: other the reason."""
    push(queue, time, SAMPLE, person, reason, 0)


@inlined
def push_onset(queue, time, person, row, episode):
    """Symptoms of an infection begin: other its row, number the person's infections before it."""
    push(queue, time, ONSET, person, row, episode)


@inlined
def push_illness(queue, time, person):
    """Symptoms of another illness begin."""
    push(queue, time, ILLNESS, person, 0, 0)


@inlined
def push_wane(queue, time, person, row):
    """The immunity that an infection left ends: other its row."""
    push(queue, time, WANE, person, row, 0)


@inlined
def push_death(queue, time, person, severe):
    """Somebody dies: other the number of the severe course."""
    push(queue, time, DEATH, person, severe, 0)


@inlined
def push_admission(queue, time, person, severe, number):
    """Somebody needs a bed: other the number of the severe course, number 2 x times asked in vain,
    plus 1 for intensive care."""
    push(queue, time, ADMISSION, person, severe, number)


@inlined
def push_discharge(queue, time, person, severe, kind):
    """A bed becomes free: other the number of the severe course, number 0 for an ordinary bed, 1
    for intensive care."""
    push(queue, time, DISCHARGE, person, severe, kind)


@inlined
def push_stand_in(queue, time, row):
    """What another run ordered is ordered of somebody: other its row."""
    push(queue, time, STAND_IN, 0, row, 0)


@inlined
def push_import(queue, time, person):
    """Somebody is infected outside."""
    push(queue, time, IMPORT, person, 0, 0)


@inlined
def push_transmission(queue, time, person, row, number):
    """A candidate transmission comes due: other the infector's row, number as `pack_candidate`
    gives it."""
    push(queue, time, TRANSMISSION, person, row, number)


@inlined
def pack_candidate(candidate, layer):
    """The number of a transmission: which candidate of the infector, and in which layer."""
    return (candidate << LAYER_BITS) | layer


@inlined
def layer_of(number):
    """The layer of a candidate transmission. number: of `pack_candidate`."""
    return number & ((1 << LAYER_BITS) - 1)


@inlined
def candidate_of(number):
    """Which candidate of the infector a transmission is. number: of `pack_candidate`."""
    return number >> LAYER_BITS
