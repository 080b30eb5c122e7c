"""What it would be worth to know one parameter before choosing the policy.

Every sample of the design is one possible truth, as in `decisions`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from .compare import SEED
from .decisions import FEWEST, Floats, costs_by_sample
from .errors import AnalysisError, import_extra
from .frontier import label
from .interval import LEVEL
from .samples import sampled_values

KNOTS, SPLINE_RIDGE = 5, 1e-3


def value_of_information(
    results: xr.Dataset,
    names: list[str],
    *,
    weights: dict[str, float] | None = None,
    listing: str = "targeted",
    level: float = LEVEL,
    resamples: int = 200,
    top: int = 5,
) -> pd.DataFrame:
    """What it would be worth to know one parameter before choosing the policy: the expected value
    of partial perfect information.

    EVPPI = E[min over cells of E[cost | parameter]] taken from min over cells of E[cost], in the
    component's unit (the composite's: a share of the range). E[cost | parameter] is a cubic
    regression spline on the samples (Strong M, Oakley JE, Brennan A 2014 Med Decis Making 34:311,
    10.1177/0272989X13505910; scikit-learn, extra `analysis`). The choice is made for one ranking at
    a time.

    One line per ranking and parameter, the `top` of each ranking: `value`, `low`, `high` (samples
    resampled: they show spread, and lie on the high side), `chance_level` (95 per cent point of the
    same with the parameter shuffled: what noise alone gives; values below it are nothing),
    `best_now` (the choice without knowing more). attrs: `perfect`, ranking -> the value of knowing
    all varied parameters.
    """
    sk_linear, sk_pre, sk_pipe = (
        import_extra(f"sklearn.{m}") for m in ("linear_model", "preprocessing", "pipeline")
    )
    table = sampled_values(results)
    n = len(table)
    if n < FEWEST:
        raise AnalysisError(
            f"{n} samples are too few for a curve along a parameter; take at least {FEWEST}"
        )
    generator = np.random.Generator(np.random.Philox(SEED))
    lowest = (1 - level) / 2

    def curve(x: Floats, y: Floats) -> Floats:
        spline = sk_pre.SplineTransformer(
            n_knots=KNOTS, degree=3, knots="quantile", include_bias=False
        )
        return np.asarray(
            sk_pipe.make_pipeline(spline, sk_linear.Ridge(SPLINE_RIDGE))
            .fit(x[:, None], y)
            .predict(x[:, None])
        )

    def worth(x: Floats, cost: Floats) -> float:
        """cost: (cells, samples), less that of the choice without knowing more (so its own line is
        0)."""
        now = int(np.argmin(cost.mean(axis=1)))
        difference = np.delete(cost - cost[now], now, axis=0).T  # (samples, cells - 1)
        return abs(float(np.minimum(0.0, curve(x, difference).reshape(n, -1).min(axis=1)).mean()))

    lines, perfect = [], {}
    for ranking, cost in costs_by_sample(results, names, weights, listing).items():
        mean = cost.mean("seed").values
        if len(mean) < 2:
            raise AnalysisError("there is only one cell, so there is no choice to inform")
        labels = [label(cell) for cell in cost.indexes["cell"]]
        perfect[ranking] = float(mean.mean(axis=1).min() - mean.min(axis=0).mean())
        for parameter in table.columns:
            x = table[parameter].to_numpy()
            if len(np.unique(x)) < KNOTS:
                raise AnalysisError(
                    f"{parameter} takes fewer than {KNOTS} values, too few for a curve"
                )
            picks = generator.integers(0, n, (resamples, n))
            drawn = [
                worth(x[pick], mean[:, pick]) for pick in picks if len(np.unique(x[pick])) >= KNOTS
            ]
            shuffled = [worth(generator.permutation(x), mean) for _ in range(resamples)]
            low, high = np.quantile(drawn, [lowest, 1 - lowest])
            now = labels[int(np.argmin(mean.mean(axis=1)))]
            lines.append(
                (
                    ranking,
                    parameter,
                    worth(x, mean),
                    low,
                    high,
                    float(np.quantile(shuffled, 0.95)),
                    now,
                )
            )
    found = pd.DataFrame(
        lines, columns=["ranking", "parameter", "value", "low", "high", "chance_level", "best_now"]
    )
    order = {name: i for i, name in enumerate(dict.fromkeys(found["ranking"]))}
    found = found.assign(order=found["ranking"].map(order)).sort_values(
        ["order", "value"], ascending=[True, False], kind="stable"
    )
    found = found.groupby("order").head(top).drop(columns="order").reset_index(drop=True)
    found.attrs |= {
        "perfect": perfect,
        "samples": n,
        "seeds": results.sizes["seed"],
        "level": level,
        "weights": weights or {},
    }
    return found
