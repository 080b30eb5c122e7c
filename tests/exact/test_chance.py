"""The generator against its published answers; quantile tables against scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from lazaretto._jit import entry
from lazaretto.chance import streams
from lazaretto.chance.laws import poisson, quantile, quantile_row
from lazaretto.chance.philox import draw, philox, unit


@entry
def cipher(c, k, out):
    out[0], out[1], out[2], out[3] = philox(c[0], c[1], c[2], c[3], k[0], k[1])


@entry
def words(seed, purpose, a, b, c, out):
    out[0], out[1], out[2], out[3] = draw(seed, purpose, a, b, c)


@entry
def sample_law(tables, n, seed, out):
    for i in range(n):
        out[i] = quantile(tables, 0, draw(seed, 1, i, 0, 0)[0])


@entry
def sample_poisson(mean, n, out):
    for i in range(n):
        out[i] = poisson(mean, draw(3, 2, i, 0, 0)[0])


@entry
def many_units(seed, purpose, by, n, out):
    for i in range(n):
        a, b, c = (i, 0, 0) if by == 0 else ((0, i, 0) if by == 1 else (0, 0, i))
        out[i] = unit(draw(seed, purpose, a, b, c)[0])


# Random123's kat_vectors for philox4x32 with 10 rounds (counter, key, answer)
KNOWN = [
    ([0, 0, 0, 0], [0, 0], [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
    ([0xFFFFFFFF] * 4, [0xFFFFFFFF] * 2, [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
    (
        [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344],
        [0xA4093822, 0x299F31D0],
        [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1],
    ),
]


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_philox_gives_the_published_answers(counter, key, answer):
    out = np.zeros(4, np.uint64)
    cipher(np.array(counter, np.uint64), np.array(key, np.uint64), out)
    assert out.tolist() == answer


def test_streams_that_differ_in_one_key_are_unrelated():
    """Correlation of 40,000 pairs below 5 standard errors (0.025) for neighbours in seed, purpose,
    and each key."""
    n = 40_000
    reference = np.empty(n)
    many_units(1, 32, 0, n, reference)
    for seed, purpose, by in ((2, 32, 0), (1, 33, 0), (1, 32, 1), (1, 32, 2), (1 + 2**32, 32, 0)):
        other = np.empty(n)
        many_units(seed, purpose, by, n, other)
        assert abs(np.corrcoef(reference[1:], other[1:])[0, 1]) < 5 / np.sqrt(n)
    assert abs(reference.mean() - 0.5) < 5 * np.sqrt(1 / 12 / n)
    assert stats.kstest(reference, "uniform").pvalue > 1e-6


def test_purposes_are_different():
    numbers = [v for k, v in vars(streams).items() if k.isupper()]
    assert len(numbers) == len(set(numbers)) > 20


@pytest.mark.parametrize(
    "law",
    [
        stats.gamma(3.378, scale=0.948),
        stats.expon(scale=2.685),
        stats.lognorm(0.593, scale=4.0),
        stats.weibull_min(2.826, scale=5.665),
        stats.gamma(1.0),
        stats.uniform(0, 1),
        stats.gamma(0.3, scale=1 / 0.3),
    ],
    ids=["gamma", "exponential", "lognormal", "weibull", "gamma 1", "uniform", "gamma 0.3"],
)
def test_quantile_tables_have_the_law_s_mean_and_spread(law):
    n = 200_000
    out = np.empty(n)
    sample_law(quantile_row(law.ppf)[None, :], n, 5, out)
    assert out.mean() == pytest.approx(law.mean(), abs=5 * law.std() / np.sqrt(n))
    assert stats.kstest(out, law.cdf).statistic < 2.2 / np.sqrt(n)
    from lazaretto.population.synthetic import mean_of_row

    # linear between 512 cells: the sharper the law's peak at 0, the larger the error, and never
    # above a thousandth
    assert mean_of_row(quantile_row(law.ppf)) == pytest.approx(law.mean(), rel=1e-3)


def test_a_constant_law_is_exact():
    out = np.empty(1000)
    sample_law(quantile_row(lambda p: np.full_like(p, 3.7))[None, :], 1000, 5, out)
    assert (out == 3.7).all()


@pytest.mark.parametrize("mean", [0.0, 0.3, 2.8, 40.0, 700.0])
def test_poisson_counts(mean):
    n = 40_000
    out = np.empty(n)
    sample_poisson(mean, n, out)
    assert out.mean() == pytest.approx(mean, abs=5 * np.sqrt(mean / n) + 1e-12)
    assert out.var() == pytest.approx(mean, abs=5 * mean * np.sqrt(2 / n) + 0.05 * mean + 1e-12)
