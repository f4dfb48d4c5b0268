"""Requests side by side: what waits for a server most of the time, done many at a time."""

from __future__ import annotations

import time
from _thread import _local

from pyhelm._typing import TYPE_CHECKING, Callable, Sequence, TypeVar

if TYPE_CHECKING:
    from threading import Event

WORKERS = 16

QUICK = 4
"""Fewer questions than this take no longer one after the other than one on a new connection does,
which waits for TCP and TLS first."""

T = TypeVar("T")
R = TypeVar("R")

_worker = _local()


def side_by_side(work: Callable[[T], R], items: Sequence[T], *, least: int = 2) -> list[R]:
    """The results of `work`, in the order of the items; raises what the first to fail raised.

    Fewer than `least` items are done one after the other.

    Once one has failed, or Ctrl-C came, what has not begun is not begun any more, and what pauses
    before another try gives up.
    """
    if len(items) < least:
        return [work(item) for item in items]
    from concurrent.futures import ThreadPoolExecutor
    from threading import Event

    stop = Event()

    def stoppable(item: T) -> R:
        _worker.stop = stop
        return work(item)

    with ThreadPoolExecutor(min(WORKERS, len(items))) as pool:
        try:
            return list(pool.map(stoppable, items))
        except BaseException:
            stop.set()
            raise


def pause(seconds: float) -> bool:
    """Sleep; False, and early, when the work that this thread does was called off."""
    stop: Event | None = getattr(_worker, "stop", None)
    if stop is None:
        time.sleep(seconds)
        return True
    return not stop.wait(seconds)
