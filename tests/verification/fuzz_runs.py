"""Random valid parameter sets, run: over all declared ranges, and at the ends of what is accepted.

    python tests/verification/fuzz_runs.py RECORD [--draws 20000] [--minutes 30] [--page]

Each draw takes a shipped scenario, other shipped components, instruments of any levels together,
small and odd populations or a user's own network, numbers anywhere in their ranges, and changes
within the run. It is run in a process of its own, which is ended after 20 seconds; whatever is not
as it must be (a crash, a hang, people who are lost, days served beyond those ordered, a dead person
who infects) is a line of RECORD, with the number of the draw: `--only NUMBER` repeats it. A record
that is there is gone on with; draws of other sources of the package are done again. --page writes
docs/verification/fuzz.md from it.
"""

from __future__ import annotations

import argparse
import collections
import json
import multiprocessing
import resource
import time
import traceback
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from drawn_scenarios import population_of, scenario_of

import lazaretto as lz
from lazaretto.outcomes.solving import ReproductionError
from lazaretto.parameters import ParameterError
from lazaretto.sweeps.making import sources
from lazaretto.values.errors import PopulationError

PAGE = Path(__file__).resolve().parents[2] / "docs" / "verification" / "fuzz.md"
SECONDS, BYTES = 20.0, 8 << 30
TINY = 1e-6
PROMISED = (ParameterError, PopulationError, ReproductionError)


def judge(run: Any) -> list[str]:
    """What of a run is not as it must be."""
    wrong = []
    curves, panel = run.daily, run.panel_values
    states = ("S", "E", "I_presymptomatic", "I_symptomatic", "I_asymptomatic", "R", "D")
    if np.any(sum(curves[name] for name in states) != run.population.people):
        wrong.append("S + E + I + R + D is not N")
    wrong += [f"{name} is negative" for name, c in curves.items() if np.any(c < 0)]
    for name, value in panel.items():
        if np.isinf(value) and name not in NEVER:
            wrong.append(f"{name} is infinite")
        if value < -TINY:
            wrong.append(f"{name} is negative")
        if np.isnan(value) and name not in MAY_BE_UNKNOWN:
            wrong.append(f"{name} is no number")
    for part, whole in NO_MORE_THAN:
        if panel[part] > panel[whole] * (1.0 + TINY) + TINY:
            wrong.append(f"{part} is more than {whole}")
    for name in FRACTIONS:
        if panel[name] > 1.0 + TINY:
            wrong.append(f"{name} is more than all")
    return wrong + [f"transmissions: {text}" for text in judge_transmissions(run)]


def judge_transmissions(run: Any) -> list[str]:
    """Who infects is infectious and alive; nobody is infected while infected."""
    history, died = run.raw.history, run.severity.died
    by = history.source >= 0
    time, source = history.time[by], history.source[by]
    wrong = []
    if np.any(time < history.infectious[source]):
        wrong.append("before the infector is infectious")
    if np.any(time > history.end[source]):
        wrong.append("after the infector is infectious")
    if len(died) and np.any(time > died[source]):
        wrong.append("by the dead")
    if np.any(history.person[source] == history.person[by]):
        wrong.append("of a person to itself")
    if not np.all(np.isfinite(history.time)) or np.any(np.diff(np.sort(history.time)) < 0):
        wrong.append("at no time")
    order = np.lexsort((history.time, history.person))
    who, when, ends = history.person[order], history.time[order], history.end[order]
    if np.any((who[1:] == who[:-1]) & (when[1:] < ends[:-1])):
        wrong.append("of somebody who is infected")
    return wrong


NO_MORE_THAN = (
    ("quarantine_days_served", "quarantine_days_ordered"),
    ("isolation_days_served", "isolation_days_ordered"),
    ("wrong_warnings", "warnings"),
    ("wrong_reports", "reports"),
    ("wrong_fines", "fines"),
    ("wrong_transfers", "transfers"),
    ("partly_wrong_warnings", "warnings"),
    ("partly_wrong_fines", "fines"),
    ("appeals_granted", "appeals"),
    ("contests_granted", "contests"),
    ("wrong_positives", "tests"),
    ("deaths", "infections"),
    ("intensive_care_days", "hospital_days"),
    ("night_checks", "checks"),
    ("wrong_pass_fines", "pass_fines"),
    ("cases_found", "tests"),
)
FRACTIONS = (
    "infected_per_listed",
    "infectees_per_listed",
    "contact_recall",
    "infectee_recall",
    "latent_when_reached",
    "open_to_subject",
)
NEVER = {"day_stock_is_empty"}  # infinite where that day does not come
MAY_BE_UNKNOWN = {*FRACTIONS, *NEVER, "early_reproduction", "intensive_care_days"}


def parts_of(scenario: Any) -> list[str]:
    """What a draw has: for the table of the page."""
    found = [one.type for one in scenario.tracing.instruments]
    found += [one.action for one in scenario.isolation.ladder]
    others = {"timeline": scenario.timeline, "region-wide measures": scenario.region.measures}
    return sorted({*found, *(name for name, there in others.items() if there)})


