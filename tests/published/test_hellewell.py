"""Outbreaks controlled by isolation and tracing: Hellewell et al. 2020, the rows with below 1 % of transmission before onset."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lazaretto.analysis.published.hellewell2020 import controlled

TABLE = pd.read_csv(Path(__file__).with_name("hellewell2020_p_control.csv"))


@pytest.mark.parametrize(("r0", "contacts_traced", "runs"), [(1.5, 0.4, 60), (2.5, 0.8, 40)])
def test_share_controlled(r0, contacts_traced, runs):
    """The corrected-delay column, at five standard errors of both. Few runs, so it would find only 0.2; the table with more runs is in
    tests/verification."""
    row = TABLE[
        (TABLE["R0"] == r0) & (TABLE["contacts_traced"] == contacts_traced) & (TABLE["presymptomatic_share"] == "<1%")
    ].iloc[0]
    expected, its_error = row["P_control_reimpl_corrected_delay"], row["se_corrected"]
    found, _ = controlled(r0, contacts_traced, runs, people=100_000)
    error = np.hypot(np.sqrt(expected * (1 - expected) / runs), its_error)
    assert abs(found - expected) < 5 * error, (found, expected, error)
