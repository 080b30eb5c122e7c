"""Judges: project.

CONTRIBUTING's table "to add a ...: touch ..." is true: in a copy of the package one of each is
added in just those places, and then runs, is recorded, stands in the panel and in the words of
figures; or says at import what is missing. The copies run without the compiler.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.processes
ROOT = Path(__file__).resolve().parents[2]
RUN = """
import warnings
import lazaretto as lz
from lazaretto.analysis.theory.idealised import idealised_pathogen, neutral_law
from lazaretto.engine.lowering import lower_policy, policy_laws
from lazaretto.engine.simulate import run_once
from lazaretto.figures.panels import axis_title
from lazaretto.mechanisms.illness.lowering import in_scenario, lower_pathogen
from lazaretto.outcomes.run import Run
from lazaretto.parameters import load

warnings.simplefilter("ignore")

def run(people=300, days=30, **changes):
    ill = idealised_pathogen(neutral_law("constant", 3.0), neutral_law("constant", 6.0), 0.3)
    one = lz.load_scenario("no-measures").replace(people=people, days=days, **changes)
    place = lz.build_population(one.population, people=people, seed=1)
    rates = lower_pathogen(ill, place, 0.3, policy_laws(one))
    raw = run_once(place.city, in_scenario(rates, one), lower_policy(one, place), 1, 8, days, True)
    return Run(one, place, 1, raw, None)
"""
STATED = 'range = [0.0, 1e6]\nsource = "test"\nstatus = "assumption"\n'


class Copy:
    """A copy of the package and its parameter files, to add things to."""

    def __init__(self, folder: Path) -> None:
        self.package, self.params = folder / "model" / "lazaretto", folder / "params"
        nothing = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "model" / "lazaretto", self.package, ignore=nothing)
        shutil.copytree(ROOT / "params", self.params, ignore=nothing)

    def write(self, file: str, text: str) -> None:
        """A new file, below the package, or below params/."""
        (self.params if file.startswith("params/") else self.package).joinpath(
            file.removeprefix("params/")
        ).write_text(text)

    def add(self, file: str, before: str, text: str) -> None:
        """Put `text` before the only place in a file of the package that reads `before`."""
        path = self.package / file
        old = path.read_text()
        assert old.count(before) == 1, (file, before, old.count(before))
        path.write_text(old.replace(before, text + before))

    def python(self, code: str, fails: bool = False) -> str:
        """What the code prints; with `fails` the last line of its error."""
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ
            | {
                "PYTHONPATH": str(self.package.parent),
                "NUMBA_DISABLE_JIT": "1",
                "LAZARETTO_CACHE": str(self.package.parent / "cache"),  # ours stays as it is
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode != 0) == fails, done.stderr[-2000:]
        return done.stderr.strip().splitlines()[-1] if fails else done.stdout.strip()


@pytest.fixture
def copy(tmp_path) -> Copy:
    return Copy(tmp_path)


INSTRUMENT = '''"""Cards of a chain of shops: who paid at the same till within minutes."""

from __future__ import annotations

from typing import Any, Literal

from ..values.quantity import Fraction
from .lowering import Ground, by_layer
from .statement import Instrument


class LoyaltyCard(Instrument):
    """Cards of a chain of shops."""

    type: Literal["loyalty-card"]
    use_fraction: Fraction


def lower(stated: LoyaltyCard, ground: Ground) -> dict[str, Any]:
    """Both must have used a card."""
    return {"by_layer": by_layer(stated.use_fraction.value**2)}
'''
LEVEL = f"""
title = "Cards"
description = "test"

[[instruments]]
type = "loyalty-card"
instruction = "quarantine"
collects = "cases"

[instruments.lookback_days]
value = 5.0
unit = "day"
{STATED}
[instruments.delay]
family = "constant"
mean = 1.0
unit = "day"
{STATED}
[instruments.recipients]
value = 1
unit = "count"
{STATED}
[instruments.records_per_person_day]
value = 0.0
unit = "record/person-day"
{STATED}
[instruments.retention_days]
value = 10.0
unit = "day"
{STATED}
[instruments.use_fraction]
value = 1.0
unit = "fraction"
range = [0.0, 1.0]
source = "test"
status = "assumption"
"""
ROW = '    "loyalty-card": Kind(loyalty_card.LoyaltyCard, loyalty_card.lower, "Shop cards"),\n'


def test_an_instrument_is_a_file_a_row_and_a_level(copy):
    copy.write("instruments/loyalty_card.py", INSTRUMENT)
    said = copy.python("import lazaretto.parameters", fails=True)
    assert "ImportError" in said and "loyalty_card" in said  # the row is missing: it says so
    copy.add("instruments/table.py", '    "public-notice": Kind(', ROW)
    copy.add("instruments/table.py", "    operator_geolocation,\n", "    loyalty_card,\n")
    copy.write("params/tracing/cards.toml", LEVEL)
    code = f"""{RUN}
