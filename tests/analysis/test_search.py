"""Policy search: the known frontier of a known problem is found, a stopped search goes on as if never stopped, real runs are paired."""

from __future__ import annotations

import numpy as np
import pytest

import lazaretto as lz
from lazaretto.analysis import search as module
from lazaretto.analysis.compare import AnalysisError
from lazaretto.parameters import ParameterError

optuna = pytest.importorskip("optuna")
moocore = pytest.importorskip("moocore")
BOUNDS = {"isolation.quarantine_days": (1.0, 40.0), "isolation.isolation_days": (1.0, 40.0)}
OBJECTIVES = ["infections_averted", "futile_days"]


@pytest.fixture
def schaffer(monkeypatch):
    """Instead of runs: averted = -(x - 5)^2 - (y - 1)^2 and futile days = (x - 15)^2 + (y - 1)^2, x and y the two lengths.

    The frontier is y = 1, x from 5 to 15. The baseline has no infections and no futile days.
    """
    calls = []

    def panels(scenario, population, seeds, objectives, threads):
        x, y = (float(getattr(scenario.isolation, f"{n}_days").value) for n in ("quarantine", "isolation"))
        calls.append((x, y))
        one = [(x - 5) ** 2 + (y - 1) ** 2, (x - 15) ** 2 + (y - 1) ** 2] if len(calls) > 1 or y > 1 else [0.0, 0.0]
        return np.array([one] * len(seeds)) + (len(calls) > 1) * 1e-3 * np.arange(len(seeds))[:, None]

    monkeypatch.setattr(module, "panels", panels)
    return calls


def start(scenario):
    return scenario.replace(**{"isolation.quarantine_days": 1.0, "isolation.isolation_days": 1.0})


def test_the_frontier_of_a_known_problem_is_found(small, town, schaffer):
    found = lz.search(small, BOUNDS, OBJECTIVES, baseline=start(small), trials=120, seeds=3, population=town, generation=20)
    best = found[found["non_dominated"]]
    assert best["isolation.quarantine_days"].between(4, 16).mean() > 0.8
    late = found.iloc[80:]
    random = np.random.Generator(np.random.Philox(1)).uniform(1, 40, (50, 120, 2))

    def covered(points):
        x, y = points.T
        costs = np.column_stack([(x - 5) ** 2 + (y - 1) ** 2, (x - 15) ** 2 + (y - 1) ** 2])
        return moocore.hypervolume(costs, ref=[400.0, 400.0])

    # as good as the best of 50 random searches of as many trials; the whole frontier covers a little more
    reached = covered(found[list(BOUNDS)].to_numpy())
    assert reached > max(covered(one) for one in random)
    assert reached < covered(np.column_stack([np.linspace(5, 15, 200), np.ones(200)]))
    late = found.iloc[80:]
    assert (late["isolation.isolation_days"] < 10).mean() > 0.7  # generations learn
    assert found["futile_days_error"].iloc[0] == pytest.approx(1e-3 / np.sqrt(3))
    assert found.attrs["directions"] == {"infections_averted": "maximize", "futile_days": "minimize"}


@pytest.mark.parametrize("name", ["search.journal", "search.db"])
def test_a_stopped_search_goes_on_as_if_never_stopped(small, town, schaffer, tmp_path, name):
    ask = dict(baseline=start(small), seeds=2, population=town, generation=4)
    whole = lz.search(small, BOUNDS, OBJECTIVES, trials=14, **ask)
    schaffer.clear()
    kept = tmp_path / name

    class Stopped(Exception):
        pass

    def stop(done, trials):
        if done == 6:
            raise Stopped

    with pytest.raises(Stopped):
        lz.search(small, BOUNDS, OBJECTIVES, trials=14, storage=kept, progress=stop, **ask)
    # and one that was killed in the middle of its runs
    storage = module._storage(optuna, kept)
    study = optuna.load_study(study_name=module.STUDY, storage=storage)
    study.ask().suggest_float("isolation.quarantine_days", 1.0, 40.0)
    schaffer.clear()
    rest = lz.search(small, BOUNDS, OBJECTIVES, trials=14, storage=kept, **ask)
    assert len(schaffer) == 1 + 8  # the baseline and what was left
    assert rest[list(BOUNDS)].to_numpy().tolist() == whole[list(BOUNDS)].to_numpy().tolist()
    assert rest["non_dominated"].tolist() == whole["non_dominated"].tolist()
    with pytest.raises(AnalysisError, match=r"holds another search.*seeds"):
        lz.search(small, BOUNDS, OBJECTIVES, trials=14, storage=kept, **(ask | {"seeds": 3}))


def test_real_runs_are_paired_with_the_baseline(small, town):
    scenario = small.replace(tracing="interview", isolation="supported", days=60)
    bounds = {"isolation.quarantine_days": (7, 9)}
    found = lz.search(scenario, bounds, OBJECTIVES, baseline=scenario.replace(**{"isolation.quarantine_days": 8}), trials=6, seeds=2,
                      population=town, generation=3, threads=2)  # fmt: skip
    lengths = found["isolation.quarantine_days"]
    assert set(lengths) <= {7, 8, 9} and len(set(lengths)) > 1  # whole bounds, whole numbers
    same = found[lengths == 8]
    assert (same[[*OBJECTIVES, "futile_days_error"]] == 0).all(axis=None) and len(same)
    one = found.iloc[0]
    both = [scenario.replace(**{"isolation.quarantine_days": d}) for d in (int(lengths.iloc[0]), 8)]
    runs = [lz.simulate(one_or_other, town, s).panel for s in (1, 2) for one_or_other in both]
    assert one["futile_days"] == pytest.approx((runs[0] - runs[1] + runs[2] - runs[3])["futile_days"] / 2)
    assert one["infections_averted"] == pytest.approx((runs[1] - runs[0] + runs[3] - runs[2])["infections"] / 2)


def test_searches_that_cannot_be_made(small, town):
    ask = dict(baseline=small, population=town, trials=1, seeds=1)
    with pytest.raises(AnalysisError, match="at least two different"):
        lz.search(small, BOUNDS, ["infections"], **ask)
    with pytest.raises(AnalysisError, match="neither good nor bad"):
        lz.search(small, BOUNDS, ["infections", "informed"], **ask)
    with pytest.raises(AnalysisError, match="low below high"):
        lz.search(small, {"isolation.quarantine_days": (3, 3)}, OBJECTIVES, **ask)
    with pytest.raises(ParameterError, match=r"bounds of isolation\.full_adherence_case"):
        lz.search(small, {"isolation.full_adherence_case": (0.5, 1.5)}, OBJECTIVES, **ask)
    with pytest.raises(AnalysisError, match=r"\.journal, \.db or \.sqlite"):
        lz.search(small, BOUNDS, OBJECTIVES, storage="trials.txt", **ask)
