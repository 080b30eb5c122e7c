"""Atheris on what comes from outside: bytes as parameter files, contact files in every format, and
words for the program.

    python tests/verification/fuzz.py parameters|contacts|words [-runs=100000] [-max_total_time=60]
    [CORPUS]

Needs the package atheris. Anything but the promised refusals stops it with the input that did it;
an input that takes longer than ten seconds counts as hanging.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import warnings
from pathlib import Path

import atheris

with atheris.instrument_imports(
    include=[
        "lazaretto.parameters",
        "lazaretto.population.observed",
        "lazaretto.population.readers",
        "lazaretto.tables.reading",
        "lazaretto.tables.columns",
        "lazaretto.tables.ids",
        "lazaretto.tables.times",
        "lazaretto.datasets",
        "tomllib",
    ]
):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "faults"))
    import strange

    import lazaretto as lz
    from lazaretto.parameters import KINDS, ParameterError, params_folder, validate_file
    from lazaretto.population.idealised import PopulationError
    from lazaretto.population.readers import read_copenhagen, read_haslemere, read_sociopatterns

FOLDER = Path(tempfile.mkdtemp())
SECONDS = 10
SHIPPED = [
    file.read_bytes() for kind in KINDS for file in sorted((params_folder() / kind).glob("*.toml"))
]
READERS = (
    lz.Population.from_edges,
    lz.Population.from_contacts,
    lambda path: lz.Population.from_contacts(path, sort=True),
    lambda path: lz.Population.from_contacts(read_sociopatterns(path)),
    lambda path: lz.Population.from_contacts(read_copenhagen(path)),
    lambda path: lz.Population.from_contacts(read_haslemere(path)),
)
COMMANDS = (
    "list",
    "show",
    "validate",
    "report",
    "data get",
    "run no-measures --people 30 --set days=2 --quiet --out out --set",
)


def parameters(data: bytes) -> None:
    """Bytes put into, or in place of, a shipped file."""
    given = atheris.FuzzedDataProvider(data)
    content = SHIPPED[given.ConsumeIntInRange(0, len(SHIPPED) - 1)]
    if given.ConsumeBool():
        at = given.ConsumeIntInRange(0, len(content))
        content = (
            content[:at] + given.ConsumeBytes(40) + content[at + given.ConsumeIntInRange(0, 40) :]
        )
    else:
        content = given.ConsumeBytes(4096)
    file = FOLDER / "mine.toml"
    file.write_bytes(content)
    with contextlib.suppress(ParameterError):
        validate_file(file)


def contacts(data: bytes) -> None:
    """Bytes as a contact file."""
    given = atheris.FuzzedDataProvider(data)
    reader = READERS[given.ConsumeIntInRange(0, len(READERS) - 1)]
    ending = strange.ENDINGS[given.ConsumeIntInRange(0, len(strange.ENDINGS) - 1)]
    header = given.PickValueInList(
        [b"one,other,day,minutes\n", b"i,j,thu,fri,sat\n", b"# timestamp,user_a,user_b,rssi\n", b""]
    )
    file = FOLDER / f"mine{ending}"
    file.write_bytes(header + given.ConsumeBytes(4096))
    with contextlib.suppress(PopulationError):
        reader(file)


def words(data: bytes) -> None:
    """Words for the program; it must end with 0, 1 or 2 and no traceback."""
    given = atheris.FuzzedDataProvider(data)
    command = COMMANDS[given.ConsumeIntInRange(0, len(COMMANDS) - 1)].split()
    own = [given.ConsumeUnicodeNoSurrogates(24) for _ in range(given.ConsumeIntInRange(0, 2))]
    if command[0] == "run" and any(w.startswith("-") or "people" in w or "days" in w for w in own):
        return  # a run as long as somebody asks for is no hang
    status, out, err = strange.call(*command, *own)
    if status not in (0, 1, 2) or "Traceback" in out + err:
        raise RuntimeError((status, command, own, err))


def main() -> None:
    work = {"parameters": parameters, "contacts": contacts, "words": words}[sys.argv.pop(1)]
    warnings.simplefilter("ignore")
    os.chdir(FOLDER)
    atheris.Setup([sys.argv[0], f"-timeout={SECONDS}", *sys.argv[1:]], work)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
