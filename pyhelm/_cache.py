"""Results that are kept by the content they were made from: compiled templates, read values.

One file a key in a directory of the user's own; whatever is not certainly ours is not read, since
what is kept may be code. Files are written under another name and renamed, broken ones are as good
as none, and the oldest go when there are too many.
"""

from __future__ import annotations

import marshal
import os
import sys
from zlib import crc32

from pyhelm._digest import blake2b
from pyhelm._typing import Any
from pyhelm._version import __version__

FORMAT = "4"
MAX_BYTES = 128 * 1024 * 1024
"""What the directory may hold; above it the files that were not used for longest go."""

_SUM = 4
"""Bytes of the sum that tells a broken file; strangers can't write there."""
_DAY = 86400
_SELDOM = 64
"""One write in so many looks what the directory holds: a full one has thousands of files."""
_BINARY = getattr(os, "O_BINARY", 0)


class Cache:
    """Kept results in a directory; an empty name keeps none."""

    def __init__(self, directory: str = "") -> None:
        self.directory = directory

    def key(self, *parts: bytes) -> str:
        """The name of what is made of these parts by this version of PyHelm and of Python."""
        start = f"{FORMAT} {__version__} {sys.version} {len(parts)}\n".encode()
        made = blake2b(start, digest_size=32)
        for part in parts:
            made.update(b"%d\n" % len(part))
            made.update(part)
        return made.hexdigest()

    def get(self, key: str) -> Any:
        """What was kept, in types that marshal knows; None if there is nothing to be trusted."""
        if not self.directory:
            return None
        try:
            data = self._read(os.path.join(self.directory, key))
            return None if data is None else marshal.loads(data)
        except (OSError, ValueError, EOFError, TypeError):
            return None

    def put(self, key: str, value: Any) -> None:
        """Keep a result; where that is impossible, nothing happens."""
        if not self.directory:
            return
        data = marshal.dumps(value)
        try:
            self._write(key, _sum(data) + data)
        except OSError:
            return

    def _read(self, path: str) -> bytes | None:
        with open(path, "rb") as file:
            status = os.fstat(file.fileno())
            if not _is_private(status) or not _is_private(os.stat(self.directory)):
                return None
            data = file.read()
        if _sum(memoryview(data)[_SUM:]) != data[:_SUM]:
            return None
        _touch(path, status)
        return data[_SUM:]

    def _write(self, key: str, data: bytes) -> None:
        os.makedirs(self.directory, mode=0o700, exist_ok=True)
        if not _is_private(os.stat(self.directory)):
            return
        drawn = os.urandom(8)
        name = os.path.join(self.directory, f"{drawn.hex()}.new")
        descriptor = os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY | _BINARY, 0o600)
        try:
            with open(descriptor, "wb") as file:
                file.write(data)
            os.replace(name, os.path.join(self.directory, key))
        except OSError:
            os.unlink(name)
            raise
        if drawn[0] % _SELDOM == 0:
            self._prune()

    def _prune(self) -> None:
        """Delete the files that were not used for longest, above the limit."""
        with os.scandir(self.directory) as entries:
            found = [(entry.stat(), entry.path) for entry in entries if entry.is_file()]
        total = sum(status.st_size for status, _ in found)
        for status, path in sorted(found, key=lambda each: each[0].st_mtime):
            if total <= MAX_BYTES:
                return
            os.unlink(path)
            total -= status.st_size


def _sum(data: bytes | memoryview) -> bytes:
    return crc32(data).to_bytes(_SUM, "big")


def _is_private(status: os.stat_result) -> bool:
    """Whether it is the user's own, and nobody else may write it."""
    if sys.platform == "win32":
        # A user's cache directory is private there by its inherited permissions.
        private = True
    else:
        private = status.st_uid == os.getuid() and not status.st_mode & 0o022  # noqa: TID251
    return private


def _touch(path: str, status: os.stat_result) -> None:
    """Note the use, at most once a day."""
    from time import time

    if time() - status.st_mtime > _DAY:
        os.utime(path)
