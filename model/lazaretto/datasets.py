"""Real contact and case data: where each set lies, under which licence, and a loader that fetches
it once and checks it.

Nothing is shipped. A file is looked for in the folder `LAZARETTO_DATA` (any folder inside it, also
gzipped), else in the user's cache folder; what is not there is fetched from its original public
address. Every file is checked against the checksum stated here.
"""

from __future__ import annotations

import gzip
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from .values.errors import suggestion

GITHUB = "https://raw.githubusercontent.com/"
SOCIOPATTERNS = (
    f"{GITHUB}SocioPatterns/sociopatterns/c92d75db116825459a0428811422a9ce39acdc1e/assets/data/"
)
COPENHAGEN = "doi:10.6084/m9.figshare.7267433.v1/"
COVID19_RU = f"{GITHUB}PhtRaveller/covid19-ru/04d7df2c1fc390767a9dc0836c47c8658544f848/data/"
# the columns' names in the extract and in the original, and people on 1 January 2020 (Rosstat)
REPORTED_FROM = {
    "moscow": ({"moscow", "Москва"}, 12_678_079),
    "st-petersburg": ({"st_petersburg", "Санкт-Петербург"}, 5_398_064),
}
REPORTED = {"cases": "total", "deaths": "died"}  # by category of the file
CC0 = "CC0 1.0"


class DataError(ValueError):
    """A data set that is not known."""


class FetchError(OSError):
    """A file that cannot be fetched, or is not what it should be."""


class File(NamedTuple):
    """One file: names it goes by, original address, checksum of what lies there, and of its content
    (unpacked), as algorithm:hex."""

    names: tuple[str, ...]
    address: str
    download: str
    content: str
    member: str | None = None  # of a zip archive
    extracts: tuple[
        str, ...
    ] = ()  # checksums of the content of known extracts, which will do as well


class DataSet(NamedTuple):
    """A set of files with licence and citation."""

    title: str
    licence: str
    citation: str
    use: str
    files: dict[str, File]


def _sociopatterns(
    names: tuple[str, ...], packed: str, download: str, content: str, member: str | None = None
) -> dict[str, File]:
    return {
        "contacts": File(
            names, SOCIOPATTERNS + packed, "sha256:" + download, "sha256:" + content, member
        )
    }


SETS: dict[str, DataSet] = {
    "invs13": DataSet(
        "Office building in France, 2013 (InVS13): face-to-face contacts of 92 "
        "people in 10 working days",
        CC0,
        "Génois M et al 2015 Network Science 3:326 (10.1017/nws.2015.10)",
        "a small observed network; populations.read_sociopatterns",
        _sociopatterns(
            ("tij_InVS.dat", "tij.dat", "workplace.dat"),
            "workplace_InVS_tij.dat.zip",
            "bf818f7e819864e134c90ed82f2cda6ca9d9548d43fe4d05002ac068c91258c0",
            "ba0c81bd10830e688abb3711647e5dc6cecb3aa18e962039ed7ca9242603fd37",
            "tij_InVS.dat",
        ),
    ),
    "invs15": DataSet(
        "Office building in France, 2015 (InVS15): face-to-face contacts of 217 "
        "people in 10 working days",
        CC0,
        "Génois M, Barrat A 2018 EPJ Data Science 7:11 (10.1140/epjds/s13688-018-0140-1)",
        "a small observed network; populations.read_sociopatterns",
        _sociopatterns(
            ("workplace_InVS15_tij.dat", "tij.dat"),
            "workplace_InVS15_tij.dat.gz",
            "339eb090d506d750f38a2c1ac6aca76c00c55b462f9dea325933d8b7bc260871",
            "3af85e26029092f525986cb6570fae2627112a97f22c1bd1e9c5c33646f8ae44",
        ),
    ),
    "sfhh": DataSet(
        "SFHH conference, Nice 2009: face-to-face contacts of 403 people in 2 days",
        CC0,
        "Stehlé J et al 2011 BMC Medicine 9:87 (10.1186/1741-7015-9-87)",
        "a dense network of strangers; populations.read_sociopatterns",
        _sociopatterns(
            ("SFHH_tij.dat", "tij.dat"),
            "SFHH_tij.dat.gz",
            "77de2e3d490e0d2426f55c19bbd8d4255f1d3b39a20820474a88dd15d1aa1556",
            "26a600014c6c50cd15027cbc7da1b124e511d76f6b88e5f14f15e7fb5e5ed79e",
        ),
    ),
    "copenhagen": DataSet(
        "Copenhagen Networks Study: Bluetooth scans, calls and texts of about "
        "700 students in 28 days",
        "MIT",
        "Sapiezynski P et al 2019 Scientific Data 6:315 (10.1038/s41597-019-0325-x)",
        "proximity beside a call list of the same people; populations.read_copenhagen",
        {
            "contacts": File(
                ("bt_symmetric.csv",),
                COPENHAGEN + "bt_symmetric.csv",
                "md5:98892459f73e774cf79e7977edfeee3e",
                "md5:98892459f73e774cf79e7977edfeee3e",
            ),
            **{
                kind: File(
                    (f"{kind}.csv",),
                    f"{COPENHAGEN}{kind}.csv",
                    f"sha256:{digest}",
                    f"sha256:{digest}",
                )
                for kind, digest in {
                    "calls": "a4f2078e558a482b6cc7fd2c98c9bf22d14ac9723fb764a00ead940967189c57",
                    "sms": "2262320d1ec159d8efeaa86dc4ac295f4ad04f3b40fa1d7075ccacd5068f4803",
                }.items()
            },
        },
    ),
    "moscow-2020": DataSet(
        "Moscow 2020: cumulative reported COVID-19 cases by day of publication, "
        "17 March to 19 October",
        "MIT",
        "Ivashkevych G 2020 covid19-ru (github.com/PhtRaveller/covid19-ru), from "
        "the government's site on the coronavirus",
        "a case series to calibrate to; datasets.moscow_cases",
        {
            "cases": File(
                ("covid_stats.csv", "cases.csv"),
                COVID19_RU + "covid_stats.csv",
                "sha256:6fa6cd1bd77d094b2c61c00adf682a1474aa30bce8eb4f736ac7f3495e85a14d",
                "sha256:6fa6cd1bd77d094b2c61c00adf682a1474aa30bce8eb4f736ac7f3495e85a14d",
                extracts=(
                    "sha256:faf353f2097851ae18f096a765c518c627caee9ce002fefafd71a91c005e239a",
                ),
            )
        },
    ),
}


