"""Judges: population, contacts.

A user's own layers keep their names: each infection along a link or contact is told by the layers
in which the two met, on that day, also after a run was saved.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from conftest import QUIET, constant_pathogen

import lazaretto as lz

RNG = np.random.Generator(np.random.Philox(5))
PEOPLE, DAYS = 120, 6


def meetings() -> pd.DataFrame:
    """Pairs that meet on a day in one of three layers, some in several."""
    rows = pd.DataFrame(
        {
            "one": RNG.integers(0, PEOPLE, 900),
            "other": RNG.integers(0, PEOPLE, 900),
            "day": RNG.integers(0, DAYS, 900) + 0.5,
            "minutes": 30.0,
            "kind": RNG.choice(["desk", "lunch", "school run"], 900),
        }
    )
    rows = rows[rows["one"] < rows["other"]]
    again = rows.sample(60, random_state=1).assign(kind="lunch")
    rows = pd.concat([rows, again]).drop_duplicates(["one", "other", "day", "kind"])
    return rows.assign(one=rows["one"].map("p{}".format), other=rows["other"].map("p{}".format))


def expected(rows: pd.DataFrame, daily: bool) -> dict:
    """(pair, day of the loop or None) -> names."""
    found: dict = {}
    for row in rows.itertuples():
        key = (frozenset((row.one, row.other)), int(row.day) if daily else None)
        found.setdefault(key, set()).add(row.kind)
    return {key: " + ".join(sorted(names)) for key, names in found.items()}


@pytest.mark.parametrize("daily", [False, True])
def test_infections_are_told_by_the_users_own_layers(moscow, tmp_path, daily):
    rows = meetings()
    hazards = dict(layer="kind", layer_hazard={"desk": 1.0, "lunch": 2.0, "school run": 0.5})
    if daily:
        people = lz.Population.from_contacts(rows, sort=True, loop_days=DAYS, **hazards)
    else:
        rows = rows.drop_duplicates(["one", "other", "kind"])
        people = lz.Population.from_edges(rows, **hazards)
    pathogen = constant_pathogen(latent=1.0, lead=0.0, infectious=6.0, hazard=3.0)
    scenario = moscow.replace(days=40, pathogen=pathogen, initial_infections=10, **QUIET)
    state = lz.start(scenario, people, seed=1).advance(10)
    saved = lz.load_state(state.save(tmp_path / "ten.lz")).finish()
    run = state.finish()
    met = run.transmissions.query("layer != 'seed'")
    names = expected(rows, daily)
    for row in met.itertuples():
        key = (frozenset((row.infector, row.infectee)), int(row.day) % DAYS if daily else None)
        assert row.layer == names[key]
    assert len(met) > 50 and met["layer"].str.contains(" + ", regex=False).any()
    pd.testing.assert_frame_equal(saved.transmissions, run.transmissions)
    assert set(run.linelist["layer"]) == set(run.transmissions["layer"])


def test_without_names_layers_are_the_models():
    people = lz.Population.from_edges([("ann", "bob"), ("bob", "cas")])
    assert people.own_layers is None
