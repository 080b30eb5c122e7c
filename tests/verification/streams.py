"""Words of the project's own random streams on standard output, for a battery of tests of random
numbers.

    python tests/verification/streams.py episode | ./crush small
    python tests/verification/streams.py person | dieharder -a -g 200

Each stream runs fastest through the one thing by which its draws differ, so that a weakness between
neighbours would show. The run that is on record, and how to repeat it:
docs/verification/generator.md.
"""

from __future__ import annotations

import sys

import numpy as np

from lazaretto._jit import entry
from lazaretto.chance import streams
from lazaretto.chance.philox import draw

SEED = 20200329
BLOCK = 1 << 18
PURPOSES, EPISODES, DAYS, CANDIDATES, MEMBERS = 64, 4, 365, 64, 1000


@entry
def fill(words, seeds, purposes, a, b, c):
    for i in range(len(seeds)):
        words[i, 0], words[i, 1], words[i, 2], words[i, 3] = draw(
            seeds[i], purposes[i], a[i], b[i], c[i]
        )


def keys(stream: str, i: np.ndarray) -> tuple[np.ndarray, ...]:
    """(seed, purpose, a, b, c) of the i-th draws of a stream."""
    same = np.zeros_like(i)
    match stream:
        case "person" | "person-first-word":
            return same + SEED, same + streams.COURSE, i, same, same
        case "purpose":
            return same + SEED, i % PURPOSES, i // PURPOSES, same, same
        case "episode":
            return same + SEED, same + streams.COURSE, i // EPISODES, i % EPISODES, same
        case "day":
            return same + SEED, same + streams.INVOLUTION, i // DAYS, i % DAYS, same
        case "candidate":
            return same + SEED, same + streams.CANDIDATE, i // CANDIDATES, same, i % CANDIDATES
        case "pair":
            return (
                same + SEED,
                same + streams.KEPT,
                i // MEMBERS,
                i // MEMBERS + 1 + i % MEMBERS,
                same + 30,
            )
        case "seed":
            return i, same + streams.COURSE, same + 1, same, same
    raise SystemExit(f"unknown stream {stream!r}")


def main() -> None:
    stream = sys.argv[1]
    words, start = np.empty((BLOCK, 4), np.int64), 0
    while True:
        fill(words, *keys(stream, np.arange(start, start + BLOCK)))
        sent = words[:, :1] if stream == "person-first-word" else words
        try:
            sys.stdout.buffer.write(sent.astype("<u4").tobytes())
        except BrokenPipeError:
            sys.stderr.close()  # the battery has seen enough
            return
        start += BLOCK


if __name__ == "__main__":
    main()
