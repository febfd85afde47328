"""Two ways to closed and maximal patterns, of which the log decides which is faster: whichever is done first, wins.

All patterns can be searched for, and those that a longer one covers left out: about 1 µs a pattern. Or each is checked as it is
found, and branches that lead to nothing closed are cut: about 10 µs a pattern, but of closed ones only. Where there are few
closed patterns among many, the second is the only way; else the first. So the searches take turns, after a head start of the
first, and the work is at most about twice that of the better one.
"""

import time
from collections.abc import Callable
from dataclasses import replace

from seqrec_core.errors import Stopped
from seqrec_core.mining.parts import Progress, Ran, ShouldStop
from seqrec_core.mining.search import Search
from seqrec_core.mining.types import MiningTerms

HEAD_START = 300_000  # patterns that the search for all of them may find before the other one begins
MOST_OF_ALL = 4  # times the budget of patterns, at which it is given up


def raced(
    begin: Callable[[MiningTerms], Search],
    terms: MiningTerms,
    in_parts: Callable[[Search], Ran],
    deadline: float,
    progress: Progress,
    should_stop: ShouldStop,
) -> Ran:
    """Search for closed or maximal patterns in the way that is done first.

    Args:
        begin: starts a search for terms of any kind.
        terms: of kind closed or maximal.
        in_parts: goes on with a search that is left alone.
        deadline: of `time.perf_counter`.
        progress: called with what the slower way knows.
        should_stop: asked between turns.

    Returns:
        The search that was done; where a budget ended both, the one for what was asked.

    Raises:
        Stopped: `should_stop` said so.
    """
    most = max(HEAD_START, MOST_OF_ALL * terms.max_patterns)
    every = begin(replace(terms, kind="all", top_k=None, max_patterns=most))

    def is_within() -> bool:
        return time.perf_counter() <= deadline and not every.is_full and every.n_bytes <= terms.max_bytes

    while len(every) < HEAD_START and not every.is_done and is_within():
        _turn(every, progress, should_stop)
    if every.is_done and not every.is_full:
        return Ran([every], True)
    own = begin(terms)
    used = [0.0, 0.0]
    while not own.is_done and is_within() and own.n_bytes + every.n_bytes <= terms.max_bytes:
        who = int(used[1] < used[0])
        used[who] += _turn((own, every)[who], progress, should_stop)
        if every.is_done and not every.is_full:
            return Ran([every], True)
    return in_parts(own)


def _turn(search: Search, progress: Progress, should_stop: ShouldStop) -> float:
    clock = time.thread_time()
    search.advance()
    progress(search.roots_done, search.n_roots, {"patterns": float(len(search))})
    if should_stop():
        raise Stopped("mining", "stopped", n=len(search))
    return time.thread_time() - clock
