"""Judges: project.

Each test module says which mechanism it judges, and each mechanism has judges.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import MECHANISMS, OF_MODULE, judged_by

TESTS = Path(__file__).resolve().parents[1]
MODULES = sorted(TESTS.rglob("test_*.py"))


@pytest.mark.parametrize("file", MODULES, ids=lambda f: f.relative_to(TESTS).as_posix())
def test_a_module_says_what_it_judges(file):
    judged = judged_by(file)
    assert judged and set(judged) <= set(MECHANISMS)


def test_each_mechanism_has_judges_and_the_table_names_no_module_that_is_gone():
    assert {name for file in MODULES for name in judged_by(file)} == set(MECHANISMS)
    assert set(OF_MODULE) <= {file.stem for file in MODULES}
