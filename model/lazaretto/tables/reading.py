"""The one reader of users' files. The format is told by the first bytes, never by the name;
encoding and separator by the text, where it leaves no doubt.

All cells of a text file stay text: nothing is guessed by column, so 01 is not 1 and NA is a name.
The index of the table that comes out is the number of the line, so that messages can name it.
"""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import lzma
import unicodedata
import warnings
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from ..values.errors import PopulationError
from .columns import LINE, say, shown

# what readers of tables and of packed files raise
UNREADABLE = (
    OSError,
    ValueError,
    ImportError,
    LookupError,
    EOFError,
    OverflowError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    csv.Error,
)
PACKED: tuple[tuple[bytes, Callable[[bytes], bytes]], ...] = (
    (b"\x1f\x8b", gzip.decompress),
    (b"BZh", bz2.decompress),
    (b"\xfd7zXZ\x00", lzma.decompress),
)
ZIP = b"PK\x03\x04"
NOT_OURS = (
    (b"\xd0\xcf\x11\xe0", "an old Excel file (.xls)"),
    (b"\x28\xb5\x2f\xfd", "packed by zstd"),
    (b"RDX", "R's own format"),
    (b"RDA", "R's own format"),
    (b"X\n\x00\x00\x00", "R's own format"),
    (b"\x89HDF", "HDF5"),
    (b"SQLite format 3", "a database"),
    (b"<stata_dta>", "Stata's format"),
    (b"$FL2", "the format of SPSS"),
    (b"%PDF", "a PDF"),
    (b"<", "a web page or XML"),
    (b"{", "JSON"),
    (b"[", "JSON"),
)
SAVE_AS = "Save it as a CSV file in UTF-8"
MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
SEPARATORS = {"\t": "tab", ";": "semicolon", ",": "comma", "|": "bar"}
SNIFFED = 50  # lines looked at to tell the separator
MOST_FOREIGN = 2  # accented letters in a row, in languages written in cp1252


def read_table(
    path: str | Path, *, separator: str | None = None, encoding: str | None = None
) -> pd.DataFrame:
    """A file as a table: CSV and its kin (packed or not), Excel or Parquet.

    Of a text file every cell is text and the index is the line. separator, encoding: of a text
    file, where they cannot be told. Raises PopulationError with the line or the cause, and the way
    out.
    """

    def read(content: bytes, where: str) -> pd.DataFrame:
        frame = _of_format(content, where)
        if frame is None:
            frame = _of_text(_decode(content, where, encoding), where, separator)
        return frame

    return _read(path, read)


def read_columns(path: str | Path, names: list[str]) -> pd.DataFrame:
    """The first columns of a text file without a head, divided by spaces, under those names; lines
    that begin with # are comments. Raises PopulationError."""

    def read(content: bytes, where: str) -> pd.DataFrame:
        text = _decode(content, where, None)
        use = list(range(len(names)))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", pd.errors.ParserWarning)
            warnings.simplefilter("ignore", pd.errors.DtypeWarning)
            return pd.read_csv(
                io.StringIO(text), sep=r"\s+", header=None, comment="#", usecols=use, names=names
            )

    return _read(path, read)


def _read(path: str | Path, read: Callable[[bytes, str], pd.DataFrame]) -> pd.DataFrame:
    """What `read` makes of a file's unpacked content, or one clear error."""
    where = str(path)
    content = _bytes(path)
    try:
        frame = read(_unpack(content, where), where)
    except PopulationError:
        raise
    except ImportError as problem:
        needed = "openpyxl" if content.startswith(ZIP) else "pyarrow"
        raise PopulationError(
            f"{where}: reading this format needs {needed}, which is not installed; say: pip "
            f"install {needed}, or save it as a CSV file in UTF-8"
        ) from problem
    except UNREADABLE as problem:
        told = f"this cannot be read as a table: {_sentence(problem)}. {SAVE_AS}"
        raise PopulationError(f"{where}: {told}") from problem
    frame.attrs["file"] = where
    return frame


def _sentence(problem: Exception) -> str:
    lines = str(problem).splitlines() or [type(problem).__name__]
    return shown(lines[0]).rstrip(".")


def _bytes(path: str | Path) -> bytes:
    """The content of a plain file: a pipe would wait for ever, a device never end."""
    try:
        there = Path(path).is_file()
    except (OSError, ValueError):  # a name that is too long, or has a NUL in it
        there = False
    if not there:
        raise PopulationError(f"{path}: there is no such file")
    try:
        return Path(path).read_bytes()
    except OSError as problem:
        raise PopulationError(f"{path}: cannot be opened: {problem.strerror}") from problem


