"""Worker processes by Dask: the same bytes as by threads, also when a worker is killed; what is
missing is said."""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import socket
import subprocess
import sys

import numpy as np
import pytest
from numba import typeof
from small import design, files

import lazaretto as lz
from lazaretto.parameters import ParameterError, params_folder
from lazaretto.sweeps import cluster, work
from lazaretto.sweeps.cluster import ClusterError

pytest.importorskip("distributed")
SWEEP = dict(seeds=6, null=("area",))


@pytest.fixture(scope="module")
def client():
    """Two worker processes."""
    with cluster.connect(2, None) as connected:
        yield connected


@pytest.fixture(scope="module")
def by_threads(tmp_path_factory):
    folder = tmp_path_factory.mktemp("threads")
    lz.sweep(design(**SWEEP), threads=2, out=folder).close()
    return files(folder)


def address(client) -> str:
    return client.scheduler.address


def test_two_workers_leave_the_same_bytes_and_each_builds_the_population_once(
    client, by_threads, tmp_path
):
    lz.sweep(design(**SWEEP), scheduler=address(client), out=tmp_path).close()
    assert files(tmp_path) == by_threads
    kept = client.run(lambda: len(work._populations.things))
    assert list(kept.values()) == [1, 1]
    assert os.getpid() not in client.run(os.getpid).values()


def test_what_a_killed_worker_had_is_done_again(client, by_threads, tmp_path):
    workers = client.run(os.getpid)
    victims = list(workers.values())[:1]
    seen = []

    def kill(done: int, total: int, failed: int) -> None:
        seen.append((done, total, failed))
        if done > 0 and victims:
            os.kill(victims.pop(), signal.SIGKILL)

    lz.sweep(design(**SWEEP), scheduler=address(client), out=tmp_path, progress=kill).close()
    assert not victims
    assert files(tmp_path) == by_threads
    assert seen[-1] == (36, 36, 0)
    assert set(client.run(os.getpid).values()) != set(workers.values())


def test_own_populations_reach_every_worker_and_leave_it_again(client, town, tmp_path):
    """Also a worker that starts later; and its arrays lie as they lay here, so nothing is compiled
    anew."""
    own = design(seeds=2)
    lz.sweep(own, threads=1, out=tmp_path / "threads", population=town).close()
    victims = list(client.run(os.getpid).values())[:1]

    def kill(done: int, total: int, failed: int) -> None:
        if done > 0 and victims:
            os.kill(victims.pop(), signal.SIGKILL)

    lz.sweep(
        own, scheduler=address(client), out=tmp_path / "workers", population=town, progress=kill
    ).close()
    assert not victims
    assert files(tmp_path / "workers") == files(tmp_path / "threads")
    assert set(client.run(lambda: len(cluster._given)).values()) == {0}


def test_a_population_out_of_a_pickle_is_the_same_to_the_compiler(town):
    again = pickle.loads(pickle.dumps(town))
    assert again.key == town.key
    for mine, theirs in zip(town.city, again.city, strict=True):
        assert typeof(mine) == typeof(theirs)
        np.testing.assert_array_equal(mine, theirs)


def test_a_task_that_no_worker_survives_is_recorded_and_may_be_tried_again(
    by_threads, tmp_path, monkeypatch
):
    """A stand-in for a cluster whose workers die of one cell."""

    made = design(**SWEEP)

    def dying(client, key, tasks):
        for task in tasks:
            yield task, work.lost(task, "out of memory?") if task.cell == 2 else work.do(made, task)

    monkeypatch.setattr(cluster, "connect", lambda *_: contextlib.nullcontext())
    monkeypatch.setattr(cluster, "lend", lambda *_: contextlib.nullcontext(["a design"]))
    monkeypatch.setattr(cluster, "threads_of", lambda _: 2)
    monkeypatch.setattr(cluster, "by_workers", dying)
    with lz.sweep(design(**SWEEP), workers=2, out=tmp_path) as data:
        assert "out of memory?" in data.attrs["failures"]
        assert int(data["infections"].isnull().sum()) == 2 * 6
    assert "cells/0000/000002.nc" not in files(tmp_path)
    lz.sweep(design(**SWEEP), threads=2, out=tmp_path, resume=True).close()
    assert files(tmp_path) == by_threads


