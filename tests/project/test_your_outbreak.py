"""Judges: data, analysis.

The recipes of docs/your-outbreak.md run as they stand, one after the other; its tables are what the
line lists give, where these are there.
"""

from __future__ import annotations

import re
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from lazaretto.analysis.published import outbreaks
from lazaretto.datasets import DataError

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "verification"))
import your_outbreak  # noqa: E402

PAGE = your_outbreak.PAGE.read_text()


@pytest.mark.processes
def test_the_recipes_run_one_after_the_other(tmp_path):
    pytest.importorskip("pyabc")
    recipes = re.findall(r"```python\n(.*?)```", PAGE, re.S)
    assert len(recipes) == 4
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(recipes)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "[3 2 1]" in done.stdout


@pytest.fixture
def there():
    try:
        outbreaks.find(outbreaks.HAGELLOCH), outbreaks.find(outbreaks.KOREA)
    except DataError as problem:
        pytest.skip(str(problem))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def test_the_table_of_line_lists_is_what_they_say(there):
    assert your_outbreak.line_lists() in PAGE


def test_what_is_fitted_and_averted_agrees_with_the_page(there):
    """Fitted again with fewer particles: medians lie in the page's intervals, and so does what each
    level averts."""
    pytest.importorskip("pyabc")
    posterior, done = your_outbreak.fitted(particles=30, generations=3)
    for row in your_outbreak.written(PAGE, "fit"):
        low, high = float(row[2]), float(row[3])
        assert low <= posterior.loc[row[0].strip("`"), "median"] <= high, row
    for row in your_outbreak.written(PAGE, "tracing"):
        low, high = (float(end) for end in row[3].split(" to "))
        assert low <= done.loc[row[0], "averted"] <= high, row
