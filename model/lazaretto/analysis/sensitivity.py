"""Which assumption matters: Sobol indices and partial rank correlations, by component and by block
of the panel.

Both describe the mean over seeds of each sample. What of its variance is noise of the seeds stands
beside them (`noise_share`): no index can explain that part.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from .compare import SEED, axes_of
from .errors import AnalysisError, import_extra
from .interval import LEVEL
from .samples import (
    answerable,
    block_of,
    by_draw,
    cells_of,
    noise_share,
    sample_means,
    sampled_values,
    varied_in,
)
from .situations import check_one_situation

RESAMPLES = 500
LEAST_SAMPLES = 3  # more samples than parameters, for a partial correlation
FLAT = 1e-12  # of the mean: less variation than this is rounding
Floats = NDArray[np.float64]


def sobol(
    results: xr.Dataset,
    names: list[str] | None = None,
    *,
    listing: str = "targeted",
    level: float = LEVEL,
    resamples: int = RESAMPLES,
) -> xr.Dataset:
    """Sobol indices of a Sobol design, by SALib (extra `analysis`).

    names: components, or with `_averted`; default all of the panel. Dims: "component", the policy
    axes, "parameter". Variables: `first` and `total` with `_low` and `_high` (bootstrap over the
    design's blocks of rows), `noise_share`; over the dim "block" the same indices of the block as a
    whole, `block_first` and `block_total` with their ends: means over the block's components that
    vary, each scaled to variance 1 (Lamboni M et al 2011 Reliab Eng Syst Saf 96:450,
    10.1016/j.ress.2010.12.002). nan where a component does not vary.

    Estimators: first order Saltelli 2010, total Jansen 1999, as in SALib. Raises AnalysisError for
    another design, or if a sample failed.
    """
    analyse = import_extra("SALib.analyze.sobol").analyze
    if results.attrs.get("design_kind") != "sobol":
        raise AnalysisError(
            "Sobol indices need a Sobol design; this one is "
            f"{results.attrs.get('design_kind', 'a grid')!r}. "
            "For a Latin hypercube or a list take prcc"
        )
    problem = json.loads(results.attrs["problem"])
    second = bool(int(results.attrs.get("second_order", 0)))
    parameters = varied_in(results)
    rows = results.sizes["sample"]
    base, left = divmod(rows, 2 * len(parameters) + 2 if second else len(parameters) + 2)
    if left or base & (base - 1):  # Sobol designs have a base that is a power of two
        raise AnalysisError(
            f"{rows} samples are no whole Sobol design of {len(parameters)} "
            "parameters; was a part chosen?"
        )
    lowest = (1 - level) / 2

    def indices(y: Floats) -> dict[str, Floats]:
        found = analyse(
            problem,
            y,
            calc_second_order=second,
            num_resamples=resamples,
            conf_level=level,
            keep_resamples=True,
            seed=SEED,
        )
        return {
            "first": np.asarray(found["S1"]),
            "total": np.asarray(found["ST"]),
            "first_draws": np.asarray(found["S1_conf_all"]),
            "total_draws": np.asarray(found["ST_conf_all"]),
        }

    return _by_component(
        results,
        answerable(results, names),
        listing,
        ("first", "total"),
        indices,
        parameters,
        lowest,
    )


def prcc(
    results: xr.Dataset,
    names: list[str] | None = None,
    *,
    listing: str = "targeted",
    level: float = LEVEL,
    resamples: int = RESAMPLES,
) -> xr.Dataset:
    """Partial rank correlation of each varied parameter with each component, given the other
    parameters (Marino S et al 2008 J Theor Biol 254:178, 10.1016/j.jtbi.2008.04.011), for any
    sampled design.

    Ranks by scipy, partial correlation from the inverse of the rank correlation matrix, interval by
    resampling samples (percentiles). Dims: "component", the policy axes, "parameter". Variables:
    `prcc` with `_low` and `_high`, `noise_share`; over the dim "block" `block_prcc` with ends: the
    mean of the absolute values over the block's components that vary. It measures monotonic
    influence only.
    """
    from scipy.stats import rankdata

    check_one_situation(results)
    results = by_draw(results)
    parameters = varied_in(results)
    x = sampled_values(results).to_numpy()
    n = len(x)
    if n < len(parameters) + LEAST_SAMPLES:
        raise AnalysisError(
            f"{n} samples are too few for partial correlations of {len(parameters)} parameters"
        )
    if flat := [p for p, column in zip(parameters, x.T, strict=True) if np.ptp(column) == 0]:
        raise AnalysisError(
            f"{', '.join(flat)} is the same in all samples, so nothing can be correlated with it"
        )
    picks = np.random.Generator(np.random.Philox(SEED)).integers(0, n, (resamples, n))

    def indices(y: Floats) -> dict[str, Floats]:
        columns = np.column_stack([x, y])
        drawn = np.stack([rankdata(columns[pick], axis=0) for pick in picks])
        return {"prcc": partial(rankdata(columns, axis=0)[None])[0], "prcc_draws": partial(drawn)}

    found = _by_component(
        results,
        answerable(results, names),
        listing,
        ("prcc",),
        indices,
        parameters,
        (1 - level) / 2,
    )
    return found


def partial(columns: Floats) -> Floats:
    """Partial correlation of the last column with each other one, given the rest. columns: (..., n,
    k + 1) -> (..., k)."""
    centred = columns - columns.mean(axis=-2, keepdims=True)
    spread = np.sqrt((centred**2).mean(axis=-2, keepdims=True))
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = centred / spread
    correlation = np.swapaxes(scaled, -1, -2) @ scaled / columns.shape[-2]
    usable = np.isfinite(correlation).all(axis=(-1, -2))
    inverse = np.linalg.pinv(
        np.where(usable[..., None, None], correlation, np.eye(columns.shape[-1]))
    )
    diagonal = np.diagonal(inverse, axis1=-2, axis2=-1)
    found = -inverse[..., -1, :-1] / np.sqrt(diagonal[..., -1:] * diagonal[..., :-1])
    return np.where(usable[..., None], found, np.nan)


def _by_component(
    results: xr.Dataset,
    names: list[str],
    listing: str,
    kinds: tuple[str, ...],
    indices: Any,
    parameters: list[str],
    lowest: float,
) -> xr.Dataset:
    """Run `indices` on every component of every cell and put the answers, their ends and the
    blocks' means together."""
    axes, cells = axes_of(results), cells_of(results)
    shape = (len(names), len(cells), len(parameters))
    point = {kind: np.full(shape, np.nan) for kind in kinds}
    draws: dict[str, dict[tuple[int, int], Floats]] = {kind: {} for kind in kinds}
    for i, name in enumerate(names):
        values = sample_means(results, name, listing)
        for j, cell in enumerate(cells):
            y = values.sel(cell).values
            if not np.isfinite(y).all() or np.ptp(y) <= FLAT * max(1.0, float(np.abs(y).max())):
                continue  # a component that does not vary, is endless, or failed: nan
            found = indices(y)
            for kind in kinds:
                point[kind][i, j] = found[kind]
                draws[kind][i, j] = found[f"{kind}_draws"]
    blocks = list(dict.fromkeys(block_of(n) for n in names))
    lead = [len(results[a]) for a in axes]
    coords: dict[str, Any] = {a: results[a].values.tolist() for a in axes}
    coords |= {"component": names, "parameter": parameters, "block": blocks}
    data: dict[str, Any] = {}
    for kind in kinds:
        low, high = np.full(shape, np.nan), np.full(shape, np.nan)
        for at, drawn in draws[kind].items():
            low[at], high[at] = np.nanquantile(drawn, [lowest, 1 - lowest], axis=0)
        for suffix, array in (("", point[kind]), ("_low", low), ("_high", high)):
            data[kind + suffix] = (
                ("component", *axes, "parameter"),
                array.reshape(len(names), *lead, len(parameters)),
            )
        whole = _blocks(kind, names, blocks, point[kind], draws[kind], lowest)
        for suffix, array in zip(("", "_low", "_high"), whole, strict=True):
            data[f"block_{kind}{suffix}"] = (
                ("block", *axes, "parameter"),
                array.reshape(len(blocks), *lead, len(parameters)),
            )
    answer = xr.Dataset(data, coords=coords)
    noise = [noise_share(results, n, listing).expand_dims(component=[n]) for n in names]
    answer["noise_share"] = xr.concat(noise, "component").transpose("component", *axes).drop_attrs()
    answer = answer.assign_coords(component_block=("component", [block_of(n) for n in names]))
    return answer.assign_attrs(
        listing=listing, samples=results.sizes["sample"], level=1 - 2 * lowest
    )


def _blocks(
    kind: str,
    names: list[str],
    blocks: list[str],
    point: Floats,
    draws: dict[tuple[int, int], Floats],
    lowest: float,
) -> tuple[Floats, Floats, Floats]:
    """(blocks, cells, parameters): mean over a block's components that vary, and its ends; of
    absolute values for correlations."""
    size = (len(blocks), *point.shape[1:])
    mean, low, high = np.full(size, np.nan), np.full(size, np.nan), np.full(size, np.nan)
    sign_matters = kind != "prcc"
    for b, block in enumerate(blocks):
        for j in range(point.shape[1]):
            inside = [i for i, n in enumerate(names) if block_of(n) == block and (i, j) in draws]
            if not inside:
                continue
            drawn = np.stack([draws[i, j] for i in inside])
            here = point[inside, j]
            drawn, here = (drawn, here) if sign_matters else (np.abs(drawn), np.abs(here))
            mean[b, j] = here.mean(axis=0)
            low[b, j], high[b, j] = np.nanquantile(drawn.mean(axis=0), [lowest, 1 - lowest], axis=0)
    return mean, low, high


def strongest(indices: xr.Dataset, kind: str | None = None, number: int = 5) -> pd.DataFrame:
    """The strongest parameters of each component and cell: one line each with `component`, the
    axes, `parameter`, the index and its ends.

    kind: default `total` for Sobol indices, `prcc` (by absolute value) for correlations.
    """
    chosen = kind or ("total" if "total" in indices else "prcc")
    if chosen not in indices:
        raise AnalysisError(
            f"there is no index {chosen!r} here; there are {', '.join(map(str, indices.data_vars))}"
        )
    keep = [chosen, f"{chosen}_low", f"{chosen}_high"]
    table = (
        indices[keep]
        .drop_vars("component_block")
        .to_dataframe()
        .dropna(subset=[chosen])
        .reset_index()
    )
    by = [c for c in table.columns if c not in {*keep, "parameter"}]
    table["size"] = table[chosen].abs()
    table = (
        table.sort_values("size", ascending=False, kind="stable")
        .groupby(by, sort=False, observed=True)
        .head(number)
    )
    place = {str(c): i for i, c in enumerate(indices["component"].values)}
    order = table["component"].map(place)
    return (
        table.assign(order=order)
        .sort_values(["order", *by[1:], "size"], ascending=[True] * len(by) + [False])
        .drop(columns=["size", "order"])
        .reset_index(drop=True)
    )
