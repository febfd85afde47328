"""Work on several pieces at once and take the results in order, never holding more than a few."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from seqrec_core.settings import settings

S = TypeVar("S")
T = TypeVar("T")
MOST = 4


def n_threads() -> int:
    """Return how many pieces are worked on at once: as many as there are cores, at most four (each costs memory)."""
    return min(MOST, settings().threads or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2)


def ordered(work: Callable[[S], T], pieces: Iterable[S], threads: int) -> Iterator[T]:
    """Yield `work(piece)` for each piece, in the order of the pieces.

    Args:
        work: runs in threads; it should spend its time outside the interpreter's lock.
        pieces: taken only as fast as results are.
        threads: pieces worked on at once; one more waits.

    Raises:
        what `work` raises, at the place of its piece; later pieces are given up.
    """
    waiting: deque[Future[T]] = deque()
    with ThreadPoolExecutor(threads, thread_name_prefix="import") as pool:
        try:
            for piece in pieces:
                waiting.append(pool.submit(work, piece))
                if len(waiting) > threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
