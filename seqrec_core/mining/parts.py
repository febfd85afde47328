"""A search in parts: each looks for the patterns that begin with some of the events, and none needs to know of another.

Which parts there are changes nothing about what is found. A large search is dealt out to threads: compiled code runs outside
the interpreter's lock.
"""

import os
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.sequences import Sequences
from seqrec_core.errors import Stopped
from seqrec_core.mining.preparing import Prepared, is_label
from seqrec_core.mining.search import PlainSearch, Search
from seqrec_core.mining.search_closed import ClosedSearch
from seqrec_core.mining.search_ends import EndsSearch, GapSearch, fits_a_line
from seqrec_core.mining.types import MiningTerms

Progress = Callable[[int, int, dict[str, float]], None]
ShouldStop = Callable[[], bool]
Bools = NDArray[np.bool_]

ALONE_SECONDS = 0.2  # a search done in this time stays on one thread
PARTS_A_THREAD = 2  # parts differ in size: whoever is done takes the next; each costs a pass over the log
MOST_THREADS = 8
LOOK_SECONDS = 0.02


def no_progress(step: int, total: int, values: dict[str, float]) -> None:
    """Say nothing."""


def never_stop() -> bool:
    """Go on."""
    return False


@dataclass(frozen=True)
class Found:
    """What a search found so far.

    Args:
        nodes, is_found: as `Search` has them.
        is_checked: whether kind closed or maximal is met already.
    """

    nodes: NDArray[np.int32]
    is_found: Bools
    is_checked: bool


def start(prepared: Prepared, sequences: Sequences, terms: MiningTerms, first: Bools | None = None) -> Search:
    """Return the search that these terms ask for.

    Args:
        prepared: `prepare(sequences, terms)`.
        sequences: for their labels.
        terms: what to look for.
        first: codes that may come first, bool[n_items]: one part of the search; None = all.
    """
    if terms.starts and not terms.baskets:
        asked = is_label(sequences, terms.starts)[prepared.codes]
        first = asked if first is None else first & asked
    return kind_of(prepared, terms)(prepared, terms, first)


def run(
    search: Search,
    deadline: float,
    max_bytes: float = float("inf"),
    progress: Progress = no_progress,
    should_stop: ShouldStop = never_stop,
) -> bool:
    """Advance until the search is done (True) or time or memory are used up (False).

    Raises:
        Stopped: `should_stop` said so.
    """
    while not search.is_done:
        search.advance()
        progress(search.roots_done, search.n_roots, {"patterns": float(len(search))})
        if should_stop():
            raise Stopped("mining", "stopped", n=len(search))
        if time.perf_counter() > deadline or search.n_bytes > max_bytes:
            return search.is_done
    return True


def split_by_first_item(first: Bools, n: int) -> list[Bools]:
    """Deal out first events to at most n parts, none of them empty: neighbours, which are alike in support, to different ones.

    Args:
        first: codes to deal out, bool[n_items].
        n: number of parts.
    """
    codes = np.flatnonzero(first)
    parts = []
    for number in range(min(n, len(codes))):
        part = np.zeros(len(first), np.bool_)
        part[codes[number::n]] = True
        parts.append(part)
    return parts


def mine_part(prepared: Prepared, sequences: Sequences, terms: MiningTerms, first: Bools) -> Search:
    """Search for the patterns that begin with some events, without a budget of time. Arguments: `start`; see `joined`."""
    search = start(prepared, sequences, terms, first)
    run(search, float("inf"))
    return search


def joined(searches: list[Search], most: int | None = None) -> Found:
    """Put together what parts found, at most `most` patterns. No first event belongs to two parts."""
    from seqrec_core.mining.trie_kernels import roots_of

    is_checked = isinstance(searches[0], ClosedSearch)
    if len(searches) == 1:
        return Found(searches[0].nodes, searches[0].is_found, is_checked)
    singles = 0 if is_checked else searches[0].n_roots  # other tables than that of closed patterns begin with all single events
    tables: list[NDArray[np.int32]] = []
    marks, n = [], 0
    for search in searches:
        nodes = search.nodes
        is_kept = search.first[roots_of(nodes)]
        is_kept[:singles] = not tables
        place = n + np.cumsum(is_kept) - 1
        place[:singles] = np.arange(singles)
        part = nodes[is_kept]
        part[:, 0] = np.where(part[:, 0] < 0, -1, place[part[:, 0]])
        tables.append(part)
        marks.append(search.is_found[is_kept])
        n += len(part)
    is_found = np.concatenate(marks)
    if singles:
        is_found[:singles] = np.any([search.first for search in searches], axis=0)
    return Found(np.concatenate(tables)[:most], is_found[:most], is_checked)