def test_another_version_on_a_worker_is_refused(client, monkeypatch):
    for what in ("sources", "libraries"):
        monkeypatch.setattr(cluster, what, lambda: "of another version")
        with pytest.raises(ClusterError, match="a worker has another version"):
            lz.sweep(design(seeds=1), scheduler=address(client))
        monkeypatch.undo()


def test_workers_read_no_parameter_files_of_their_own(client, tmp_path):
    """Whatever a file says when the work begins holds for all of it: here it is gone by then."""
    own = tmp_path / "own.toml"
    own.write_bytes((params_folder() / "tracing" / "interview.toml").read_bytes())
    axes = {"tracing": ("none", str(own)), "isolation": ("advice",)}
    made = design(axes=axes, baseline={"tracing": "none", "isolation": "advice"})
    lz.sweep(made, threads=2, out=tmp_path / "threads").close()
    own.unlink()
    lz.sweep(made, scheduler=address(client), out=tmp_path / "workers").close()
    assert files(tmp_path / "workers") == files(tmp_path / "threads")
    rows = design(design="list", axes={}, baseline={}, null=(), rows=({"tracing": "interview"},))
    rows.check_cells()
    assert ("tracing", "interview") in pickle.loads(pickle.dumps(rows))._loaded


def test_what_cannot_be_used_is_said(monkeypatch):
    with pytest.raises(ParameterError, match="two ways to do the same"):
        lz.sweep(design(seeds=1), threads=2, workers=2)
    monkeypatch.setattr(cluster, "SECONDS_TO_START", 0.5)
    with pytest.raises(ClusterError, match="no Dask workers"):
        lz.sweep(design(seeds=1), scheduler="tcp://127.0.0.1:9")
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ParameterError, match=r"pip install 'lazaretto\[distributed\]'"):
        lz.sweep(design(seeds=1), workers=2)


def test_a_scheduler_that_is_lost_is_said_and_the_sweep_goes_on_elsewhere(by_threads, tmp_path):
    """Killed when the first cells are done."""
    started = [sys.executable, "-m"]
    where = f"tcp://127.0.0.1:{(port := free_port())}"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    scheduler = subprocess.Popen(
        [*started, "distributed.cli.dask_scheduler", f"--port={port}", "--no-dashboard"], **quiet
    )
    worker = subprocess.Popen(
        [*started, "distributed.cli.dask_worker", where, "--no-nanny", "--no-dashboard"], **quiet
    )

    def kill(done: int, total: int, failed: int) -> None:
        if done >= 12:
            scheduler.kill()

    try:
        with pytest.raises(ClusterError, match=r"scheduler was lost.* --resume goes on"):
            lz.sweep(design(**SWEEP), scheduler=where, out=tmp_path, progress=kill)
    finally:
        for process in (scheduler, worker):
            process.kill()
            process.wait()
    assert files(tmp_path)
    lz.sweep(design(**SWEEP), threads=2, out=tmp_path, resume=True).close()
    assert files(tmp_path) == by_threads


def test_a_connection_that_breaks_while_results_are_fetched_is_said_alike(monkeypatch):
    """Dask then raises an error of the connection, and not that the work was cancelled."""
    from distributed.comm.core import CommClosedError

    class Future:
        def result(self):
            raise CommClosedError("in <TCP (closed) ...>: Stream is closed")

    class Client:
        def nthreads(self):
            return {"somewhere": 1}

        def submit(self, *_, **__):
            return Future()

        def cancel(self, futures):
            pass

    monkeypatch.setattr("distributed.as_completed", iter)
    with pytest.raises(ClusterError, match=r"scheduler was lost.* --resume goes on"):
        list(cluster.by_workers(Client(), "a design", ["a task"]))


def test_a_lost_scheduler_is_not_asked_to_take_anything_back():
    """Dask would try for minutes before the sentence is said."""

    class Client:
        def register_plugin(self, plugin, name):
            pass

        def unregister_worker_plugin(self, name):
            asked.append(name)

    asked = []
    with pytest.raises(ClusterError), cluster.lend(Client(), "a design"):
        raise cluster.SchedulerLost("gone")
    assert not asked
    with pytest.raises(ClusterError), cluster.lend(Client(), "a design"):
        raise ClusterError("another version")
    assert len(asked) == 1


def test_a_scheduler_that_is_lost_before_it_has_the_design_is_said_alike():
    class Client:
        def register_plugin(self, plugin, name):
            raise OSError("closed")

    with (
        pytest.raises(ClusterError, match="scheduler was lost"),
        cluster.lend(Client(), "a design"),
    ):
        pass


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