def _unpack(content: bytes, where: str) -> bytes:
    for mark, unpack in PACKED:
        if content.startswith(mark):
            return unpack(content)
    if content.startswith(ZIP):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [name for name in archive.namelist() if not name.endswith("/")]
            if "[Content_Types].xml" in names or "mimetype" in names:
                return content  # a workbook
            if len(names) != 1:
                raise PopulationError(
                    f"{where}: this archive holds {len(names)} files. Unpack it and name one"
                )
            return archive.read(names[0])
    return content


def _of_format(content: bytes, where: str) -> pd.DataFrame | None:
    """A table of a format that is no text, or None for text."""
    if content.startswith(b"PAR1"):
        return pd.read_parquet(io.BytesIO(content))
    if content.startswith(b"ARROW1"):
        return pd.read_feather(io.BytesIO(content))
    if content.startswith(ZIP):
        # as it stands: pandas would make 1 of a text 01, and nothing of one that is NA
        as_it_is: dict[str, Any] = {"dtype": object, "keep_default_na": False, "na_values": [""]}
        sheets = pd.read_excel(io.BytesIO(content), sheet_name=None, **as_it_is)
        if len(sheets) > 1:
            say(f"{where}: the first of {len(sheets)} sheets is read: {next(iter(sheets))!r}")
        first: pd.DataFrame = next(iter(sheets.values()))
        first.columns = [_tidy(name) if isinstance(name, str) else name for name in first.columns]
        return first
    for mark, name in NOT_OURS:
        if content.lstrip()[: len(mark)] == mark:
            raise PopulationError(f"{where}: this is {name}, not a table of text. {SAVE_AS}")
    return None


def _decode(content: bytes, where: str, encoding: str | None) -> str:
    if encoding is None:
        encoding = next((name for mark, name in MARKS if content.startswith(mark)), None)
    if encoding is None and b"\x00" in content[:4096]:
        pairs = content[: 4096 - 4096 % 2]
        high, low = pairs[0::2].count(0), pairs[1::2].count(0)
        encoding = "utf-16-le" if low > 4 * high else "utf-16-be" if high > 4 * low else None
        if encoding is None:
            raise PopulationError(f"{where}: this is not text (it has zero bytes). {SAVE_AS}")
    try:
        text = content.decode(encoding or "utf-8")
    except (UnicodeError, LookupError) as problem:
        if encoding is not None:
            raise PopulationError(f"{where}: this is not text in {encoding}. {SAVE_AS}") from None
        text = _western(content, where, problem)
    if "\x00" in text:
        raise PopulationError(f"{where}: this is not text (it has zero bytes). {SAVE_AS}")
    return text


def _western(content: bytes, where: str, problem: Exception) -> str:
    """Text in cp1252, where it can be nothing else: accented letters one by one among plain ones.
    Other alphabets of one byte would be misread without an error."""
    line = content[: getattr(problem, "start", 0)].count(b"\n") + 1
    refusal = PopulationError(
        f"{where}: line {line}: this is not UTF-8, and which encoding it is cannot be told. Read "
        "it with lazaretto.populations.read_table(path, encoding='cp1251'), or whatever it is in, "
        "and pass on the table, or save it in UTF-8"
    )
    try:
        text = content.decode("cp1252")
    except UnicodeError:
        raise refusal from None
    run = longest = 0
    for letter in text:
        run = run + 1 if ord(letter) > 127 else 0
        longest = max(longest, run)
        if ord(letter) > 127 and not letter.isalpha():
            raise refusal
    if longest > MOST_FOREIGN:
        raise refusal
    say(f"{where}: this is not UTF-8; it is read as cp1252 (Western European)")
    return text