def one(number: int) -> dict[str, Any]:
    """Do a draw: what came of it."""
    chance = np.random.default_rng([20_201_130, number])
    began, told = time.monotonic(), {"draw": number, "sources": sources()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", RuntimeWarning)  # numpy's, of what is no number
        try:
            scenario = scenario_of(chance)
            people = population_of(chance, scenario, number % 7)
            run = lz.simulate(scenario, people, seed=number, keep_lists=chance.random() < 0.2)
        except (*PROMISED, ValueError) as refusal:
            known = isinstance(refusal, PROMISED)
            text = f"{type(refusal).__name__}: {str(refusal).splitlines()[0][:300]}"
            return told | {"refused" if known else "failed": [text]}
        except (ArithmeticError, LookupError, MemoryError, RuntimeError, TypeError, Warning) as bad:
            line = traceback.extract_tb(bad.__traceback__)[-1]
            where = f"{Path(line.filename).name}:{line.lineno}"
            return told | {"failed": [f"{type(bad).__name__}: {str(bad)[:300]} ({where})"]}
        told |= {"people": people.people, "infections": len(run.raw.history.person)}
        told["parts"] = parts_of(scenario)
        try:
            if wrong := judge(run):
                told["failed"] = wrong
            run.panel, run.linelist, run.events, run.instruments, run.effective_r  # noqa: B018
        except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError, Warning) as bad:
            line = traceback.extract_tb(bad.__traceback__)[-1]
            where = f"{Path(line.filename).name}:{line.lineno}"
            told["failed"] = [f"outcomes: {type(bad).__name__}: {str(bad)[:300]} ({where})"]
    return told | {"seconds": round(time.monotonic() - began, 2)}


def work(link: Any) -> None:
    """Draws by number as they are asked for."""
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    for number in iter(link.recv, None):
        link.send(one(number))


def go_on(record: Path, draws: int, minutes: float) -> None:
    """Draw until so many are there, or the time is over."""
    done = {line["draw"] for line in read(record) if line["sources"] == sources()}
    until, context = time.monotonic() + 60.0 * minutes, multiprocessing.get_context("fork")
    process = link = None
    counts: collections.Counter[str] = collections.Counter()
    with record.open("a", encoding="utf-8") as file:
        for number in (n for n in range(draws) if n not in done):
            if time.monotonic() > until:
                break
            if process is None:
                link, theirs = context.Pipe()
                process = context.Process(target=work, args=(theirs,), daemon=True)
                process.start()
                theirs.close()
            link.send(number)
            told: dict[str, Any]
            try:
                told = link.recv() if link.poll(SECONDS) else {"failed": [f"over {SECONDS:g} s"]}
            except EOFError:
                process.join()
                told = {"failed": [f"the process ended with status {process.exitcode}"]}
            if "draw" not in told:
                process.kill()
                process = None
            told |= {"draw": number, "sources": sources()}
            file.write(json.dumps(told) + "\n")
            file.flush()
            counts[
                "failed" if "failed" in told else "refused" if "refused" in told else "fine"
            ] += 1
            if "failed" in told:
                print(number, told["failed"], flush=True)
            if sum(counts.values()) % 500 == 0:
                print(dict(counts), flush=True)
    if process is not None:
        link.send(None)
    print(dict(counts))


def read(record: Path) -> list[dict[str, Any]]:
    if not record.is_file():
        return []
    return [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]


def page(record: Path) -> str:
    """docs/verification/fuzz.md, of the draws that the last sources of the record have done."""
    lines = read(record)
    last = lines[-1]["sources"] if lines else ""
    lines = [line for line in lines if line["sources"] == last]
    ran = [line for line in lines if "refused" not in line]
    failed = [line for line in lines if "failed" in line]
    slow = max((line.get("seconds", 0.0) for line in ran), default=0.0)
    parts = collections.Counter(part for line in ran for part in line.get("parts", ()))
    sizes = collections.Counter(line["people"] for line in ran if "people" in line)
    text = f"""# Random parameter sets

Generated by `tests/verification/fuzz_runs.py`. Each draw takes a shipped scenario with other
shipped components, instruments of any levels together, small and odd populations or a user's own
network, numbers anywhere in their declared ranges or at the ends of what is accepted, and changes
within the run; then it is run. All draws are of one state of the package, sources `{last}`.

| | |
|---|---|
| draws | {len(lines):,} |
| refused in one sentence, since parts did not fit together | {len(lines) - len(ran):,} |
| run and judged | {len(ran):,} |
| infections in them | {sum(line.get("infections", 0) for line in ran):,} |
| longest, in seconds | {slow:.1f} |
| not as they must be | {len(failed):,} |

Judged: S + E + I + R + D are all people on every day; no count is negative, infinite or no number
where it is defined; days served are no more than days ordered; wrong sanctions, granted appeals and
deaths are no more than all; fractions are at most 1; who infects is infectious and alive, and
nobody is infected while infected; no crash, no warning of arithmetic, no more than {SECONDS:g}
seconds, no more than {BYTES >> 30} GiB.

| people | draws |
|---|---|
{chr(10).join(f"| {size:,} | {count:,} |" for size, count in sorted(sizes.items()))}

| part | draws with it |
|---|---|
{chr(10).join(f"| {part} | {count:,} |" for part, count in sorted(parts.items()))}
"""
    if failed:
        kinds = collections.Counter(fault for line in failed for fault in line["failed"])
        listed = "\n".join(f"| {fault} | {count:,} |" for fault, count in kinds.most_common())
        text += f"\n| not as it must be | draws |\n|---|---|\n{listed}\n"
    return text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("record", type=Path)
    parser.add_argument("--draws", type=int, default=20_000)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--only", type=int, help="repeat one draw")
    parser.add_argument("--page", action="store_true", help="write the page, and draw nothing")
    given = parser.parse_args()
    if given.only is not None:
        print(json.dumps(one(given.only), indent=1))
    elif given.page:
        PAGE.write_text(page(given.record), encoding="utf-8")
    else:
        go_on(given.record, given.draws, given.minutes)


if __name__ == "__main__":
    main()
