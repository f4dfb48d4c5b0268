"""Objects by key, one counter of versions, and what changed since: what etcd is to Kubernetes.

All objects are held in memory; SQLite (write-ahead log) keeps them. A write is committed before
its request is answered, so that nothing that was answered is lost when the process is killed.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
import weakref
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyhelm.simulator.http import encode
from pyhelm.simulator.statuses import SimulatorFault

Object = dict[str, Any]
Key = tuple[str, str]
"""Namespace and name."""

FORMAT = 1
HISTORY = 20_000
SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS objects (
    resource TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
    version INTEGER NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (resource, namespace, name)
) WITHOUT ROWID;
"""


class Stored:
    """One version of one object; `obj` is shared and must not be changed."""

    __slots__ = ("_data", "_obj", "version")

    def __init__(self, version: int, obj: Object | None, data: bytes | None) -> None:
        self.version = version
        self._obj = obj
        self._data = data

    @property
    def obj(self) -> Object:
        """The object, to be read only."""
        if self._obj is None:
            self._obj = json.loads(self._data or b"{}")
        return self._obj

    @property
    def data(self) -> bytes:
        """The object as JSON."""
        if self._data is None:
            self._data = encode(self._obj)
        return self._data

    def copy(self) -> Object:
        """The object, to be changed."""
        fresh: Object = json.loads(self.data)
        return fresh


@dataclass(frozen=True, slots=True)
class Change:
    """One step of the history: `old` is what was there before."""

    version: int
    type: str
    resource: str
    namespace: str
    new: Stored
    old: Stored | None


