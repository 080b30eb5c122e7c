"""Judges: data, analysis.

From a line list and contacts to a fitted scenario, and to what tracing would have done.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lazaretto as lz
from lazaretto.analysis.errors import AnalysisError
from lazaretto.analysis.outbreak import onsets
from lazaretto.analysis.published import outbreaks
from lazaretto.bench import idealised_pathogen, neutral_law
from lazaretto.datasets import DataError
from lazaretto.populations import DataNotice, PopulationError
from lazaretto.values.prior import Prior

LINES = pd.DataFrame(
    {
        "id": ["01", "02", "03", "04", "05"],
        "onset": ["2020-03-02", "2020-03-05", "2020-03-06", None, "2020-03-16"],
        "from": [None, "01", "01", "02", "03"],
    }
)
HAZARD = 0.4  # per day of the ring
SEEN_TO = {"testing.seek_probability": 1.0, "behaviour.self_isolation_probability": 0.0}
QUICK = settings(max_examples=40, deadline=None, derandomize=True)


def test_a_line_list_is_read_with_who_infected_whom():
    found = lz.read_outbreak(LINES, infector="from")
    assert found.first == np.datetime64("2020-03-02")
    assert found.cases["id"].tolist() == ["01", "02", "03", "05"]  # 04 never fell ill
    assert found.cases["day"].tolist() == [0.0, 3.0, 4.0, 14.0]
    assert found.counts().tolist() == [3, 0, 1] and found.counts(1).sum() == 4
    assert found.pairs["serial_interval"].tolist() == [3.0, 4.0, 10.0]
    assert found.infected.tolist() == [2, 0, 1, 0]


def test_infectors_may_stand_in_a_table_of_contacts():
    contacts = pd.DataFrame({"from": ["01", "01", "03"], "to": ["02", "03", "05"]})
    found = lz.read_outbreak(LINES.drop(columns="from"), contacts)
    pd.testing.assert_frame_equal(found.pairs, lz.read_outbreak(LINES, infector="from").pairs)
    assert (lz.read_outbreak(LINES.drop(columns="from")).cases["infector"] == "").all()


def test_a_case_with_several_infectors_has_none_that_is_known():
    exposed = pd.DataFrame({"from": ["01", "03", "01"], "to": ["02", "02", "03"]})
    with pytest.warns(DataNotice, match="1 cases have several infectors, such as 02"):
        found = lz.read_outbreak(LINES, exposed)
    assert found.pairs["infectee"].tolist() == ["03"]


@given(st.permutations(range(5)), st.integers(-400, 400))
@QUICK
def test_order_of_lines_and_origin_of_days_do_not_matter(order, origin):
    days = pd.to_datetime(LINES["onset"]) - pd.Timestamp("2020-03-02")
    other = LINES.assign(onset=days.dt.days + origin).iloc[list(order)]
    one = lz.read_outbreak(LINES, infector="from")
    two = lz.read_outbreak(other, infector="from")
    pd.testing.assert_frame_equal(one.cases, two.cases)
    assert two.first is None


@pytest.mark.parametrize(
    ("lines", "more", "message"),
    [
        (LINES, {"onset": "rash"}, "there is no column 'rash'"),
        (LINES.assign(id="01"), {}, "row 2: this case is given twice"),
        (LINES.assign(**{"from": LINES["id"]}), {"infector": "from"}, "a case infects itself"),
    ],
)
def test_wrong_line_lists_get_one_clear_message(lines, more, message):
    with pytest.raises(PopulationError, match=message):
        lz.read_outbreak(lines, **more)


def test_a_line_list_without_any_onset_is_refused():
    with pytest.raises(AnalysisError, match="nobody has a day in the column 'onset'"):
        lz.read_outbreak(LINES.assign(onset=None))


def ring(moscow, hazard: float, days: int = 120):
    """Forty people, each of whom knows four others, and a disease of constant periods."""
    n = np.arange(40)
    table = pd.DataFrame({"one": np.r_[n, n], "other": np.r_[(n + 1) % 40, (n + 2) % 40]})
    people = lz.Population.from_edges(table.astype(str))
    one = idealised_pathogen(neutral_law("constant", 3.0), neutral_law("constant", 4.0), hazard)
    scenario = moscow.replace(pathogen=one, days=days, initial_infections=1, **SEEN_TO)
    return scenario, people


def linelist_of(run) -> pd.DataFrame:
    table = run.transmissions
    when = run.raw.history.onset
    by = [None if one == -1 else str(one) for one in table["infector"]]
    ids = table["infectee"].astype(str)
    return pd.DataFrame({"id": ids, "onset": np.floor(when), "from": by})


def test_an_outbreak_of_the_model_s_own_is_found_again_by_its_hazard(moscow):
    """What is fitted to one run's onsets lies within a factor of two of its hazard, where the prior
    spans a factor of 75, and tracing averts infections in it; households nobody has avert none."""
    pytest.importorskip("pyabc")
    scenario, people = ring(moscow, HAZARD)
    run = lz.simulate(scenario, people, 4, first=["0"])
    seen = lz.read_outbreak(linelist_of(run), infector="from")
    assert len(seen.cases) > 20
    assert seen.counts().tolist() == onsets(run).astype(int).tolist()
    prior = Prior(family="uniform", parameters={"low": 0.02, "high": 1.5})
    fit = lz.fit_outbreak(
        scenario,
        people,
        seen,
        {"pathogen.hazard_per_day": prior},
        first=["0"],
        particles=40,
        generations=4,
    )
    from lazaretto.analysis.calibration import posterior_table

    line = posterior_table(fit).loc["pathogen.hazard_per_day"]
    assert HAZARD / 2 < line["median"] < HAZARD * 2 and line["narrowed"] > 0.3
    done = lz.tracing_would_have(
        scenario, people, fit, ["interview", "household"], first=["0"], draws=30
    )
    assert done.index.tolist() == ["none", "interview", "household"]
    assert done.loc["none", ["averted", "low", "high"]].tolist() == [0.0, 0.0, 0.0]
    assert done.loc["household", "averted"] == 0.0  # nobody has a household here
    assert done.loc["interview", "averted"] > 1.0
    expected = done.loc["none", "infected"] - done["infected"]
    np.testing.assert_allclose(done["averted"], expected)
    with pytest.raises(AnalysisError, match="draws: at least two"):
        lz.tracing_would_have(scenario, people, fit, ["interview"], draws=1)


def real():
    """Skips, and says so, where the line lists are not there."""
    try:
        for name in (outbreaks.HAGELLOCH, outbreaks.KOREA, outbreaks.KOREAN_CONTACTS):
            outbreaks.find(name)
    except DataError as problem:
        pytest.skip(str(problem))
    with pytest.warns(DataNotice, match="2 cases have several infectors"):
        return outbreaks.hagelloch(), outbreaks.korea()


def test_data_that_are_not_there_are_named_with_where_to_put_them(tmp_path, monkeypatch):
    monkeypatch.setenv("LAZARETTO_DATA", str(tmp_path))
    with pytest.raises(
        DataError, match=r"there is no measles_hagelloch_1861\.csv in .*LAZARETTO_DATA"
    ):
        outbreaks.hagelloch()


def test_hagelloch_and_korea_are_read_as_they_were():
    measles, mers = real()
    assert len(measles.cases) == 188 and len(measles.pairs) == 184
    assert measles.first == np.datetime64("1861-11-03")
    assert len(mers.cases) <= 162 and len(mers.pairs) > 80
    people = outbreaks.village()
    city = people.city
    assert people.people == 188 and city.classes == 2
    assert len(city.household_start) - 1 == 69 and np.diff(city.group_start).tolist() == [30, 68]
