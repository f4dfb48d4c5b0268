"""`repositories.yaml`: which repositories a user has added, in Helm's own file and format.

Changes are made under Helm's lock (`repositories.lock` beside it) and land by rename, so that two
processes, ours or Helm's, never lose each other's entries.
"""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from pyhelm import _yaml
from pyhelm._dataclass import dataclass, field
from pyhelm._typing import Any, Callable, TypeAlias
from pyhelm.errors import RepositoryError, YAMLError
from pyhelm.repo.options import AccessOptions

LOCK_TIMEOUT = 30.0
"""Seconds to wait for another process, as Helm does."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One repository; the password stays out of `repr`."""

    name: str
    url: str
    username: str = ""
    password: str = field(default="", repr=False)
    cert_file: str = ""
    key_file: str = ""
    ca_file: str = ""
    insecure_skip_tls_verify: bool = False
    pass_credentials_all: bool = False
    bearer_token_file: str = ""

    @classmethod
    def of(cls, name: str, url: str, options: AccessOptions) -> Entry:
        """The entry that `repo add` makes of its flags."""
        return cls(
            name=name,
            url=url,
            username=options.username,
            password=options.password,
            cert_file=options.cert_file,
            key_file=options.key_file,
            ca_file=options.ca_file,
            insecure_skip_tls_verify=options.insecure_skip_tls_verify,
            pass_credentials_all=options.pass_credentials,
            bearer_token_file=options.bearer_token_file,
        )

    def access(self, timeout: float) -> AccessOptions:
        """How this repository is reached."""
        return AccessOptions(
            username=self.username,
            password=self.password,
            cert_file=self.cert_file,
            key_file=self.key_file,
            ca_file=self.ca_file,
            insecure_skip_tls_verify=self.insecure_skip_tls_verify,
            pass_credentials=self.pass_credentials_all,
            bearer_token_file=self.bearer_token_file,
            timeout=timeout,
        )


Entries: TypeAlias = tuple[Entry, ...]

KEYS = {
    "name": "name",
    "url": "url",
    "username": "username",
    "password": "password",
    "certFile": "cert_file",
    "keyFile": "key_file",
    "caFile": "ca_file",
    "insecure_skip_tls_verify": "insecure_skip_tls_verify",
    "pass_credentials_all": "pass_credentials_all",
}
"""Helm's key of each field."""

OWN_KEYS = {"pyhelm_bearer_token_file": "bearer_token_file"}
"""What Helm passes over when it reads the file, and loses when it writes it."""


def load(path: str | Path) -> Entries:
    """The repositories in a file; none when there is no file. Raises RepositoryError."""
    try:
        text = Path(path).read_bytes()
    except FileNotFoundError:
        return ()
    except OSError as exc:
        reason = exc.strerror or str(exc)
        raise RepositoryError(f"couldn't load repositories file ({path}): {reason}") from exc
    try:
        document = _yaml.load(text, str(path)) or {}
    except YAMLError as exc:
        raise RepositoryError(f"couldn't load repositories file ({path}): {exc}") from exc
    rows = document.get("repositories") if isinstance(document, dict) else None
    return tuple(_entry(row) for row in rows or () if isinstance(row, dict))


def change(path: str | Path, edit: Callable[[Entries], Entries]) -> Entries:
    """Replace a file's repositories by what `edit` makes of them, alone; returns the new ones.

    An exception from `edit` leaves the file as it was; equal entries leave it untouched.
    """
    from filelock import FileLock, Timeout

    target = Path(path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(lock_path(target), timeout=LOCK_TIMEOUT):
            before = load(target)
            after = edit(before)
            if after != before or not target.exists():
                _write(target, after)
    except Timeout as exc:
        raise RepositoryError(
            f"change {path}: another process has held {lock_path(target)} for "
            f"{LOCK_TIMEOUT:.0f} s; try again when it has ended"
        ) from exc
    except OSError as exc:
        raise RepositoryError(f"write {path}: {exc.strerror or exc}") from exc
    return after


def lock_path(path: Path) -> Path:
    """Helm: the lock's name is the file's with `.lock` for its extension."""
    return path.with_suffix(".lock") if path.suffix else Path(f"{path}.lock")


def _entry(row: dict[str, Any]) -> Entry:
    values: dict[str, Any] = {}
    for key, name in {**KEYS, **OWN_KEYS}.items():
        value = row.get(key)
        is_flag = name in ("insecure_skip_tls_verify", "pass_credentials_all")
        values[name] = bool(value) if is_flag else str(value or "")
    return Entry(**values)


def _row(entry: Entry) -> dict[str, Any]:
    row = {key: getattr(entry, name) for key, name in KEYS.items()}
    own = {key: getattr(entry, name) for key, name in OWN_KEYS.items()}
    return row | {key: value for key, value in own.items() if value}


def _write(path: Path, entries: Entries) -> None:
    rows = [_row(entry) for entry in entries]
    document = {
        "apiVersion": "v1",
        "generated": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        "repositories": rows,
    }
    write_atomically(path, _yaml.dump(document).encode(), mode=0o600)


def write_atomically(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write a file under a temporary name and rename it; raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(name).chmod(mode)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
