"""Which cells a design has and what its samples are."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from small import design, sampled, stated

from lazaretto.parameters import ParameterError, Prior, Sweep, load_sweep
from lazaretto.parameters.sweep import stated_at
from lazaretto.sweeps.designs import plan

INTERVIEW = "tracing.instruments.interview.cooperation_probability"
KAPPA, LATENT, DAYS = (
    "behaviour.kappa_reporting",
    "pathogen.latent_period.mean",
    "isolation.isolation_days",
)


def test_a_latin_hypercube_has_one_sample_in_each_stratum():
    made = plan(sampled(vary=("pathogen.R0", INTERVIEW, LATENT), n=16))
    for name, prior in ((n, v.prior) for n, v in made.varied.items()):
        grid = np.linspace(0, 1, 20_001)[1:-1]
        p = np.interp(made.samples[name], prior.quantile(grid), grid)  # its distribution function
        assert sorted(np.floor(p * 16).astype(int)) == list(range(16)), name


def test_samples_follow_the_declared_distribution_and_else_the_range():
    made = plan(
        sampled(vary=("pathogen.R0", INTERVIEW, LATENT, "testing.background_illness_per_day"), n=8)
    )
    told = made.coordinates()
    triangle = stats.triang((2.8 - 2.0) / (3.9 - 2.0), loc=2.0, scale=3.9 - 2.0)
    np.testing.assert_allclose(triangle.cdf(made.samples["pathogen.R0"]), made.unit[:, 0])
    np.testing.assert_allclose(stats.beta(14, 6).cdf(made.samples[INTERVIEW]), made.unit[:, 1])
    scenario = made.design.scenario
    low, high = scenario.pathogen.latent_period.range
    np.testing.assert_allclose(made.samples[LATENT], low + (high - low) * made.unit[:, 2])
    assert told[LATENT][2]["family"] == "uniform"
    low, high = scenario.testing.background_illness_per_day.range
    wide = "loguniform" if low > 0 and high >= 10 * low else "uniform"
    assert told["testing.background_illness_per_day"][2]["family"] == wide
    assert "fallback" in told[LATENT][2] and "fallback" not in told["pathogen.R0"][2]
    for name in made.samples:
        assert set(told[name][2]) >= {"units", "source", "status", "family"}
    assert told[LATENT][2]["units"] == "day"


@pytest.mark.parametrize(
    ("prior", "law"),
    [
        (Prior(family="uniform", parameters={"low": -1, "high": 3}), stats.uniform(-1, 4)),
        (
            Prior(family="loguniform", parameters={"low": 0.01, "high": 5}),
            stats.loguniform(0.01, 5),
        ),
        (
            Prior(family="triangular", parameters={"low": 1, "mode": 1, "high": 3}),
            stats.triang(0, loc=1, scale=2),
        ),
        (Prior(family="lognorm", parameters={"s": 0.5, "scale": 2}), stats.lognorm(0.5, scale=2)),
    ],
)
def test_quantiles_are_those_of_scipy(prior, law):
    p = np.linspace(0.01, 0.99, 9)
    np.testing.assert_allclose(prior.quantile(p), law.ppf(p))


def test_saltelli_samples_exchange_one_column_at_a_time():
    names = ("pathogen.R0", INTERVIEW, KAPPA)
    made = plan(sampled("sobol", names, n=8))
    assert made.unit.shape == (8 * (3 + 2), 3)
    for rows in made.unit.reshape(8, 5, 3):
        a, exchanged, b = rows[0], rows[1:4], rows[4]
        for i in range(3):
            np.testing.assert_array_equal(exchanged[i], np.where(np.arange(3) == i, b, a))
    assert plan(sampled("sobol", names, n=8, second_order=True)).unit.shape == (8 * (2 * 3 + 2), 3)


def test_salib_finds_the_indices_of_a_sum_from_what_the_design_says():
    """Of w . u, with u uniform, the first index is w_i^2 / sum of w^2, and the total one the
    same."""
    from SALib.analyze import sobol

    made = plan(sampled("sobol", ("pathogen.R0", INTERVIEW, KAPPA), n=512))
    weight = np.array([1.0, 2.0, 4.0])
    found = sobol.analyze(made.problem(), made.unit @ weight, calc_second_order=False, seed=1)
    wanted = weight**2 / (weight**2).sum()
    assert (np.abs(found["S1"] - wanted) <= 5 / 1.96 * found["S1_conf"]).all()
    assert (np.abs(found["ST"] - wanted) <= 5 / 1.96 * found["ST_conf"]).all()
    assert found["S1_conf"].max() < 0.2  # an exchange of two columns would show


def test_samples_are_the_same_whatever_they_are_crossed_with():
    one = plan(sampled(vary=(KAPPA, LATENT)))
    other = plan(
        sampled(
            vary=(KAPPA, LATENT),
            axes={"isolation": ("supported",)},
            baseline={"isolation": "supported"},
        )
    )
    for name in one.samples:
        np.testing.assert_array_equal(one.samples[name], other.samples[name])


def test_cells_are_policies_by_samples_and_work_covers_each_once():
    made = plan(sampled(vary=(KAPPA, INTERVIEW), n=3))
    assert (made.count, made.shape, made.dims) == (
        12,
        (2, 2, 3),
        ("tracing", "isolation", "sample"),
    )
    assert sorted(made.order()) == list(range(12))
    policy, values = made.settings(11)
    assert policy == {"tracing": "interview", "isolation": "supported"}
    both = {KAPPA: made.samples[KAPPA][2], INTERVIEW: made.samples[INTERVIEW][2]}
    assert values == [both, both]  # the same for both seeds
    assert made.settings(0)[1][0] == {KAPPA: made.samples[KAPPA][0]}  # no interview to vary
    first = [made.settings(i) for i in list(made.order())[:4]]
    assert (
        len({values[0][KAPPA] for _, values in first}) == 1
    )  # the policies of a sample follow one another


def test_work_on_one_population_stays_together():
    axes = {"isolation": ("advice", "supported"), "people": (500, 1000)}
    made = plan(design(axes=axes, baseline={"isolation": "advice", "people": 500}))
    people = [made.settings(i)[0]["people"] for i in made.order()]
    assert people == sorted(people)


def test_laws_vary_in_their_mean_and_whole_numbers_stay_whole():
    made = plan(sampled(vary=(LATENT, "initial_infections", "isolation.isolation_days"), n=5))
    for sample in range(5):
        policy, values = made.settings(sample)
        scenario = made.design.scenario_of(policy).with_settings(values[0])
        assert scenario.pathogen.latent_period.mean == made.samples[LATENT][sample]
        assert scenario.initial_infections.value == made.samples["initial_infections"][sample]
    assert made.samples["initial_infections"].dtype == np.int64
    assert made.samples["isolation.isolation_days"].dtype == np.float64


def test_rows_are_taken_as_they_stand():
    rows = (
        {"tracing": "interview", "days": 20, KAPPA: 0.5},
        {"tracing": "none", "days": 10, KAPPA: 0.0},
    )
    axes = {"isolation": ("advice", "supported")}
    made = plan(design(design="list", rows=rows, axes=axes, baseline={"isolation": "advice"}))
    assert [made.settings(i) for i in range(4)] == [
        ({"isolation": i}, [r, r]) for i in axes["isolation"] for r in rows
    ]
    assert made.days == 20
    assert made.coordinates()["days"][2]["units"] == "day"


@pytest.mark.parametrize("name", ["assumptions-by-regime", "assumptions-sobol", "delays"])
def test_shipped_designs_can_be_planned(name):
    made = plan(load_sweep(name))
    assert made.count == made.design.count > 4
    for index in (0, made.count - 1):
        policy, values = made.settings(index)
        made.design.scenario_of(policy).with_settings(values[0])


def test_names_are_found_by_type_number_and_action():
    scenario = load_sweep("tracing-by-isolation").scenario.replace(
        tracing="interview", isolation="sms-and-police"
    )
    for name in (
        INTERVIEW,
        "tracing.instruments.interview.cooperation_probability",
        INTERVIEW + ".value",
    ):
        found = stated_at(scenario, name)
        assert found is not None and found[0].unit == "fraction", name
    assert stated_at(scenario, "pathogen.latent_period")[0] is scenario.pathogen.latent_period
    assert stated_at(scenario, "isolation.ladder[fine].after_detections") == (
        scenario.isolation.ladder[-1].after_detections,
        True,
    )
    for name in (
        "pathogen",
        "tracing.instruments[9].delay",
        "pathogen.latent_period.parameters.a",
        "pathogen.title",
        "nothing",
        "",
    ):
        assert stated_at(scenario, name) is None, name


WRONG = [
    (dict(design="sobol", vary=(KAPPA,)), "the design 'sobol' needs samples"),
    (dict(design="sobol", samples=stated(8, "sample")), "the design 'sobol' needs vary"),
    (
        dict(design="sobol", vary=(KAPPA,), samples=stated(12, "sample")),
        "must be a power of two; got 12",
    ),
    (dict(design="list"), "the design 'list' needs rows"),
    (dict(vary=(KAPPA,)), "vary does not belong to the design 'grid'"),
    (dict(design="list", rows=({KAPPA: 1}, {LATENT: 3})), "all rows must set the same names"),
    (
        dict(design="list", rows=({"tracing": "none"}, {"tracing": 3})),
        "rows.tracing is a name in some rows and a number in others",
    ),
    (
        dict(design="latin-hypercube", vary=(KAPPA, KAPPA), samples=stated(8, "sample")),
        "vary names a parameter twice",
    ),
    (
        dict(design="latin-hypercube", vary=(KAPPA,), samples=stated(1e6, "sample")),
        "4,000,000 cells; at most 1,000,000",
    ),
    (
        dict(
            design="latin-hypercube", vary=(KAPPA,), samples=stated(8, "sample"), second_order=True
        ),
        "second_order belongs",
    ),
    (dict(design="list", rows=({"tracing": "none"},)), "both an axis and varied: ['tracing']"),
]


@pytest.mark.parametrize(("changes", "message"), WRONG, ids=[m for _, m in WRONG])
def test_keys_that_do_not_fit_are_refused(changes, message):
    with pytest.raises(ValueError) as caught:
        design(**changes)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("behaviour.kapa_reporting", "no policy of this design states such a number"),
        ("testing.sensitivity_by_day", "this is a list of values"),
        (
            "tracing.instruments.operator-geolocation.delay.mean",
            "no policy of this design states such a number",
        ),
    ],
)
def test_names_that_cannot_vary_are_refused(name, message):
    with pytest.raises(ParameterError, match="vary: ") as caught:
        sampled(vary=(name,)).check_cells()
    assert message in str(caught.value) and name in str(caught.value)


def test_a_distribution_beyond_what_is_allowed_is_refused_before_any_work():
    made = sampled(vary=("testing.seek_probability",), n=64)
    data = made.model_dump()
    data["scenario"]["testing"]["seek_probability"]["distribution"] = {
        "family": "norm",
        "parameters": {"loc": 0.5, "scale": 1},
    }
    with pytest.raises(
        ParameterError,
        match=r"vary: testing.seek_probability: a sample cannot be used: .* is not allowed",
    ):
        plan(Sweep.model_validate(data))


def test_an_endless_range_needs_a_distribution():
    data = sampled(vary=(DAYS,)).model_dump()
    data["scenario"]["isolation"]["isolation_days"]["range"] = [5, float("inf")]
    data["axes"], data["baseline"] = {"tracing": ["none"]}, {"tracing": "none"}
    with pytest.raises(ParameterError, match=r"its range \[5, inf\] cannot be sampled"):
        plan(Sweep.model_validate(data))


def test_a_sweep_comes_back_from_json_as_it_went():
    data = design().model_dump()
    data["scenario"] = design().scenario.replace(tracing="operator-geolocation").model_dump()
    data["scenario"]["tracing"]["instruments"][0]["retention_days"] |= {
        "value": float("inf"),
        "range": [0, float("inf")],
    }
    made = Sweep.model_validate(data)
    assert Sweep.model_validate_json(made.model_dump_json()) == made


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ({"matched_null": True}, r'write null = \["area", "city"\]'),
        ({"matched_null": False}, r"write null = \[\]"),
        ({"null": ("area", "area")}, "names a scope twice"),
        ({"null": ("country",)}, "'area' or 'city'"),
    ],
)
def test_a_wrong_null_or_an_old_one_is_told_what_to_write(stated, told):
    with pytest.raises(ValueError, match=told):
        design(**stated)


def test_what_an_axis_states_of_a_part_changes_nothing_in_policies_without_it():
    """An instrument of another level is left out there, and any other wrong name is refused."""
    axes = {"tracing": ("none", "interview"), INTERVIEW: (0.2, 0.9)}
    made = design(axes=axes, baseline={"tracing": "none", INTERVIEW: 0.2})
    made.scenario_of({"tracing": "interview"})
    with_it, without = (
        [made.scenario_of(cell) for cell in made.cells() if cell["tracing"] == level]
        for level in ("interview", "none")
    )
    asked = [one.tracing.instruments[-1].cooperation_probability.value for one in with_it]
    assert asked == [0.2, 0.9] and without[0] == without[1]
    made.check_cells()
    wrong = INTERVIEW.replace("interview", "interwiev")
    axes = {"tracing": ("none", "interview"), wrong: (0.2, 0.9)}
    with pytest.raises(ParameterError, match="interwiev"):
        design(axes=axes, baseline={"tracing": "none", wrong: 0.2}).check_cells()
