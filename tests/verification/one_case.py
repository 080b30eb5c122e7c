"""docs/one-case.svg: one case of a simulated run and the people on its list.

python tests/verification/one_case.py; needs the extra report and a Chrome or Chromium.
"""

from __future__ import annotations

from pathlib import Path

import lazaretto as lz

PEOPLE = 20_000
FILE = Path(__file__).resolve().parents[2] / "docs" / "one-case.svg"
POLICY = {"tracing": "interview-resourced", "isolation": "supported"}


def run() -> lz.Run:
    """The scenario "managed" with well staffed interviews and a duty with support."""
    scenario = lz.load_scenario("managed").replace(people=PEOPLE, **POLICY)
    population = lz.build_population(scenario.population, people=PEOPLE, seed=1)
    return lz.simulate(scenario, population, seed=1, keep_lists=True)


if __name__ == "__main__":
    print(lz.figures.save(lz.figures.case_timeline(run()), FILE, width=900))
