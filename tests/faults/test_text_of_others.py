"""Judges: parameters, shell.

Text of others: byte-order marks, markup and escape sequences, and files that would take minutes or
all memory to read. Each is read, shown as it stands, or refused in one sentence within two seconds.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from itertools import count, takewhile

import pytest
from strange import call, shipped, toml

import lazaretto as lz
from lazaretto.cli import printing
from lazaretto.parameters import ParameterError, list_names, params_folder, validate_file
from lazaretto.parameters.plain import MOST_BYTES, MOST_DEPTH, MOST_KEYS, check_plain

SECONDS = 2.0
TITLES = ("[/]", "[bold]x", "[/red][link=x]", "\\[/]", "ends with \\", ":warning: [0]", "a [b] c")
UNSEEN = ("\x1b[2J", "\x1b]0;title\x07", "\x9b31m", "a\x08b", "a\u202eb", "\x00", "\x7f", "\r")


def level(title: str, more: str = "") -> str:
    data = shipped("tracing", "none")
    return toml({**data, "title": title}) + more


def written(folder, kind: str, content: str | bytes):
    (folder / kind).mkdir(exist_ok=True)
    file = folder / kind / "mine.toml"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path):
    for kind in ("tracing", "scenarios"):
        for name in list_names(kind)[:3]:
            plain = params_folder() / kind / f"{name}.toml"
            file = written(tmp_path, kind, b"\xef\xbb\xbf" + plain.read_bytes())
            found, wanted = (validate_file(one)[1].model_dump() for one in (file, plain))
            assert found | {"names": {}} == wanted | {"names": {}}
    whole = lz.load_scenario("no-measures")
    (tmp_path / "scenario.json").write_text("\ufeff" + whole.model_dump_json(), encoding="utf-8")
    assert lz.load_scenario(tmp_path / "scenario.json").parameter_hash == whole.parameter_hash
    file = written(tmp_path, "tracing", "title = 'a'".encode("utf-16"))
    with pytest.raises(ParameterError, match="this is not UTF-8 text"):
        validate_file(file)


@pytest.mark.parametrize("title", TITLES)
def test_markup_is_shown_as_it_stands(tmp_path, title):
    file = written(tmp_path, "tracing", level(title))
    for command in (("validate", str(file)), ("show", str(file)), ("show", str(file), "--brief")):
        status, out, err = call(*command)
        assert (status, err) == (0, "") and title in out.replace("\n", " ")
    status, _, err = call("run", "no-measures", "--set", f"tracing={title}", "--out", str(tmp_path))
    assert status == 2 and "Traceback" not in err and "there is no" in err


@pytest.mark.parametrize("text", UNSEEN)
def test_what_a_terminal_acts_upon_is_refused(tmp_path, text):
    file = written(tmp_path, "tracing", level(f"a{text}b"))
    status, out, err = call("validate", str(file))
    assert status == 2 and "title: the character U+00" in err.replace("U+202E", "U+00")
    assert not any(sign in out + err for sign in ("\x1b", "\x9b", "\x08", "\u202e", "\x00", "\x07"))
    whole = json.loads(lz.load_scenario("no-measures").model_dump_json())
    (tmp_path / "scenario.json").write_text(json.dumps({**whole, "title": f"a{text}b"}))
    with pytest.raises(ParameterError, match=r"scenario\.json: title: the character U\+"):
        lz.load_scenario(tmp_path / "scenario.json")


def test_what_is_printed_holds_nothing_that_a_terminal_acts_upon(capsys):
    """Whatever part of the program it comes from: names of files, say."""
    printing.screen.print("a\x1b[2Jb [/] c")
    printing.print_warning("d\x1b]0;x\x07e")
    with pytest.raises(SystemExit):
        printing.fail("f\u202eg", 1)
    out, err = capsys.readouterr()
    assert out == "a?[2Jb [/] c\n" and "d?]0;x?e" in err and "f?g" in err


def filled(line: Callable[[int], str], size: int = MOST_BYTES - 1000) -> str:
    """Lines up to a size."""
    least = len(line(10**6))
    return "".join(line(n) for n in takewhile(lambda n: n * least < size, count()))


LARGE = {
    "a million keys": "a = 1\n" * 1_000_000,
    "fifty megabytes": "title = 'a'\n#" + "x" * 50_000_000,
    "one long key": "a" + ".a" * 500_000 + " = 1\n",
    "one long quoted key": '"a"' + " . 'a'" * 150_000 + " = 1\n",
    "one long table": "[a" + ".a" * 500_000 + "]\n",
    "long keys": filled(lambda n: f"a{n}{'.b' * 100} = 1\n"),
    "keys": filled(lambda n: f"k{n} = 1\n"),
    "as many keys as may be": "".join(f"k{n} = 1\n" for n in range(MOST_KEYS - 10)),
    "tables": filled(lambda n: f"[a.b.c.d.e.f.t{n}]\n"),
    "tables in a list": filled(lambda n: "[[measures]]\n"),
    "instruments": filled(lambda n: f"[instruments.x{n}]\nvalue = 1\n"),
    "a deep list": "a = " + "[" * 400_000 + "]" * 400_000,
    "a deep table": "a = " + "{a = " * 200_000 + "1" + "}" * 200_000,
    "a list of a million": "a = [" + "1," * 500_000 + "]",
    "a number of a million digits": "a = " + "9" * 1_000_000,
    "one long text": 'a = "' + "x" * 1_000_000 + '"',
    "one long comment": "#" * 1_000_000,
    "dots": "#" + "." * 1_000_000,
    "quotes": "#" + "\"'" * 500_000,
}


@pytest.mark.parametrize("kind", ["tracing", "sweeps"])
@pytest.mark.parametrize("what", LARGE)
def test_large_files_are_refused_at_once(tmp_path, what, kind):
    file = written(tmp_path, kind, LARGE[what])
    began = time.process_time()
    with pytest.raises(ParameterError) as refused:
        validate_file(file)
    assert time.process_time() - began < SECONDS
    assert str(file) in str(refused.value) and len(str(refused.value)) < 100_000


JSONS = {
    "deep": '{"a":' * 100_000 + "1" + "}" * 100_000,
    "as deep as Python reads": '{"a":' * 500 + "1" + "}" * 500,
    "a deep list": "[" * 90_000,
    "keys": "{" + ",".join(f'"k{n}":1' for n in range(80_000)) + "}",
    "as many keys as may be": "{" + ",".join(f'"k{n}":1' for n in range(MOST_KEYS - 10)) + "}",
    "large": '{"a":"' + "x" * 50_000_000 + '"}',
    "a number": "3",
    "nothing": "",
}


@pytest.mark.parametrize("what", JSONS)
def test_large_and_deep_json_is_refused_at_once(tmp_path, what):
    (tmp_path / "scenario.json").write_text(JSONS[what])
    began = time.process_time()
    with pytest.raises(ParameterError, match=r"scenario\.json: "):
        lz.load_scenario(tmp_path / "scenario.json")
    assert time.process_time() - began < SECONDS


def test_bounds_are_far_from_what_is_shipped(tmp_path):
    largest = max(file.stat().st_size for file in params_folder().rglob("*.toml"))
    assert largest * 10 < MOST_BYTES
    for name in list_names("scenarios"):
        text = lz.load_scenario(name).model_dump_json()
        assert len(text) * 2 < MOST_BYTES
        check_plain(json.loads(text), tmp_path)
    deep: list = []
    for _ in range(MOST_DEPTH):
        deep = [deep]
    check_plain(deep, tmp_path)
    with pytest.raises(ParameterError, match="nested more than"):
        check_plain([deep], tmp_path)
