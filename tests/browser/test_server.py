"""Only this computer, only who knows the token, and no file but the five of the page."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys

import psutil
import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect


def ask(app, path, **headers):
    """(status, headers, body) of a request whose path is sent as it is."""
    link = http.client.HTTPConnection("127.0.0.1", app.port, timeout=20)
    link.putrequest("GET", path, skip_host="Host" in headers)
    for name, value in headers.items():
        link.putheader(name, value)
    link.endheaders()
    reply = link.getresponse()
    body = reply.read()
    link.close()
    return reply.status, reply.headers, body


def test_it_listens_on_the_loopback_address_only(app):
    listening = [
        c
        for c in psutil.Process(app.process.pid).net_connections("inet")
        if c.status == psutil.CONN_LISTEN
    ]
    assert {(c.laddr.ip, c.laddr.port) for c in listening} == {("127.0.0.1", app.port)}


def test_no_other_address_of_this_computer_answers(app):
    others = [
        a.address
        for name in psutil.net_if_addrs().values()
        for a in name
        if a.family == socket.AF_INET and not a.address.startswith("127.")
    ]
    if not others:
        pytest.skip("this computer has no other address")
    for address in others:
        with socket.socket() as one:
            one.settimeout(5)
            assert one.connect_ex((address, app.port)) != 0, address


@pytest.mark.parametrize(
    "path",
    [
        "/../pyproject.toml",
        "/../../../../../../etc/passwd",
        "/..%2f..%2f..%2f..%2fetc%2fpasswd",
        "//etc/passwd",
        "/etc/passwd",
        "/explorer.js/../../cli.py",
        "/explorer.js/..%2f..%2fcli.py",
        "/%2e%2e/cli.py",
        "/static/../server.py",
        "/server.py",
        "/page.html",
        "/explorer.css/",
        "/..\\..\\cli.py",
        "/socket/../page.js",
        "/file:///etc/passwd",
    ],
)
def test_no_path_leads_to_a_file(app, path):
    joined = f"{path}?token={app.token}"
    for one in (path, joined):
        status, _, body = ask(app, one)
        assert status == 404, (one, status)
        assert len(body) < 100


def test_the_five_files_of_the_page_are_there_and_nothing_comes_from_elsewhere(app):
    status, headers, page = ask(app, f"/?token={app.token}")
    assert status == 200 and b"<main" in page
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert b"http" not in page
    for name in ("page.js", "explorer.js", "explorer.css", "plotly.js"):
        status, _, body = ask(app, f"/{name}")
        assert status == 200 and len(body) > 500
        if name != "plotly.js":
            assert b"https:" not in body


def test_the_page_needs_the_token_and_the_right_host_name(app):
    assert ask(app, "/")[0] == 403
    assert ask(app, "/?token=wrong")[0] == 403
    assert ask(app, f"/?token={app.token}", Host="evil.example:80")[0] == 403
    assert ask(app, "/explorer.js", Host=f"evil.example:{app.port}")[0] == 403
    assert ask(app, f"/?token={app.token}", Host=f"localhost:{app.port}")[0] == 200


@pytest.mark.parametrize("length", ["70000", "99999999999", "-1", "x"])
def test_a_large_body_is_refused_before_it_is_read(app, length):
    """Also by who does not know the token; and the explorer goes on."""
    link = http.client.HTTPConnection("127.0.0.1", app.port, timeout=20)
    link.putrequest("POST", "/")
    link.putheader("Content-Length", length)
    link.endheaders()
    link.send(b"x" * 1000)
    assert link.getresponse().status == 400
    link.close()
    assert ask(app, f"/?token={app.token}")[0] == 200


def test_a_large_header_is_refused(app):
    link = http.client.HTTPConnection("127.0.0.1", app.port, timeout=20)
    link.putrequest("GET", "/")
    link.putheader("X-Long", "x" * (1 << 15))
    link.endheaders()
    with contextlib.suppress(OSError, http.client.HTTPException):
        assert link.getresponse().status >= 400
    link.close()
    assert ask(app, f"/?token={app.token}")[0] == 200


def connect(app, token, origin=None):
    async def one():
        headers = {"Origin": origin or f"http://127.0.0.1:{app.port}"}
        link = await websocket_connect(
            HTTPRequest(f"ws://127.0.0.1:{app.port}/socket?token={token}", headers=headers)
        )
        told = await link.read_message()
        deep = '{"a":' * 9000 + "1" + "}" * 9000
        for strange in ("this is not JSON", "[" * 60_000, deep, "3", "null", "[[[1]]]"):
            await link.write_message(strange)
            while "must be an object" not in (said := await link.read_message()):
                assert said is not None
        link.close()
        return told

    return asyncio.run(asyncio.wait_for(one(), 60))


def test_the_socket_needs_the_token_and_a_page_of_its_own(app):
    assert "choices" in connect(app, app.token)
    for token, origin in (("", None), ("wrong", None), (app.token, "http://evil.example")):
        with pytest.raises(HTTPClientError) as refused:
            connect(app, token, origin)
        assert refused.value.code == 403


def test_a_hostile_command_is_a_sentence_and_nothing_else(app):
    """What no button says: paths, too long, of another kind; each is answered and does nothing."""
    said = [
        ({"open": "situation=../../etc/passwd"}, "there are: "),
        ({"open": "x" * 30_000}, "at most 2,000 characters"),
        ({"open": {"situation": "managed"}}, "an address is a text"),
        ({"export": "../../etc/passwd"}, "there is no file"),
        ({"export": ["panel"] * 1000}, "there is no file"),
        ({"delete": "everything"}, "nothing is known by that name"),
        ([1, 2, 3], "nothing is known by that name"),
    ]

    async def one():
        headers = {"Origin": f"http://127.0.0.1:{app.port}"}
        address = f"ws://127.0.0.1:{app.port}/socket?token={app.token}"
        link = await websocket_connect(HTTPRequest(address, headers=headers))
        for command, words in said:
            await link.write_message(json.dumps({"command": command}))
            while words not in (told := await link.read_message()):
                assert told is not None
            assert app.token not in told and len(told) < 1000
        link.close()

    asyncio.run(asyncio.wait_for(one(), 60))


def run(*arguments, **more):
    command = [
        sys.executable,
        "-c",
        "from lazaretto.cli import main; main()",
        "explore",
        "--no-browser",
        *arguments,
    ]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, **more)


def test_a_port_that_is_taken_is_one_clear_message(app):
    done = run("--port", str(app.port))
    assert done.returncode == 1
    assert (
        f"port {app.port} of 127.0.0.1 cannot be used" in done.stderr
        and "Traceback" not in done.stderr
    )


def test_a_link_that_is_none_is_one_clear_message():
    done = run("--link", "http://127.0.0.1:1/#situation=atlantis")
    assert done.returncode == 2
    assert "there are: containment" in done.stderr and "Traceback" not in done.stderr


def test_without_the_extra_the_message_says_what_to_install(tmp_path):
    code = (
        "import importlib.util as u; f = u.find_spec; u.find_spec = lambda n, *a: "
        "None if n == 'tornado' else f(n, *a)\n"
    )
    command = [sys.executable, "-c", code + "from lazaretto.cli import main; main(['explore'])"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    assert "needs tornado: pip install 'lazaretto[explore]'" in done.stderr


def test_ctrl_c_ends_it_quietly():
    command = [
        sys.executable,
        "-c",
        "from lazaretto.cli import main; main()",
        "explore",
        "--no-browser",
        "--people",
        "2000",
        "--seeds",
        "2",
        "--link",
        "situation=managed&b.tracing=household",
    ]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
    )
    assert "http://127.0.0.1:" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Traceback" not in said