def folder() -> Path:
    """Where data are looked for and put: `LAZARETTO_DATA`, else the user's cache folder."""
    if named := os.environ.get("LAZARETTO_DATA"):
        return Path(named)
    import pooch

    return Path(
        pooch.os_cache("lazaretto-data")
    )  # apart from the compiled code, whose folder is tidied


def find_data_set(name: str) -> DataSet:
    """The data set of that name. Raises DataError with what there is."""
    if name not in SETS:
        raise DataError(f"there is no data set {name!r}; there are: {', '.join(SETS)}")
    return SETS[name]


def content_matches(path: Path, checksum: str) -> bool:
    """Whether the file, unpacked if it ends in .gz, has that checksum (algorithm:hex)."""
    algorithm, wanted = checksum.split(":")
    digest = hashlib.new(algorithm)
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    except (OSError, EOFError):
        return False
    return digest.hexdigest() == wanted


def _is_exactly(path: Path, checksum: str) -> bool:
    """As `content_matches`, of the file as it is, packed or not."""
    algorithm, wanted = checksum.split(":")
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, algorithm).hexdigest() == wanted


def copies(file: File, where: Path) -> Iterator[Path]:
    """Files below `where` that go by one of its names, gzipped or not."""
    for name in file.names:
        for pattern in (name, name + ".gz"):
            yield from sorted(path for path in where.rglob(pattern) if path.is_file())


def local(file: File) -> Path | None:
    """A copy that is already there and has the right content, or None."""
    where = folder()
    if not where.is_dir():
        return None
    accepted = (file.content, *file.extracts)
    return next(
        (
            path
            for path in copies(file, where)
            if any(content_matches(path, one) for one in accepted)
        ),
        None,
    )


def get(name: str) -> dict[str, Path]:
    """The files of a data set (for example {"contacts": path}), fetched if they are not there.

    Raises DataError where the set is unknown, FetchError where an address cannot be reached or a
    file is not what it should be.
    """
    return {
        kind: local(file) or fetch(name, kind, file)
        for kind, file in find_data_set(name).files.items()
    }


