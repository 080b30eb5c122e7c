"""What lists found of all that was there, with the standard error that a sample of cases leaves."""

from __future__ import annotations

import numpy as np
import pandas as pd

# of a share: what it is of, what was found of it, and the first of the three sums of squares
SHARES = {
    "contact_recall": ("contacts", "diary_listed_contacts", 0),
    "infectee_recall": ("infectees", "diary_listed_infectees", 3),
}


def with_recall(counts: pd.DataFrame) -> pd.DataFrame:
    """The counts by instrument, with columns `contact_recall`, `contact_recall_se`,
    `infectee_recall` and `infectee_recall_se` in place of the sums that they come from.

    A share r of sums over a sample in which case k stands for w cases has the variance
    sum w (w - 1) (found - r there)^2 / (sum w there)^2 (Horvitz and Thompson, linearised: Saerndal,
    Swensson and Wretman 1992, Model Assisted Survey Sampling, 5.6); nan where nothing was there.
    """
    table = counts[[name for name in counts if not str(name).startswith("squares_")]].copy()
    for name, (there, found, at) in SHARES.items():
        below = counts[there].where(counts[there] > 0)
        share = counts[found] / below
        there2, both, found2 = (counts[f"squares_{at + k}"] for k in range(3))
        squares = found2 - 2 * share * both + share**2 * there2
        table[name] = share
        table[f"{name}_se"] = np.sqrt(np.maximum(0.0, squares)) / below
    return table
