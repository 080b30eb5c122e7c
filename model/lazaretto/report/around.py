"""What stands around the policies that a report compares: in words, from the scenario."""

from __future__ import annotations

from ..parameters import Scenario


def around(scenario: Scenario) -> list[str]:
    """A sentence each on closures, people's own responses, immunity, the season and hospitals."""
    behaviour, hospitals = scenario.behaviour, scenario.hospitals
    immune = scenario.immunity.immune_by_age is not None or scenario.immunity.campaigns
    responds = behaviour.response is not None or behaviour.protection is not None
    beds = hospitals.beds is not None or hospitals.intensive_care_beds is not None
    said = (
        (
            bool(scenario.region.measures),
            "What was closed for everybody is in force as the scenario states; its effect on "
            "contacts is assumed.",
            "Nothing is closed for everybody in this comparison.",
        ),
        (
            responds,
            "People respond to the epidemic as the scenario states; how strongly is assumed.",
            "People do not respond to the epidemic of their own accord.",
        ),
        (
            bool(immune),
            "Who is immune or vaccinated is as the scenario states.",
            "Nobody is immune when it begins, and nobody is vaccinated.",
        ),
        (
            scenario.pathogen.seasonal_amplitude is not None,
            "The season acts as the pathogen states.",
            "There are no seasons.",
        ),
        (
            beds,
            "Where beds run out, waiting and more deaths follow as the scenario states.",
            "There are as many hospital beds as are needed.",
        ),
    )
    return [there if holds else otherwise for holds, there, otherwise in said]
