"""What checks of the explorer share (a plugin of tests/conftest.py): a page without a browser,
which collects what its session publishes."""

from __future__ import annotations

from queue import Queue

import pytest

from lazaretto.explore.start import start

WAIT = 120


class Page:
    """Collects what a session publishes."""

    def __init__(self, begun):
        self.told = Queue()
        self.session = begun.session(self.told.put)

    def ask(self, **said):
        """The last answer to this question."""
        self.session.ask(said)
        return self.final()

    def command(self, **said):
        """What is told next after this command."""
        self.session.command(said)
        return self.told.get(timeout=WAIT)

    def final(self):
        """All that is told until an answer is done, later texts over earlier ones."""
        whole = {}
        while True:
            told = self.told.get(timeout=WAIT)
            whole |= told
            if told.get("done"):
                return whole


@pytest.fixture(scope="module")
def begun():
    made = start("no-measures", people=2000, seeds=3, threads=2)
    yield made
    assert made.end(WAIT)  # compiled code that is at work when Python ends would end it badly


@pytest.fixture
def page(begun):
    one = Page(begun)
    yield one
    one.session.close()


@pytest.fixture
def another_page(begun):
    """A way to open more pages of the same explorer."""
    opened = []

    def open_one():
        opened.append(Page(begun))
        return opened[-1]

    yield open_one
    for one in opened:
        one.session.close()
