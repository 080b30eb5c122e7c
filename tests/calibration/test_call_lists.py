"""Call lists against the Copenhagen Networks Study: the data themselves, the instrument on the
data, and the synthetic city.

Contact: at least one uninterrupted Bluetooth contact of 15 minutes; list: at least one call or
message in the same 14 days. The recalls by days met set `probability_by_days` of the call list, so
they are a fit wherever they appear; the precision was used for nothing and is a check. Data:
Sapiezynski P et al 2019 Sci Data 6:315 (10.1038/s41597-019-0325-x), looked for in LAZARETTO_DATA or
beside the checkout; without them those tests are skipped and say so.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import DELAY, SURE_TESTS, constant_delays, constant_pathogen, stated, with_level

import lazaretto as lz
from lazaretto.contacts.day import meetings_on
from lazaretto.engine.room import new_scratch

WINDOW, STUDY, DAY = 14, 28, 86_400
# nobody keeps to isolation, so that all meetings until the list comes happen
FREE = {"isolation.full_adherence_case": 0.0, "isolation.partial_contact_factor": 1.0}
AT_LEAST = (1, 2, 3, 5, 6)
PUBLISHED_PAIRS = (12_214, 4_642, 2_467, 979, 614)
PUBLISHED_RECALL = (4.0, 8.5, 12.9, 20.6, 25.0)  # per cent, mean over 15 windows
PUBLISHED_PRECISION = (80.8, 65.8, 52.7, 33.5, 25.5)


@pytest.fixture(scope="module")
def copenhagen():
    """(contacts, calls and messages, people with Bluetooth data)."""
    beside = Path(__file__).resolve().parents[3] / "shared" / "data"
    found = [
        where / "copenhagen_cns"
        for where in (lz.datasets.folder(), beside)
        if (where / "copenhagen_cns").is_dir()
    ]
    if not found:
        pytest.skip("no Copenhagen data: set LAZARETTO_DATA to a folder that holds copenhagen_cns")
    contacts, pairs, calls, messages = (
        pd.read_csv(found[0] / f"{name}.csv.gz")
        for name in ("bt_sessions_15min", "bt_pairs_28d", "calls", "sms")
    )
    columns = ["timestamp", "a", "b"]
    tied = pd.concat(
        [
            calls.iloc[:, :3].set_axis(columns, axis=1),
            messages.iloc[:, :3].set_axis(columns, axis=1),
        ]
    )
    contacts = contacts.set_axis(columns, axis=1).assign(day=lambda t: t["timestamp"] // DAY)
    tied = tied[tied["a"] != tied["b"]].assign(day=lambda t: t["timestamp"] // DAY)
    people = np.unique(pairs[["user_a", "user_b"]])
    return contacts, tied[tied["a"].isin(people) & tied["b"].isin(people)], people


def pair(table):
    """Unordered pairs as one number each."""
    return np.minimum(table["a"], table["b"]) * 1000 + np.maximum(table["a"], table["b"])


def days_met(contacts, first):
    """Days with a contact in the window that begins on day `first`, by pair."""
    inside = contacts[contacts["day"].between(first, first + WINDOW - 1)]
    return inside.assign(pair=pair(inside)).groupby("pair")["day"].nunique()


def called(tied, first):
    """Pairs that exchanged a call or message in that window."""
    inside = tied[tied["day"].between(first, first + WINDOW - 1)]
    return pd.Index(pair(inside).unique())


def table_of(met, listed):
    """(pairs, recall in per cent, precision in per cent) by least number of days met; met: days by
    pair, listed: pairs."""
    on_list = met.index.isin(listed)
    enough = [met.to_numpy() >= least for least in AT_LEAST]
    return tuple(
        np.array(column)
        for column in zip(
            *(
                (e.sum(), 100 * on_list[e].mean(), 100 * on_list[e].sum() / len(listed))
                for e in enough
            )
        )
    )


def test_the_data_give_the_stated_recall_and_precision(copenhagen):
    contacts, tied, _ = copenhagen
    windows = [
        table_of(days_met(contacts, first), called(tied, first))
        for first in range(STUDY - WINDOW + 1)
    ]
    pairs, recall, precision = (np.mean([w[k] for w in windows], axis=0) for k in range(3))
    np.testing.assert_allclose(pairs, PUBLISHED_PAIRS, atol=0.75)  # 2,467.7 stands there as 2,467
    np.testing.assert_allclose(recall, PUBLISHED_RECALL, atol=0.051)
    np.testing.assert_allclose(precision, PUBLISHED_PRECISION, atol=0.051)


@pytest.mark.parametrize("first", [0, 14])
def test_the_instrument_on_the_data_lists_whom_the_data_list(moscow, copenhagen, first):
    """Everybody is a case on day 13: the lists of the engine have the recall and precision of that
    window, exactly."""
    contacts, tied, people = copenhagen
    inside = contacts[contacts["day"].between(first, first + WINDOW - 1)]
    table = inside.assign(start=inside["timestamp"] - first * DAY, minutes=5.0)
    observed = lz.Population.from_contacts(
        table,
        "a",
        "b",
        "start",
        "minutes",
        time_unit="second",
        loop_days=WINDOW,
        people=people,
        sort=True,
    ).with_calls(tied[tied["day"].between(first, first + WINDOW - 1)], "a", "b")
    observed = replace(observed, phone_ownership=(1.0,) * 10)
    quick = {"testing.onset_to_sample.mean": 0.25, "testing.sample_to_result.mean": 0.25}
    scenario = moscow.replace(
        pathogen=constant_pathogen(latent=12.0, lead=1.2499, hazard=1e-9),
        days=16,
        **SURE_TESTS | quick | FREE,
    )
    one = {
        "lookback_days": stated(WINDOW, "day", 21),
        "delay": {**DELAY["delay"], "mean": 0.25, "range": (0.0, 1.0)},
    }
    level = constant_delays(with_level(scenario, "call-list", more={"call-list": one}))
    run = lz.simulate(level, observed, 1, first=people, keep_lists=True)
    assert run.lists["day"].to_numpy() == pytest.approx(13.9999)
    of_cases = run.lists.assign(a=run.lists["index_case"], b=run.lists["person"])
    listed = pd.Index(pair(of_cases).unique())
    assert len(of_cases) == 2 * len(listed)  # each pair from both sides
    engine = table_of(days_met(contacts, first), listed)
    data = table_of(days_met(contacts, first), called(tied, first))
    np.testing.assert_array_equal(engine, data)
    counts = run.instruments.loc["call-list"]
    assert 100 * counts["listed_contacts"] / counts["contacts"] == pytest.approx(data[1][0])
    assert 100 * counts["listed_contacts"] / counts["listed"] == pytest.approx(data[2][0])


@pytest.fixture(scope="module")
def city_table(moscow, town):
    """The same of the synthetic city where everybody has a phone, outside the household: days with
    a contact of 15 minutes by pair of a fifth of the people and anybody, pairs on their lists, and
    whether each of these met at all (not merely called)."""
    own = replace(town, phone_ownership=(1.0,) * 10)
    quick = {"testing.onset_to_sample.mean": 0.25, "testing.sample_to_result.mean": 0.25}
    scenario = moscow.replace(
        pathogen=constant_pathogen(latent=12.0, lead=1.2499, hazard=1e-9),
        days=16,
        **SURE_TESTS | quick | FREE,
    )
    one = {"delay": {**DELAY["delay"], "mean": 0.25, "range": (0.0, 1.0)}}
    level = constant_delays(with_level(scenario, "call-list", more={"call-list": one}))
    run = lz.simulate(level, own, 1, first=range(town.people), keep_lists=True)
    city, stubs = own.city, new_scratch(8).stubs
    room = 4096
    others, layers, minutes = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room)
    met: dict[tuple[int, int], set[int]] = {}
    for person in range(0, town.people, 5):
        for day in range(WINDOW):
            for k in range(meetings_on(city, 1, stubs, person, day, others, layers, minutes)):
                if layers[k] > 0 and minutes[k] >= 15.0:
                    met.setdefault((person, int(others[k])), set()).add(day)
    days = pd.Series({a * 10_000 + b: len(d) for (a, b), d in met.items()})
    lists = run.lists[run.lists["index_case"] % 5 == 0]
    home = city.household[lists["index_case"]] == city.household[lists["person"]]
    lists = lists[~home]
    return (
        days,
        pd.Index(lists["index_case"] * 10_000 + lists["person"]),
        lists["true_contact"].to_numpy(),
    )


def test_the_city_s_call_list_rises_with_the_days_met_as_in_copenhagen(city_table):
    """A fit: the recalls by days met were put in. It is not exact, since the instrument counts days
    with a meeting of any length and the study days with 15 minutes."""
    days, listed, _ = city_table
    _, recall, _ = table_of(days, listed)
    assert list(recall) == sorted(recall)
    ratio = recall / PUBLISHED_RECALL
    assert ((ratio > 0.9) & (ratio < 1.6)).all(), recall


def test_the_city_s_call_list_is_less_precise_than_copenhagen_s_because_of_ties_outside(city_table):
    """A known miss: 31 per cent against 80.8. The study holds only calls among participants; the
    city's list also holds lasting ties who were not met, by assumption six in ten (`remote_ties`,
    no source found). Among those met at all it is more precise than the study: it holds few who
    were only met for less than 15 minutes (`brief_factor`)."""
    days, listed, met = city_table
    _, _, precision = table_of(days, listed)
    assert precision[0] < PUBLISHED_PRECISION[0] - 30
    assert 0.3 < 1 - met.mean() < 0.85  # the range stated for call partners who were not met
    _, _, among_met = table_of(days, listed[met])
    assert PUBLISHED_PRECISION[0] < among_met[0] < 97