class Store:
    """The objects of one simulator; all methods are called under `lock`."""

    def __init__(self, path: Path | str = ":memory:") -> None:
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.history: deque[Change] = deque(maxlen=HISTORY)
        self.observers: list[Callable[[Change], None]] = []
        self.listeners: set[Callable[[], None]] = set()
        self._objects: dict[str, dict[Key, Stored]] = {}
        self._by_namespace: dict[tuple[str, str], set[str]] = {}
        self._undo: list[Callable[[], object]] | None = None
        self._pending: list[Change] = []
        self._database = _open(path)
        if path == ":memory:":
            # Nothing is lost with it, so that whoever drops it need not say so.
            weakref.finalize(self, self._database.close)
        try:
            self._load()
        except BaseException:
            self.close()
            raise
        self.oldest = self.version

    def _load(self) -> None:
        rows = self._database.execute(
            "SELECT resource, namespace, name, version, body FROM objects"
        )
        for resource, namespace, name, version, body in rows:
            self._put_memory(resource, (namespace, name), Stored(version, None, bytes(body)))
        self.version = int(self.meta("version") or 0)

    def meta(self, key: str) -> str | None:
        """A value that is kept beside the objects."""
        row = self._database.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def set_meta(self, key: str, value: str) -> None:
        """Keep a value beside the objects; inside a transaction."""
        self._database.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def get(self, resource: str, namespace: str, name: str) -> Stored | None:
        """One object, by `deployments.apps` or `pods`."""
        return self._objects.get(resource, {}).get((namespace, name))

    def list(self, resource: str, namespace: str = "") -> Sequence[Stored]:
        """All objects of a resource, in the order of their keys."""
        table = self._objects.get(resource, {})
        if namespace:
            names = sorted(self._by_namespace.get((resource, namespace), ()))
            return [table[namespace, name] for name in names]
        return [table[key] for key in sorted(table)]

    def resources(self) -> tuple[str, ...]:
        """The resources that have objects."""
        return tuple(resource for resource, table in self._objects.items() if table)

    def put(self, resource: str, obj: Object) -> Stored:
        """Write an object; it gets the next version, and belongs to the store from now on."""
        metadata = obj["metadata"]
        key = (metadata.get("namespace", ""), metadata["name"])
        old = self._objects.get(resource, {}).get(key)
        self._advance()
        metadata["resourceVersion"] = str(self.version)
        stored = Stored(self.version, obj, None)
        self._put_memory(resource, key, stored)
        self._remember(lambda: self._restore(resource, key, old))
        self._database.execute(
            "INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?)",
            (resource, *key, stored.version, stored.data),
        )
        kind = "ADDED" if old is None else "MODIFIED"
        self._record(Change(self.version, kind, resource, key[0], stored, old))
        return stored

    def delete(self, resource: str, namespace: str, name: str) -> Stored:
        """Remove an object; its last version says when."""
        key = (namespace, name)
        old = self._objects[resource][key]
        self._advance()
        last = old.copy()
        last["metadata"]["resourceVersion"] = str(self.version)
        stored = Stored(self.version, last, None)
        self._pop_memory(resource, key)
        self._remember(lambda: self._restore(resource, key, old))
        self._database.execute(
            "DELETE FROM objects WHERE resource = ? AND namespace = ? AND name = ?",
            (resource, *key),
        )
        self._record(Change(self.version, "DELETED", resource, namespace, stored, old))
        return stored

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; committed to the file before it ends. May be nested."""
        if self._undo is not None:
            yield
            return
        with self.lock:
            self._begin()
            try:
                yield
                self._commit()
            except BaseException:
                self._roll_back()
                raise

    def _begin(self) -> None:
        self._undo = []
        self._pending = []
        self._version_before = self.version
        self._database.execute("BEGIN IMMEDIATE")

    def _commit(self) -> None:
        if self.version != self._version_before:
            self.set_meta("version", str(self.version))
        self._database.execute("COMMIT")
        self._undo = None
        self._publish()

    def _roll_back(self) -> None:
        for undo in reversed(self._undo or []):
            undo()
        self._undo = None
        self._pending = []
        self.version = self._version_before
        if self._database.in_transaction:
            self._database.execute("ROLLBACK")

    def _publish(self) -> None:
        if not self._pending:
            return
        if len(self.history) + len(self._pending) > HISTORY:
            kept = HISTORY - len(self._pending)
            while len(self.history) > max(kept, 0):
                self.oldest = self.history.popleft().version
        self.history.extend(self._pending)
        self._pending = []
        self.changed.notify_all()
        for listener in tuple(self.listeners):
            listener()

    def _advance(self) -> None:
        if self._undo is None:
            raise RuntimeError("a write outside of a transaction")
        self.version += 1

    def _remember(self, undo: Callable[[], object]) -> None:
        if self._undo is not None:
            self._undo.append(undo)

    def _record(self, change: Change) -> None:
        self._pending.append(change)
        for observer in self.observers:
            observer(change)

    def _restore(self, resource: str, key: Key, old: Stored | None) -> None:
        if old is None:
            self._pop_memory(resource, key)
        else:
            self._put_memory(resource, key, old)

    def _put_memory(self, resource: str, key: Key, stored: Stored) -> None:
        self._objects.setdefault(resource, {})[key] = stored
        if key[0]:
            self._by_namespace.setdefault((resource, key[0]), set()).add(key[1])

    def _pop_memory(self, resource: str, key: Key) -> None:
        self._objects.get(resource, {}).pop(key, None)
        self._by_namespace.get((resource, key[0]), set()).discard(key[1])

    def close(self) -> None:
        """Close the file."""
        with self.lock:
            self._database.close()


def _open(path: Path | str) -> sqlite3.Connection:
    database = sqlite3.connect(
        str(path), timeout=0.2, isolation_level=None, check_same_thread=False
    )
    try:
        database.execute("PRAGMA locking_mode=EXCLUSIVE")
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=NORMAL")
        found = database.execute("PRAGMA user_version").fetchone()[0]
        if found > FORMAT:
            raise SimulatorFault(
                f"open {path}: written by a newer PyHelm (format {found}, this one knows "
                f"{FORMAT}); upgrade PyHelm, or run 'pyhelm simulator reset' to begin anew"
            )
        database.executescript(SCHEMA)
        database.execute(f"PRAGMA user_version={FORMAT}")
    except sqlite3.OperationalError as exc:
        database.close()
        raise SimulatorFault(f"open {path}: {exc}; is another simulator using it?") from exc
    except sqlite3.DatabaseError as exc:
        database.close()
        raise SimulatorFault(
            f"open {path}: {exc}; run 'pyhelm simulator reset' to begin anew"
        ) from exc
    except SimulatorFault:
        database.close()
        raise
    return database
