"""Laws: a family scaled to its mean, truncated by conditioning, never below 0."""

from __future__ import annotations

import pickle

import numpy as np
import pydantic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazaretto.parameters import Law

P = np.linspace(0.001, 0.999, 401)
FAMILIES = {
    "gamma": {"a": 3.378},
    "lognorm": {"s": 0.593},
    "weibull_min": {"c": 2.8},
    "expon": {},
    "uniform": {},
    "beta": {"a": 2, "b": 1.5},
}


def law(**changes) -> Law:
    stated = {
        "family": "gamma",
        "mean": 3.0,
        "parameters": {"a": 2.0},
        "unit": "day",
        "range": (0, 1000),
    }
    return Law(**stated | {"source": "a test", "status": "assumption"} | changes)


@pytest.mark.parametrize(("family", "shapes"), FAMILIES.items())
def test_every_family_has_the_stated_mean_and_scipy_s_shape(family, shapes):
    from scipy import stats

    plain = getattr(stats, family)(**shapes)
    ours = law(family=family, parameters=shapes, mean=4.2)
    np.testing.assert_allclose(ours.quantile(P), plain.ppf(P) * 4.2 / plain.mean(), rtol=1e-12)
    assert ours.frozen().mean() == pytest.approx(4.2)
    middle = (np.arange(200_000) + 0.5) / 200_000
    assert ours.quantile(middle).mean() == pytest.approx(4.2, rel=2e-3)


def test_a_maximum_conditions_and_the_stated_mean_is_the_one_before_it():
    from scipy import stats

    cut = law(family="expon", parameters={}, mean=20.0, maximum=80.0)
    np.testing.assert_allclose(
        cut.quantile(P), stats.truncexpon(b=4.0, scale=20.0).ppf(P), rtol=1e-9
    )
    middle = (np.arange(100_000) + 0.5) / 100_000
    assert cut.quantile(middle).mean() == pytest.approx(
        stats.truncexpon(b=4.0, scale=20.0).mean(), rel=1e-3
    )
    assert cut.quantile(middle).mean() < 20.0 == cut.mean
    assert cut.longest == 80.0
    assert law(family="expon", parameters={}).longest == np.inf


def test_tables_are_scaled_interpolated_and_truncated_too():
    table = law(family="table", parameters={}, quantiles=(0.0, 1.0, 3.0), mean=5.0)
    # mean of (0, 1, 3), linear between, is (0.5 + 2) / 2 = 1.25; so the scale is 4
    np.testing.assert_allclose(table.quantile(np.array([0.25, 0.5, 0.75])), [2.0, 4.0, 8.0])
    cut = law(family="table", parameters={}, quantiles=(0.0, 1.0, 3.0), mean=5.0, maximum=4.0)
    np.testing.assert_allclose(cut.quantile(np.array([0.5, 1.0])), [2.0, 4.0])


def test_constants_and_a_mean_of_zero_are_exact():
    assert (law(family="constant", parameters={}, mean=2.5).quantile(P) == 2.5).all()
    assert (law(mean=0).quantile(P) == 0).all()
    with pytest.raises(ValueError, match="use quantile"):
        law(mean=0).frozen()


@given(
    st.sampled_from(sorted(FAMILIES)),
    st.floats(0.01, 500),
    st.floats(0.2, 5),
    st.lists(st.floats(1e-9, 1 - 1e-9), min_size=1, max_size=9),
)
@settings(max_examples=40, deadline=None)
def test_quantiles_ascend_stay_below_the_maximum_and_above_zero(family, mean, stretch, p):
    one = law(family=family, parameters=FAMILIES[family], mean=mean, maximum=mean * stretch)
    values = one.quantile(np.sort(np.array(p)))
    assert (np.diff(values) >= 0).all()
    assert (values >= 0).all() and (values <= one.longest).all() and one.longest <= mean * stretch


def test_a_used_law_can_be_pickled_and_is_still_equal():
    one = law()
    one.quantile(P)
    assert pickle.loads(pickle.dumps(one)) == one == law()


WRONG = [
    ({"family": "gumbel_r", "parameters": {}}, "reaches below 0"),
    ({"family": "norm", "parameters": {}}, "reaches below 0"),
    ({"family": "pareto", "parameters": {"b": 0.5}}, "no positive finite mean"),
    ({"family": "gamma", "parameters": {}}, r"needs the shape parameters \['a'\]"),
    ({"family": "gamma", "parameters": {"a": -1.0}}, "no positive finite mean|reaches below 0"),
    ({"family": "constant"}, "takes no shape parameters"),
    ({"family": "table", "parameters": {}}, "at least two"),
    ({"family": "table", "parameters": {}, "quantiles": (0, float("nan"), 2)}, "finite quantiles"),
    ({"family": "table", "parameters": {}, "quantiles": (-4, 1, 5)}, "must not be negative"),
    ({"family": "table", "parameters": {}, "quantiles": (0, 2, 1)}, "ascending"),
    ({"quantiles": (0, 1)}, "belong to the family 'table'"),
    ({"family": "constant", "parameters": {}, "maximum": 2.0}, "nothing of this law lies below"),
    ({"maximum": 0.0}, "above 0"),
    ({"maximum": float("inf")}, "finite"),
    ({"range": (float("nan"), 5)}, "nan"),
    ({"range": (5, 1)}, "ends exchanged"),
    ({"mean": float("inf")}, "finite"),
    ({"mean": True}, "a number is needed"),
    ({"mean": "3"}, "a number is needed"),
    ({"mean": 10**400}, "too large"),
]


@pytest.mark.parametrize(
    ("changes", "message"), WRONG, ids=lambda x: "" if isinstance(x, dict) else x
)
def test_what_is_no_law_is_refused(changes, message):
    with pytest.raises(pydantic.ValidationError, match=message):
        law(**changes)
