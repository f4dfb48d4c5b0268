"""Watches: the history from a version on, then what comes, as lines of JSON."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from pyhelm.simulator import statuses
from pyhelm.simulator.http import encode
from pyhelm.simulator.store import Change, Store, Stored

Object = dict[str, Any]
Select = Callable[[Object], bool]
Render = Callable[[Stored], bytes]

BOOKMARK_SECONDS = 60.0


class Watch:
    """One open watch. `poll` gives the lines that are ready and never blocks.

    It may be used from one thread at a time; `closed` tells that no more lines come.
    """

    def __init__(
        self,
        store: Store,
        resource: str,
        namespace: str,
        *,
        select: Select,
        render: Render,
        timeout: float,
        bookmarks: bool,
        bookmark: Object,
    ) -> None:
        self._store = store
        self._resource = resource
        self._namespace = namespace
        self._select = select
        self._render = render
        self._bookmark = bookmark
        self._bookmarks = bookmarks
        self._ready: list[bytes] = []
        self._version = store.version
        now = time.monotonic()
        self.deadline = now + timeout
        self._next_bookmark = now + BOOKMARK_SECONDS
        self.closed = False

    def start(self, version: str, *, initial: list[Stored], send_end: bool = False) -> None:
        """Begin after a version; empty and `0` begin with what is there. Raises 410."""
        with self._store.lock:
            if version in ("", "0"):
                self._ready += [self._line("ADDED", stored) for stored in initial]
                if send_end:
                    self._ready.append(self._bookmark_line(initial_events_end=True))
                return
            wanted = int(version)
            if wanted < self._store.oldest:
                raise statuses.expired(version, self._store.oldest)
            self._version = wanted

    def poll(self) -> list[bytes]:
        """The lines that are ready now."""
        with self._store.lock:
            lines, self._ready = self._ready, []
            if self.closed:
                return lines
            if self._version < self._store.oldest:
                gone = statuses.expired(str(self._version), self._store.oldest).as_dict()
                self.closed = True
                return [*lines, encode({"type": "ERROR", "object": gone}) + b"\n"]
            lines += self._since()
            self._version = self._store.version
        now = time.monotonic()
        if self._bookmarks and (now >= self._next_bookmark or now >= self.deadline):
            self._next_bookmark = now + BOOKMARK_SECONDS
            lines.append(self._bookmark_line())
        if now >= self.deadline:
            self.closed = True
        return lines

    def _since(self) -> list[bytes]:
        lines: list[bytes] = []
        for change in reversed(self._store.history):
            if change.version <= self._version:
                break
            if change.resource == self._resource and self._namespace in ("", change.namespace):
                line = self._changed(change)
                if line is not None:
                    lines.append(line)
        return lines[::-1]

    def _changed(self, change: Change) -> bytes | None:
        """An object that comes into or leaves the selection is added or deleted to the watcher."""
        before = change.old is not None and self._select(change.old.obj)
        now = change.type != "DELETED" and self._select(change.new.obj)
        if now:
            return self._line("MODIFIED" if before else "ADDED", change.new)
        return self._line("DELETED", change.new) if before else None

    def _line(self, event: str, stored: Stored) -> bytes:
        return b'{"type":"' + event.encode() + b'","object":' + self._render(stored) + b"}\n"

    def _bookmark_line(self, *, initial_events_end: bool = False) -> bytes:
        metadata: Object = {"resourceVersion": str(self._version)}
        if initial_events_end:
            metadata["annotations"] = {"k8s.io/initial-events-end": "true"}
        obj = {**self._bookmark, "metadata": metadata}
        return encode({"type": "BOOKMARK", "object": obj}) + b"\n"

    def __iter__(self) -> Iterator[bytes]:
        """Lines as they come, blocking; for use in process."""
        while not self.closed:
            yield from self.poll()
            with self._store.changed:
                if not self.closed and self._store.version == self._version and not self._ready:
                    self._store.changed.wait(max(self.idle_seconds(), 0))

    def idle_seconds(self) -> float:
        """How long nothing happens by itself."""
        return min(self.deadline, self._next_bookmark) - time.monotonic()

    def listen(self, wake: Callable[[], None]) -> None:
        """Call `wake` after every change, in the thread that made it."""
        with self._store.lock:
            self._store.listeners.add(wake)

    def unlisten(self, wake: Callable[[], None]) -> None:
        """Call it no more."""
        with self._store.lock:
            self._store.listeners.discard(wake)

    def close(self) -> None:
        """No more lines."""
        self.closed = True
        with self._store.changed:
            self._store.changed.notify_all()