class Crew:
    """Threads that work on the parts of one search.

    Args:
        begun: a search that has done a part of the work and keeps to the first events that it has begun.
        rest: the parts that are left, as first events.
        begin: starts the search of a part.
        terms: for the budget.
    """

    def __init__(self, begun: Search, rest: list[Bools], begin: Callable[[Bools], Search], terms: MiningTerms) -> None:
        self.searches = [begun]
        self.is_over = False
        self._waiting: deque[Search | Bools] = deque([begun, *rest])
        self._begin, self._terms = begin, terms
        self._singles = 0 if isinstance(begun, ClosedSearch) else begun.n_roots

    def work(self) -> float:
        """Take parts until none is left; return the CPU seconds that it took."""
        clock = time.thread_time()
        while self._waiting and not self.is_over:
            try:
                part = self._waiting.popleft()
            except IndexError:  # another thread was quicker
                break
            search = part if isinstance(part, Search) else self._begin(part)
            if search is not part:
                self.searches.append(search)
            while not (search.is_done or self.is_over):
                search.advance()
        return time.thread_time() - clock

    def __len__(self) -> int:
        searches = list(self.searches)
        return sum(map(len, searches)) - self._singles * (len(searches) - 1)

    @property
    def is_full(self) -> bool:
        """Whether more than `max_patterns` would be found."""
        return len(self) > self._terms.max_patterns or any(search.is_full for search in list(self.searches))

    @property
    def is_done(self) -> bool:
        """Whether every part is at its end."""
        return not self._waiting and all(search.is_done for search in self.searches)

    def look(self, deadline: float, progress: Progress, should_stop: ShouldStop) -> None:
        """Say how far the work is, and end it where the budget or a person says so.

        Raises:
            Stopped: `should_stop` said so.
        """
        searches = list(self.searches)
        total = searches[0].n_roots
        progress(min(total, sum(search.roots_done for search in searches)), total, {"patterns": float(len(self))})
        if should_stop():
            raise Stopped("mining", "stopped", n=len(self))
        n_bytes = sum(search.n_bytes for search in searches)
        self.is_over = self.is_full or time.perf_counter() > deadline or n_bytes > self._terms.max_bytes


@dataclass(frozen=True)
class Ran:
    """How a search ended.

    Args:
        searches: its parts.
        is_complete: whether nothing is left to look at.
        cpu_seconds: of other threads than the caller's.
    """

    searches: list[Search]
    is_complete: bool
    cpu_seconds: float = 0.0


def run_in_parts(
    search: Search,
    begin: Callable[[Bools], Search],
    terms: MiningTerms,
    deadline: float,
    progress: Progress = no_progress,
    should_stop: ShouldStop = never_stop,
    threads: int | None = None,
    alone_seconds: float = ALONE_SECONDS,
) -> Ran:
    """Run a search; what is left of it after a short while is dealt out to threads.

    Args:
        search: what to run.
        begin: starts the search for patterns that begin with these codes.
        terms: for the budget.
        deadline: of `time.perf_counter`.
        progress: as in `engine.mine`, called in this thread.
        should_stop: the same.
        threads: None = as many as there are cores, at most eight.
        alone_seconds: how long it runs by itself.

    Raises:
        Stopped: `should_stop` said so.
    """
    threads = n_threads() if threads is None else threads
    alone_until = deadline if threads < 2 else min(deadline, time.perf_counter() + alone_seconds)
    is_done = run(search, alone_until, terms.max_bytes, progress, should_stop)
    if is_done or threads < 2 or time.perf_counter() > deadline or search.n_bytes > terms.max_bytes:
        return Ran([search], is_done and not search.is_full)
    crew = Crew(search, split_by_first_item(search.leave_rest(), PARTS_A_THREAD * threads), begin, terms)
    with ThreadPoolExecutor(threads) as pool:
        try:
            futures = [pool.submit(crew.work) for _ in range(threads)]
            while wait(futures, LOOK_SECONDS).not_done:
                crew.look(deadline, progress, should_stop)
        finally:
            crew.is_over = True
        cpu_seconds = sum(future.result() for future in futures)
    return Ran(crew.searches, crew.is_done and not crew.is_full, cpu_seconds)


def n_threads() -> int:
    """Return how many threads a large search takes."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(MOST_THREADS, cores)


def kind_of(prepared: Prepared, terms: MiningTerms) -> type[Search]:
    """Return which search these terms need."""
    shares_steps = prepared.has_steps and terms.baskets
    if terms.has_rules and not (terms.uses_time or shares_steps) and fits_a_line(prepared, terms):
        return GapSearch
    if terms.has_rules or prepared.has_steps or terms.by == "user":
        return EndsSearch
    # What covers a pattern has to start and end as asked too; the closed search does not know that.
    if terms.kind != "all" and not (terms.starts or terms.ends):
        return ClosedSearch
    return PlainSearch
