"""The explorer as a web app for the person at this computer: one page, four files, one socket,
nothing else.

It listens on 127.0.0.1 only, answers only requests that name that address (so that no web site can
reach it through a name of its own), opens the page and the socket only to who knows the token in
the printed address, and has no handler that reads a path.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import socket
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any

import plotly.offline
import tornado.httpserver
import tornado.web
import tornado.websocket

from ..parameters.plain import check_plain
from .start import Start

ADDRESS = "127.0.0.1"
NAMES = (ADDRESS, "localhost")
STATIC = Path(__file__).parent / "static"
COOKIE = "lazaretto-explorer"
MOST_BYTES = 1 << 16  # of a message from the page; its requests have no body
MOST_HEADER_BYTES = 1 << 14
PATIENCE_SECONDS = 60  # for a request that has begun, and between requests
FROM_PAGE = Path("message")  # what refusals call it
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class _Guarded(tornado.web.RequestHandler):
    """What all handlers share: the right host name, and the token where `secret`."""

    secret = True

    def prepare(self) -> None:
        if self.request.host.partition(":")[0] not in NAMES:
            raise tornado.web.HTTPError(403, reason="wrong host name")
        if self.secret and not self._known():
            raise tornado.web.HTTPError(
                403, reason="open the whole address that lazaretto explore printed"
            )

    def _known(self) -> bool:
        token = self.application.settings["token"]
        given = (
            self.get_argument("token", "")
            or self.get_cookie(f"{COOKIE}-{self.application.settings['port']}", "")
            or ""
        )
        return secrets.compare_digest(given.encode(), token.encode())

    def set_default_headers(self) -> None:
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Server", "lazaretto")

    def write_error(self, status_code: int, **more: Any) -> None:
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{status_code}: {self._reason}\n")


class _Page(_Guarded):
    def get(self) -> None:
        settings = self.application.settings
        self.set_cookie(
            f"{COOKIE}-{settings['port']}", settings["token"], httponly=True, samesite="Strict"
        )
        self.set_header("Cache-Control", "no-store")
        self.finish(settings["page"])


class _Fixed(_Guarded):
    """A file of the package, read once when the server starts."""

    secret = False

    def initialize(self, content: bytes, kind: str) -> None:
        self.content, self.kind = content, kind

    def get(self) -> None:
        self.set_header("Content-Type", f"{self.kind}; charset=utf-8")
        self.finish(self.content)


class _Nothing(_Guarded):
    secret = False

    def prepare(self) -> None:
        super().prepare()
        raise tornado.web.HTTPError(404)


class _Socket(tornado.websocket.WebSocketHandler, _Guarded):
    def open(self, *_: str, **__: str) -> None:
        begun: Start = self.application.settings["begun"]
        loop = asyncio.get_running_loop()

        def publish(told: dict[str, Any]) -> None:
            text = json.dumps({"answer": told}, allow_nan=False)
            loop.call_soon_threadsafe(self._send, text)

        self._send(json.dumps({"choices": begun.offered, "settings": begun.first}))
        self.session = begun.session(publish)
        self.session.ask(begun.first)

    def _send(self, text: str) -> None:
        if self.ws_connection is not None:
            with contextlib.suppress(
                tornado.websocket.WebSocketClosedError
            ):  # the page was closed meanwhile
                self.write_message(text)

    def on_message(self, message: str | bytes) -> None:
        try:
            data = json.loads(message)
            check_plain(data, FROM_PAGE)
        except (ValueError, RecursionError):
            data = None
        if isinstance(data, dict) and "command" in data:
            self.session.command(data["command"])
        else:
            self.session.ask(data)

    def on_close(self) -> None:
        if hasattr(self, "session"):
            self.session.close()
            begun: Start = self.application.settings["begun"]
            if self.session in begun.sessions:
                begun.sessions.remove(self.session)


def application(begun: Start, port: int, token: str) -> tornado.web.Application:
    """The routes; everything that is served is read here, before the first request."""
    page = (STATIC / "page.html").read_bytes()
    fixed = {
        name: (STATIC / name).read_bytes() for name in ("page.js", "explorer.js", "explorer.css")
    }
    fixed["plotly.js"] = plotly.offline.get_plotlyjs().encode()
    kinds = {".js": "text/javascript", ".css": "text/css"}
    routes: list[Any] = [(r"/", _Page), (r"/socket", _Socket)]
    routes += [
        (f"/{name}", _Fixed, {"content": data, "kind": kinds[Path(name).suffix]})
        for name, data in fixed.items()
    ]
    return tornado.web.Application(
        routes,
        default_handler_class=_Nothing,
        begun=begun,
        port=port,
        token=token,
        page=page,
        compress_response=True,
        websocket_max_message_size=MOST_BYTES,
        websocket_ping_interval=20,
    )


def bound(port: int) -> socket.socket:
    """A listening socket on 127.0.0.1; port 0: any free one. Raises OSError with a clear
    message."""
    one = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        one.bind((ADDRESS, port))
        one.listen(64)
    except OSError as problem:
        one.close()
        raise OSError(
            f"port {port} of {ADDRESS} cannot be used ({problem.strerror}); leave "
            "--port out for a free one"
        ) from problem
    one.setblocking(False)
    return one


async def serve(
    begun: Start,
    port: int = 0,
    browser: bool = True,
    ready: Callable[[str], None] | None = None,
    stop: asyncio.Event | None = None,
) -> None:
    """Serve until `stop` is set (or for good). ready: called with the address once it is open.

    Browsers send the token once, keep it as a cookie, and the page takes it out of the address bar:
    what is copied from there holds none."""
    listener = bound(port)
    actual = listener.getsockname()[1]
    token = secrets.token_urlsafe(16)
    server = tornado.httpserver.HTTPServer(
        application(begun, actual, token),
        max_body_size=MOST_BYTES,
        max_header_size=MOST_HEADER_BYTES,
        idle_connection_timeout=PATIENCE_SECONDS,
        body_timeout=PATIENCE_SECONDS,
    )
    server.add_sockets([listener])
    address = f"http://{ADDRESS}:{actual}/?token={token}"
    begun.session(lambda told: None).ask(begun.first)  # computed while the browser opens
    if ready is not None:
        ready(address)
    if browser:
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
    try:
        await (stop or asyncio.Event()).wait()
    finally:
        server.stop()
        await server.close_all_connections()
