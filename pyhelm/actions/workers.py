"""Requests side by side: what waits for a server most of the time, done eight at a time."""

from __future__ import annotations

from pyhelm._typing import Callable, Sequence, TypeVar

WORKERS = 8

T = TypeVar("T")
R = TypeVar("R")


def side_by_side(work: Callable[[T], R], items: Sequence[T]) -> list[R]:
    """The results of `work`, in the order of the items; raises what the first to fail raised.

    Once one has failed, or Ctrl-C came, what has not begun is not begun any more.
    """
    if len(items) < 2:
        return [work(item) for item in items]
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(min(WORKERS, len(items))) as pool:
        return list(pool.map(work, items))
