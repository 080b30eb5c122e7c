"""Two outbreaks with who infected whom, where their line lists lie in the folder of data (both MIT,
from the R package `outbreaks`; nothing is shipped).

Hagelloch 1861 (Pfeilsticker 1863; Oesterle 1992; Neal & Roberts 2004, Biostatistics 5:249):
measles of 188 children of one village, with family and school class. MERS in South Korea 2015
(Korea Centers for Disease Control and Prevention): 162 cases, and exposures found by tracing.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from ... import datasets
from ...parameters import Scenario, load_scenario
from ...population.city import Population
from ..outbreak import Outbreak, read_outbreak

HAGELLOCH = "measles_hagelloch_1861.csv"
KOREA = "mers_korea_2015_linelist.csv"
KOREAN_CONTACTS = "mers_korea_2015_contacts.csv"
# links of the village whose hazards add up to that of one link within a family: all children may
# meet, and how often is what is fitted
VILLAGE = 100.0
DAYS = 120


def find(name: str) -> Path:
    """The file of that name, packed or not, in the folder of data. Raises DataError with where to
    put it."""
    where = datasets.folder()
    for path in sorted(where.rglob(f"{name}*")) if where.is_dir() else ():
        if path.name in (name, f"{name}.gz"):
            return path
    raise datasets.DataError(
        f"there is no {name} in {where}: export it from the R package outbreaks "
        "(github.com/reconverse/outbreaks) with dates as 1861-11-21, put it there, or name another "
        "folder by the environment variable LAZARETTO_DATA"
    )


def hagelloch() -> Outbreak:
    """The rashes of Hagelloch. Raises DataError where its line list is not there."""
    return read_outbreak(find(HAGELLOCH), id="case_ID", onset="date_of_rash", infector="infector")


def korea() -> Outbreak:
    """The onsets of MERS in South Korea. Raises DataError where its line list is not there."""
    return read_outbreak(find(KOREA), find(KOREAN_CONTACTS), onset="dt_onset")


def children() -> pd.DataFrame:
    """The children of Hagelloch: id, age, household, group (the school class, or none)."""
    table = pd.read_csv(find(HAGELLOCH))
    group = table["class"].map({1: "first class", 2: "second class"})
    return pd.DataFrame(
        {
            "id": table["case_ID"],
            "age": table["age"].astype(int),
            "household": table["family_ID"],
            "group": group.astype(object).where(group.notna(), None),
        }
    )


def village() -> Population:
    """The children of Hagelloch: families, school classes, and a weak link (a hundredth of one
    within a family) between any two who share neither."""
    known = children()
    one, other = np.triu_indices(len(known), 1)
    home, group = known["household"].to_numpy(), known["group"].to_numpy()
    classmates = (group[one] == group[other]) & pd.notna(group[one])
    together = (home[one] == home[other]) | classmates
    ids = known["id"].to_numpy()
    table = pd.DataFrame(
        {"one": ids[one[~together]], "other": ids[other[~together]], "weight": 1.0}
    )
    return Population.from_edges(
        table, weight="weight", reference=VILLAGE, people=known, name="Hagelloch 1861"
    )


def measles_of_1861() -> Scenario:
    """Measles in a village where nobody is immune; who has a rash is seen about a day later. The
    tests are those of the base scenario."""
    return load_scenario("measles-2024").replace(
        immunity="none",
        importations_per_day=0.0,
        initial_infections=1,
        days=DAYS,
        **{
            "testing.seek_probability": 1.0,
            "testing.onset_to_sample.mean": 0.5,
            "testing.sample_to_result.mean": 0.5,
            "testing.background_illness_per_day": 0.0,
            "pathogen.hazard_per_day": 0.3,
        },
    )


def within(outbreak: Outbreak, known: pd.DataFrame) -> dict[str, float]:
    """The share of infector and infectee pairs within a household, and within a group, by a table
    of people (ids as in the outbreak)."""
    by_id = known.assign(id=known["id"].astype(str)).set_index("id")
    found = {}
    for name in ("household", "group"):
        of, pairs = by_id[name], outbreak.pairs
        one, other = (of.reindex(pairs[side]).to_numpy() for side in ("infector", "infectee"))
        found[name] = float(np.mean((one == other) & pd.notna(one)))
    return found
