"""Releases in a driver's records: one each, where it fits, and else a head and its parts."""

from __future__ import annotations

import json
import os

from pyhelm._dataclass import replace
from pyhelm._typing import Sequence
from pyhelm.errors import PyHelmError, ReleaseNotFound, StorageError
from pyhelm.kube.side_by_side import side_by_side
from pyhelm.release.model import Release
from pyhelm.storage import codec
from pyhelm.storage.driver import Driver, Record
from pyhelm.storage.parts import Parts, Row, digest_of, head_of, joined, parts_of, plain, rest_of

OWNER = "pyhelm"
"""The parts' label `owner`: Helm asks for `owner=helm`."""

SIZE = 1_000_000
"""Characters of a part."""


class Records:
    """Releases through a driver, in one record where it fits."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._known: dict[tuple[str, str], Parts] = {}

    def read(self, record: Record) -> Release:
        """The release in a record and its parts; raises StorageError."""
        row = codec.row_of(record)
        with codec.damage(record):
            parts = parts_of(row)
        if parts is None:
            return codec.release_of(record, row)
        self._known[record.namespace, record.key] = parts
        rest = self._rest(record, str(row.get("name")), parts) if parts.count else {}
        return codec.release_of(record, joined(row, rest, parts))

    def head(self, record: Record) -> Release:
        """What a list shows of a release: no values, no manifest, of the chart only its metadata.

        Parts are not read. Raises StorageError.
        """
        return codec.release_of(record, codec.head(plain(codec.row_of(record))))

    def create(self, release: Release, empty: Record) -> None:
        """Store a new revision in `empty`, which has its key and labels; raises ReleaseExists."""
        row = codec.to_record(replace(release, labels={}))
        body = codec.packed(row)
        if self._fits(body):
            self._driver.create(replace(empty, body=body))
            return
        parts = _new(release)
        stored = self._driver.create(replace(empty, body=codec.packed(head_of(row, parts))))
        try:
            self._write(empty, stored.uid, row, parts)
        except BaseException:
            self._give_up(empty.key)
            raise

    def update(self, release: Release, empty: Record) -> None:
        """Replace a revision's record; its parts are written anew only where they differ."""
        row = codec.to_record(replace(release, labels={}))
        known = self._known.get((empty.namespace, empty.key))
        if known is None:
            body = codec.packed(row)
            if self._fits(body):
                return self._driver.update(replace(empty, body=body))
        stored = self._driver.get(empty.key, empty.namespace) if known is None else empty
        known = known or parts_of(codec.row_of(stored))
        if known and known.digest == digest_of(rest_of(row)):
            return self._driver.update(replace(empty, body=codec.packed(head_of(row, known))))
        uid = stored.uid or self._driver.get(empty.key, empty.namespace).uid
        self._write(empty, uid, row, _new(release))
        return self._drop(release.name, known) if known else None

    def _fits(self, body: str) -> bool:
        return not self._driver.limit or len(body) <= self._driver.limit

    def _write(self, empty: Record, uid: str, row: Row, parts: Parts) -> None:
        """Write the parts, then the head that names them."""
        text = rest_of(row)
        body = codec.packed_text(text)
        pieces = [body[start : start + SIZE] for start in range(0, len(body), SIZE)]
        parts = replace(parts, count=len(pieces), digest=digest_of(text))
        labels = {"owner": OWNER, "name": str(row["name"]), "version": str(row["version"])}
        records = [
            Record(key, empty.namespace, labels, piece, owner=(empty.key, uid))
            for key, piece in zip(parts.keys(str(row["name"])), pieces, strict=True)
        ]
        side_by_side(self._driver.create, records)
        self._driver.update(replace(empty, body=codec.packed(head_of(row, parts))))
        self._known[empty.namespace, empty.key] = parts

    def _give_up(self, key: str) -> None:
        """Take back a head whose parts could not be written: nothing was applied yet."""
        try:
            self._driver.delete(key)
        except PyHelmError:
            return

    def _drop(self, name: str, parts: Parts) -> None:
        for key in parts.keys(name):
            self._give_up(key)

    def _rest(self, record: Record, name: str, parts: Parts) -> Row:
        keys = parts.keys(name)
        pieces = side_by_side(lambda key: self._piece(record, key, keys), keys)
        text = codec.unpacked(replace(record, body="".join(pieces)))
        if digest_of(text) != parts.digest:
            raise StorageError(
                f"read release record {record.key}: its parts ({keys[0]} and so on) are not what "
                "was written; restore them from a backup, or go on from another revision"
            )
        rest: Row = json.loads(text)
        return rest

    def _piece(self, record: Record, key: str, keys: Sequence[str]) -> str:
        try:
            return self._driver.get(key, record.namespace).body
        except ReleaseNotFound as exc:
            raise StorageError(
                f"read release record {record.key}: part {keys.index(key) + 1} of {len(keys)}, "
                f"{key}, is gone; restore it from a backup, or go on from another revision"
            ) from exc


def _new(release: Release) -> Parts:
    return Parts(release.version, os.urandom(4).hex())
