"""Parameter files with something wrong: refused with one clear message, or accepted and then they
run."""

from __future__ import annotations

import warnings

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strange import SHIPPED, files, shipped, toml

import lazaretto as lz
from lazaretto.parameters import ParameterError, validate_file

MORE = settings(
    deadline=20_000,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    derandomize=True,
)
RUNS_WITH = {
    "pathogens": "pathogen",
    "testing": "testing",
    "tracing": "tracing",
    "isolation": "isolation",
    "behaviour": "behaviour",
    "region": "region",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("strange")


def written(folder, kind: str, content: bytes):
    (folder / kind).mkdir(exist_ok=True)
    file = folder / kind / "mine.toml"
    file.write_bytes(content)
    return file


def test_the_writer_of_these_tests_writes_what_it_was_given(folder):
    for kind, name in SHIPPED:
        data = shipped(kind, name)
        import tomllib

        assert tomllib.loads(toml(data)) == data


@given(files())
@settings(MORE, max_examples=400)
def test_a_changed_file_is_accepted_or_refused_in_one_message(folder, one):
    kind, data = one
    file = written(folder, kind, toml(data).encode("utf-8", "surrogatepass"))
    try:
        found, _ = validate_file(file)
        assert found == kind
    except ParameterError as problem:
        text = str(problem)
        assert "mine.toml" in text or "there is no" in text, text
        assert (
            "Traceback" not in text and "pydantic" not in text and "validation error" not in text
        ), text
        assert len(text) < 20_000


@pytest.fixture(scope="module")
def compiled(town, small):
    """The engine is ready, so that what takes long hangs."""
    lz.simulate(small.replace(days=2), town, seed=1)


@given(files(tuple(RUNS_WITH)))
@settings(MORE, max_examples=150)
def test_what_is_accepted_runs_or_is_refused(compiled, folder, one):
    kind, data = one
    file = written(folder, kind, toml(data).encode("utf-8", "surrogatepass"))
    base = lz.load_scenario("no-measures").replace(people=60, days=12, initial_infections=6)
    try:
        scenario = base.replace(**{RUNS_WITH[kind]: file})
    except ParameterError:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # avoidance switched off is told
        try:
            run = lz.simulate(scenario, lz.populations.random_graph(60, 4, seed=1), seed=1)
        except ValueError as problem:
            assert str(problem) and "cannot convert" not in str(problem), problem
            return
    assert len(run.raw.history.person) >= 6
    assert run.panel.notna().any()


@given(
    st.sampled_from(SHIPPED),
    st.sampled_from(["utf-8-sig", "utf-16", "utf-16-be", "utf-32", "latin-1", "cp1251"]),
    st.data(),
)
@settings(MORE, max_examples=60)
def test_other_encodings_and_broken_bytes(folder, which, encoding, data):
    kind, name = which
    text = toml(shipped(kind, name)) + "# Москва\n"
    content = bytearray(text.encode(encoding, "replace"))
    if data.draw(st.booleans()):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 3))] = data.draw(
            st.binary(max_size=3) | st.just(b"\x00")
        )
    file = written(folder, kind, bytes(content))
    try:
        validate_file(file)
    except ParameterError as problem:
        assert "mine.toml" in str(problem)