def _tidy(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip().removeprefix("\ufeff").strip()


def _of_text(text: str, where: str, separator: str | None) -> pd.DataFrame:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first, told = _head(lines)
    separator = separator or told
    if first == len(lines):
        raise PopulationError(f"{where}: the file is empty")
    if separator is None:
        separator = _sniff(lines[first:], where)
    rows, numbers, quoted = _rows(lines, first, separator, where)
    head = [_tidy(name) for name in rows[0]]
    head[0] = head[0].lstrip("#").strip()
    while len(head) > 1 and not head[-1]:
        head.pop()
    body, numbers, quoted = rows[1:], numbers[1:], quoted[1:]
    cells, head = _to_width(body, numbers, quoted, head, where, separator)
    columns = list(zip(*cells)) if cells else [()] * len(head)
    frame = pd.DataFrame({i: pd.Series(c, dtype=object) for i, c in enumerate(columns)})
    frame.columns = pd.Index(head, dtype=object)
    frame.index = pd.Index(numbers, name=LINE, dtype="int64")
    return frame


def _head(lines: list[str]) -> tuple[int, str | None]:
    """(the line with the names of the columns, the separator where the file states it as Excel
    does). Comments before it are left out: lines that begin with # and have no separator."""
    separator = None
    for at, line in enumerate(lines):
        plain = line.strip()
        if plain.startswith("sep=") and len(plain) == 5 and at == 0:
            separator = plain[4]
        elif plain and not (plain.startswith("#") and not any(s in line for s in SEPARATORS)):
            return at, separator
        elif plain and line.lstrip("# ").count(" ") and at + 1 < len(lines):
            following = lines[at + 1].split()  # "# one other" above "1 2" is a head, not a comment
            if len(plain.lstrip("#").split()) == len(following) > 1:
                return at, separator
    return len(lines), separator


def _sniff(lines: list[str], where: str) -> str:
    """The separator: the one that the head has; of several the one by which all lines are equally
    long."""
    filled = [line for line in lines[:SNIFFED] if line.strip()]
    there = [s for s in SEPARATORS if len(_split(filled[0], s)) > 1]
    if len(there) == 1:
        return there[0]
    if not there:
        return " " if len(filled[0].lstrip("#").split()) > 1 else ","
    even = [s for s in there if len({len(_split(line, s)) for line in filled}) == 1]
    if len(even) != 1:
        names = " and ".join(SEPARATORS[s] for s in there)
        raise PopulationError(
            f"{where}: line 1: columns may be divided by {names}. Read it with "
            "lazaretto.populations.read_table(path, separator=';'), and pass on the table"
        )
    return even[0]


def _split(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])
    except csv.Error:
        return []


def _rows(
    lines: list[str], first: int, separator: str, where: str
) -> tuple[list[list[str]], list[int], list[bool]]:
    """(cells of every line that is not blank, its number from 1 on, whether it begins with a
    quotation mark)."""
    source = [line.strip() if separator == " " else line for line in lines[first:]]
    reader = csv.reader(
        (line + "\n" for line in source), delimiter=separator, skipinitialspace=True, strict=True
    )
    rows: list[list[str]] = []
    numbers: list[int] = []
    quoted: list[bool] = []
    begins = 0
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return rows, numbers, quoted
        except csv.Error as problem:
            raise PopulationError(
                f"{where}: line {first + begins + 1}: quotation marks do not match ({problem}). "
                "Close each one that is opened"
            ) from problem
        if any(cell.strip() for cell in row):
            rows.append(row)
            numbers.append(first + begins + 1)
            quoted.append(source[begins].lstrip().startswith('"'))
        begins = reader.line_num


def _to_width(
    body: list[list[str]],
    numbers: list[int],
    quoted: list[bool],
    head: list[str],
    where: str,
    separator: str,
) -> tuple[list[list[str]], list[str]]:
    """(cells, each row as long as the head; the head). Rows may be shorter (values are missing) but
    not longer; only names of rows, as R writes them, in quotation marks, are left out."""
    width = len(head)
    trimmed = [_without_empty_end(row, width) for row in body]
    if trimmed and all(quoted) and all(len(row) == width + 1 for row in trimmed):
        return [row[1:] for row in trimmed], head
    for row, number in zip(trimmed, numbers):
        if len(row) > width:
            comma = separator == "," and any(cell.strip().isdigit() for cell in row)
            cause = (
                "a decimal comma in a file with commas between columns, or names of rows"
                if comma
                else "a separator inside a value, or names of rows"
            )
            raise PopulationError(
                f"{where}: line {number}: {len(row)} values, but the head names {width} columns: "
                f"{shown(separator.join(row))}. The usual cause is {cause}: write decimal points, "
                "put text in quotation marks, or leave names of rows out"
            )
    return [row + [""] * (width - len(row)) for row in trimmed], head


def _without_empty_end(row: list[str], width: int) -> list[str]:
    end = len(row)
    while end > width and not row[end - 1].strip():
        end -= 1
    return row[:end]
