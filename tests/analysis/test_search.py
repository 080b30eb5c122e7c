"""Policy search: the known frontier of a known problem is found, a stopped search goes on as if
never stopped, real runs are paired."""

from __future__ import annotations

import numpy as np
import pytest

import lazaretto as lz
from lazaretto.analysis import search as module
from lazaretto.analysis.compare import AnalysisError
from lazaretto.parameters import ParameterError

optuna = pytest.importorskip("optuna")
moocore = pytest.importorskip("moocore")
FRACTIONS = [
    "isolation.full_adherence_case",
    "isolation.full_adherence_contact",
    "isolation.partial_contact_factor",
    "testing.seek_probability",
    "behaviour.self_isolation_probability",
    "behaviour.heed_probability",
]
BOUNDS = dict.fromkeys(FRACTIONS, (0.0, 1.0))
OBJECTIVES = ["infections_averted", "futile_days"]


def problem(x):
    """(..., 6) -> two costs; on the frontier all but the first are 0.3, and the first lies between
    0.2 and 0.8."""
    far = ((x[..., 1:] - 0.3) ** 2).sum(axis=-1)
    return np.stack([(x[..., 0] - 0.2) ** 2 + far, (x[..., 0] - 0.8) ** 2 + far], axis=-1)


@pytest.fixture
def known(monkeypatch):
    """Instead of runs, the known problem (seed by seed a little more); the baseline costs nothing.
    A list of what was asked."""
    calls = []

    def panels(scenario, population, seeds, objectives, threads):
        data = scenario.model_dump()
        x = np.array([float(data[n.split(".")[0]][n.split(".")[1]]["value"]) for n in FRACTIONS])
        calls.append(x)
        if len(calls) == 1:  # the baseline is asked first
            return np.zeros((len(seeds), 2))
        return problem(x) + 1e-3 * np.arange(len(seeds))[:, None]

    monkeypatch.setattr(module, "panels", panels)
    return calls


def test_the_frontier_of_a_known_problem_is_found(small, town, known):
    found = lz.search(
        small,
        BOUNDS,
        ["infections_averted", "futile_days"],
        baseline=small,
        trials=200,
        seeds=3,
        population=town,
    )
    tried = found[FRACTIONS].to_numpy()

    def covered(x):
        return moocore.hypervolume(problem(x), ref=[1.0, 1.0])

    random = np.random.Generator(np.random.Philox(1)).random((50, 200, 6))
    assert covered(tried) > max(
        covered(x) for x in random
    )  # better than each of 50 random searches of as many trials
    assert -found["infections_averted"].to_numpy() == pytest.approx(problem(tried)[:, 0] + 1e-3)
    assert found["futile_days"].to_numpy() == pytest.approx(problem(tried)[:, 1] + 1e-3)
    assert found["futile_days_error"].iloc[0] == pytest.approx(1e-3 / np.sqrt(3))
    assert found.attrs["bounds"] == BOUNDS
    drawn = lz.figures.search(found)
    assert sum(len(trace.x) for trace in drawn.data) == 200 and all(
        trace.error_x.array is not None for trace in drawn.data
    )
    assert found.attrs["directions"] == {
        "infections_averted": "maximize",
        "futile_days": "minimize",
    }


@pytest.mark.parametrize("name", ["search.journal", "search.db"])
def test_a_stopped_search_goes_on_as_if_never_stopped(small, town, known, tmp_path, name):
    ask = dict(baseline=small, seeds=2, population=town, generation=4)
    whole = lz.search(small, BOUNDS, OBJECTIVES, trials=14, **ask)
    known.clear()
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
    study.ask().suggest_float(FRACTIONS[0], 0.0, 1.0)
    known.clear()
    rest = lz.search(small, BOUNDS, OBJECTIVES, trials=14, storage=kept, **ask)
    assert len(known) == 1 + 8  # the baseline and what was left
    assert rest[list(BOUNDS)].to_numpy().tolist() == whole[list(BOUNDS)].to_numpy().tolist()
    assert rest["non_dominated"].tolist() == whole["non_dominated"].tolist()
    with pytest.raises(AnalysisError, match=r"holds another search.*seeds"):
        lz.search(small, BOUNDS, OBJECTIVES, trials=14, storage=kept, **(ask | {"seeds": 3}))


def test_real_runs_are_paired_with_the_baseline(small, town):
    scenario = small.replace(tracing="interview", isolation="supported", days=60)
    bounds = {"isolation.quarantine_days": (7, 9)}
    found = lz.search(
        scenario,
        bounds,
        OBJECTIVES,
        baseline=scenario.replace(**{"isolation.quarantine_days": 8}),
        trials=6,
        seeds=2,
        population=town,
        generation=3,
        threads=2,
    )
    lengths = found["isolation.quarantine_days"]
    assert set(lengths) <= {7, 8, 9} and len(set(lengths)) > 1  # whole bounds, whole numbers
    same = found[lengths == 8]
    assert (same[[*OBJECTIVES, "futile_days_error"]] == 0).all(axis=None) and len(same)
    one = found.iloc[0]
    both = [scenario.replace(**{"isolation.quarantine_days": d}) for d in (int(lengths.iloc[0]), 8)]
    runs = [lz.simulate(one_or_other, town, s).panel for s in (1, 2) for one_or_other in both]
    assert one["futile_days"] == pytest.approx(
        (runs[0] - runs[1] + runs[2] - runs[3])["futile_days"] / 2
    )
    assert one["infections_averted"] == pytest.approx(
        (runs[1] - runs[0] + runs[3] - runs[2])["infections"] / 2
    )


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