r = run(tracing="cards")
i = r.instruments.loc["loyalty-card"]
assert i["cases"] > 0 and i["listed"] > 0, i
assert set(r.lists["instrument"]) == {{"loyalty-card"}}
assert r.records_held["loyalty-card"].max() > 0
assert "listed by loyalty-card" in r.blocked.index
assert r.panel["quarantine_days_ordered"] > 0 and r.panel["records_opened"] > 0
from lazaretto.analysis.cascade import cascade
from lazaretto.figures.cascade import cascade as figure
print([t.text for t in figure(cascade([r])).layout.annotations])
"""
    assert "Shop cards" in copy.python(code)


def test_a_rung_is_a_row_and_a_regime_that_takes_it(copy):
    row = """    Rung(
        name="visit",
        counter="visits",
        unit="visit",
        label="Visits by a nurse",
        definition="visits paid after a noted breach",
        noun="visits",
        wrong_label="Needless visits",
        sanction=False,
    ),
"""
    copy.add("mechanisms/isolation/rungs.py", ")\nACTIONS = ", row)
    code = f"""{RUN}
one = load("isolation", "sms-and-police").model_dump()
for monitor in one["monitoring"]:
    monitor["detection_probability"]["value"] = monitor["detection_probability"]["range"][1]
    monitor["false_alarm_per_person_day"] |= {{"value": 0.5, "range": [0.0, 1.0]}}
one["ladder"] = [one["ladder"][0] | {{"action": "visit"}}]
one["appeals"] = None
from lazaretto.parameters import IsolationRegime
r = run(tracing="household", isolation=IsolationRegime.model_validate(one))
assert set(r.sanctions["action"]) == {{"visit"}}
assert int(r.curves["visits"].sum()) == len(r.sanctions) > 0
assert int(r.curves["blocked"].sum()) == r.blocked.sum()  # not counted as anything else
assert r.panel["visits"] >= r.panel["wrong_visits"] > 0 == r.panel["warnings"]
print(axis_title("visits"), "|", axis_title("wrong_visits"))
"""
    said = copy.python(code)
    assert "Visits by a nurse" in said and "Needless visits" in said
    copy.add("mechanisms/isolation/rungs.py", ")\nACTIONS = ", row)
    assert "visits" in copy.python("import lazaretto.mechanisms.counters", fails=True)


def test_a_panel_component_is_a_row(copy):
    copy.add(
        "mechanisms/testing/components.py",
        '    "tests": Component(',
        '    "tests_of_contacts": Component(\n        "effort",\n        "test",\n'
        '        "Tests of contacts",\n        "samples of people on a list",\n'
        '        value=lambda f: f.daily["contacts_tested"],\n    ),\n',
    )
    code = f"""{RUN}
r = run(tracing="household", testing="contacts-and-lateral-flow")
assert r.panel["tests_of_contacts"] == r.panel["contacts_tested"]
print(axis_title("tests_of_contacts"))
"""
    assert "Tests of contacts" in copy.python(code)
    copy.add("mechanisms/region/components.py", "COMPONENTS: dict", "")
    path = copy.package / "mechanisms/region/components.py"
    path.write_text(
        path.read_text() + 'COMPONENTS["tests_of_contacts"] = COMPONENTS["pass_fines"]\n'
    )
    assert "stated twice" in copy.python("import lazaretto.mechanisms.components", fails=True)


def test_a_response_is_a_field_a_factor_and_a_value(copy):
    """A third factor of breaches: how far people live from work, say."""
    copy.add(
        "mechanisms/response/statement.py",
        "    fatigue_per_day: PerDay\n",
        "    pull_of_work: Dimensionless\n",
    )
    path = copy.package / "mechanisms/response/lowering.py"
    path.write_text(
        path.read_text().replace(
            "unsupported=math.exp(-behaviour.sigma_support.value * support),",
            "unsupported=math.exp(behaviour.pull_of_work.value"
            " - behaviour.sigma_support.value * support),",
        )
    )
    missing = f"{RUN}\nrun()"
    assert "pull_of_work" in copy.python(missing, fails=True)
    values = copy.params / "behaviour" / "default.toml"
    stated = f'\n[pull_of_work]\nvalue = 0.0\nunit = "dimensionless"\n{STATED}'
    values.write_text(values.read_text() + stated)
    code = f"""{RUN}
k = dict(tracing="household", isolation="advice", people=400)
strong = {{"behaviour.pull_of_work": 3.0}}
less, more = run(**k), run(**k, **strong)
print(less.raw.conduct.breached.sum() < more.raw.conduct.breached.sum())
"""
    assert copy.python(code) == "True"


def test_prices_are_a_file(copy):
    copy.write(
        "params/prices/here.toml",
        'title = "Here"\ndescription = "test"\ncurrency = "EUR"\nyear = 2020\n'
        'prices.tests = { value = 3.0, unit = "EUR/test", range = [1.0, 9.0], source = "test" }\n',
    )
    code = f"""{RUN}
r = run(tracing="household")
found = lz.costs(r, "here").loc["tests"]
assert found["central"] == 3.0 * r.panel["tests"] > 0
print("here" in lz.parameters.list_names("prices"))
"""
    assert copy.python(code) == "True"