def fetch(name: str, kind: str, file: File) -> Path:
    """Download one file into the folder and check it."""
    import pooch

    pooch.get_logger().setLevel("WARNING")
    unzip: Any = pooch.Unzip(members=[file.member]) if file.member else None
    by_hand = (
        f"Fetch it by hand from {file.address}, put it under {folder()} as "
        f"{file.names[0]} (that folder is named by the "
        "environment variable LAZARETTO_DATA), and try again"
    )
    fetched = folder() / name / file.address.rpartition("/")[2]
    wanted = {fetched: file.download}
    if file.member:
        wanted[fetched.with_name(f"{fetched.name}.unzip") / file.member] = file.content
    for there, checksum in wanted.items():
        if os.path.lexists(there) and not _is_exactly(there, checksum):
            raise FetchError(
                f"{there}: this is not the file of {name} that belongs here, and nothing "
                "of yours is overwritten. Move it elsewhere and try again"
            )
    try:
        found = pooch.retrieve(
            file.address,
            known_hash=file.download,
            path=fetched.parent,
            fname=fetched.name,
            processor=unzip,
        )
    except (
        ValueError
    ) as problem:  # pooch: what came has another checksum, or the archive lists no such file
        raise FetchError(
            f"{name}: {kind}: what lies at the address is not the file it should "
            f"be ({problem}). {by_hand}"
        ) from problem
    except Exception as problem:  # whatever the network library raises
        if isinstance(problem, KeyboardInterrupt | MemoryError):
            raise
        raise FetchError(
            f"{name}: {kind}: the address cannot be reached ({type(problem).__name__}). {by_hand}"
        ) from problem
    path = Path(found[0] if isinstance(found, list) else found)
    if not content_matches(path, file.content):
        raise FetchError(
            f"{name}: {kind}: {path} is not the file it should be (checksum "
            f"{file.content}). Delete it and try again"
        )
    return path


def overview() -> list[dict[str, Any]]:
    """One entry per data set: name, title, licence, citation, use, addresses, and which files are
    already there."""
    return [
        {
            "name": name,
            "title": one.title,
            "licence": one.licence,
            "citation": one.citation,
            "use": one.use,
            "addresses": {kind: file.address for kind, file in one.files.items()},
            "here": {
                kind: str(path)
                for kind, file in one.files.items()
                if (path := local(file)) is not None
            },
        }
        for name, one in SETS.items()
    ]


def moscow_cases(
    first: str = "2020-03-21", last: str = "2020-05-31", path: str | Path | None = None
) -> Any:
    """New reported cases in Moscow; see `reported`."""
    return reported("cases", "moscow", first, last, path)


def reported(
    what: str = "cases",
    place: str = "moscow",
    first: str = "2020-03-21",
    last: str = "2020-05-31",
    path: str | Path | None = None,
) -> Any:
    """What was reported of a city of Russia by day of publication, from `first` to `last`
    (included), as a pandas Series over dates; its attrs give the people counted among.

    what: "cases" or "deaths". place: "moscow" or "st-petersburg". path: the file; default the data
    set `moscow-2020`, fetched if it is not there. Testing grew over the period, days are those of
    publication, and of deaths only those counted as of COVID-19: in Moscow about a third of excess
    deaths. Raises DataError where the file is something else or has no number for a day, FetchError
    as `get`.
    """
    import pandas as pd

    for given, known in ((what, REPORTED), (place, REPORTED_FROM)):
        if given not in known:
            raise DataError(f"{given!r} was not reported there.{suggestion(given, known)}")
    columns, people = REPORTED_FROM[place]
    where = Path(path) if path is not None else get("moscow-2020")["cases"]
    table = pd.read_csv(where)
    column = next((name for name in table.columns if name in columns), None)
    if column is None or not {"date", "category"} <= set(table.columns):
        raise DataError(
            f"{where.name}: columns date, category and one of {', '.join(sorted(columns))} are "
            "needed"
        )
    table = table[table["category"] == REPORTED[what]]
    day_first = bool(table["date"].str.contains(r"^\d\d\.", regex=True).any())
    dates = pd.to_datetime(table["date"], format="%d.%m.%Y" if day_first else "%Y-%m-%d")
    total = pd.Series(
        table[column].to_numpy(float), index=pd.DatetimeIndex(dates, name="date")
    ).sort_index()
    wanted = pd.date_range(first, last, name="date")
    new = total.diff().reindex(wanted)
    if missing := [str(day.date()) for day in wanted[new.isna()]]:
        raise DataError(
            f"{where.name}: no number of new {what} for {', '.join(missing[:5])}"
            + ("..." if missing[5:] else "")
        )
    new.name = f"new {what}"
    new.attrs |= {
        "people": people,
        "source": SETS["moscow-2020"].citation,
        "licence": SETS["moscow-2020"].licence,
    }
    return new
