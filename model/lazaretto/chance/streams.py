"""The named streams: what each random number is for.

A draw is a pure function of (seed, purpose, a, b, c). The table says what a, b and c are for each
purpose. Nothing is keyed by the time or order of events or by the size of the population, so one
more person, another policy, another number of threads or another order of work changes nobody
else's luck (model.md, section 4).
"""

# building a population                a               b                  c
HOUSEHOLD_SIZE = 1  #                  household
COMPOSITION = 3  #                     household       member
ENROLMENT = 4  #                       person
TEAM_SIZE = 5  #                       team
STUBS = 6  #                           person
EDGE = 7  #                            edge / stub
SHUFFLE = 8  #                         person          which list
# contacts
INVOLUTION = 16  #                     area            day                layer's salt
MEETING = 17  #                        smaller stub    day                (community pairs)
GROUP_DAY = 18  #                      group           day
GROUP_MEETING = 19  #                  smaller person  larger person      day
# smaller person  larger person      day          (a contact kept despite an order)
KEPT = 21
NEARNESS = 22  #                       smaller person  larger person      day
# smaller slot, area; or two people                  kind of place, day
COLOCATION = 20
CELL = 71  #                           site            slot               (colleagues only near)
# natural history
COURSE = 32  #                         person          episode
CHARACTER = 33  #                      person          episode            (infectiousness, symptoms)
CANDIDATE = 34  #                      person          episode            index
# person          episode            0 hospital and death, 1 intensive care
SEVERITY = 35
# person          episode            index        (what stops a candidate that comes due)
SHIELD = 38
IMMUNE = 39  #                         person                                  (before the run)
VACCINE = 40  #                        person
SEED = 36  #                           number          attempt
IMPORT = 37  #                         day             number             attempt
# the authority and what people do
ILLNESS = 48  #                        day             number             attempt
# person          episode            0, or 1 + day for another illness
ONSET = 49
TEST = 50  #                           person          test
TRIGGER = 51  #                        index case      instrument         report
LISTING = 52  #                        index case      contact            instrument, report
SIGHTING = 66  #                       index case      layer, slot / 4    day, instrument
WHOLE_DIARY = 68  #                    index case      instrument         day
BELOW = 67  #                          index case      contact            day, instrument
STAND_IN = 53  #                       order           attempt            1 for a household
PHONE = 54  #                          person          1 phone, 2 app
# person          order number       1 sample at entry, 2 giving up, 3 devices, 8 + stay in facility
ADHERENCE = 55
LIKENESS = 69  #                       person, household or circle         which of these
REFUSAL = 70  #                        person          0 tests, 1 facility
REMOTE_TIE = 58  #                     smaller slot (low, high word)
CALL_TIE = 60  #                       smaller person  larger person
ADMISSION = 65  #                      person             episode            (tested or not)
SCREEN = 59  #                         day             number             attempt
CHECK = 56  #                          person          order number       day of the order
BREACH = 57  #                         person          order number       day of the order
NOTE = 73  #                           person          order number       day of the order
CONTEST = 72  #                        person          order number
APPEAL = 61  #                         person          sanction number
HOME_ORDER = 62  #                     case            member             test number
COMPLIANCE = 63  #                     person
# day             number             measure, right or wrong, attempt
PASSES = 64
