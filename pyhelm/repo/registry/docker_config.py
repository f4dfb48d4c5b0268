"""Docker's `config.json`: where credentials of registries are kept, Helm's file and Docker's own.

Helm's file (`registry/config.json`) comes first; what it doesn't know is looked up in Docker's.
Either may name a credential helper, a program `docker-credential-NAME` that keeps the secrets.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from pyhelm._dataclass import dataclass, field
from pyhelm._typing import Any, Callable
from pyhelm.errors import RegistryError
from pyhelm.repo.file import LOCK_TIMEOUT, write_atomically

DOCKER_HUB = ("docker.io", "registry-1.docker.io")
DOCKER_HUB_KEY = "https://index.docker.io/v1/"
"""The key under which Docker keeps the credentials of its own registry."""

HELPER_TIMEOUT = 60.0
"""Seconds for a credential helper, which may be asking a person."""

TOKEN_USER = "<token>"
"""The user name that says that the secret is an identity token."""

_NATIVE = {"win32": ("wincred",), "darwin": ("osxkeychain",), "linux": ("pass", "secretservice")}


@dataclass(frozen=True, slots=True)
class Credential:
    """What a registry is told; all of it stays out of `repr`."""

    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    identity_token: str = field(default="", repr=False)
    access_token: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.username or self.password or self.identity_token or self.access_token)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The texts that no log or error may show."""
        found = (self.password, self.identity_token, self.access_token)
        return tuple(each for each in found if each)


NONE = Credential()


def find(registry: str, *paths: str) -> Credential:
    """The credentials of a registry in the first file that has some; raises RegistryError."""
    key = key_of(registry)
    for path in filter(None, paths):
        document = _load(path)
        helper = _helper(document, key)
        found = _from_helper(helper, key) if helper else _from_auths(document, key, path)
        if found:
            return found
    return NONE


def store(path: str, registry: str, credential: Credential) -> None:
    """Keep the credentials of a registry, in the helper if there is one; raises RegistryError."""
    key = key_of(registry)

    def edit(document: dict[str, Any]) -> dict[str, Any]:
        helper = _helper(document, key)
        if not helper:
            auths = {**_mapping(document, "auths"), key: _entry(credential)}
            return {**document, "auths": auths}
        _run_helper(helper, "store", json.dumps(_for_helper(key, credential)))
        found = {**document, "auths": _mapping(document, "auths")}
        return found if _configured(document) else {**found, "credsStore": helper}

    _change(path, edit)


def erase(path: str, registry: str) -> None:
    """Forget the credentials of a registry; without any, nothing happens. Raises RegistryError."""
    key = key_of(registry)
    if not os.path.exists(path):
        return

    def edit(document: dict[str, Any]) -> dict[str, Any]:
        helper = _helper(document, key)
        if helper:
            _run_helper(helper, "erase", key)
            return document
        auths = dict(_mapping(document, "auths"))
        return document if auths.pop(key, None) is None else {**document, "auths": auths}

    _change(path, edit)


def key_of(registry: str) -> str:
    """The name under which a registry is kept."""
    return DOCKER_HUB_KEY if registry in DOCKER_HUB else registry


def _load(path: str) -> dict[str, Any]:
    try:
        data = Path(path).read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as exc:
        raise RegistryError(f"read {path}: {exc.strerror or exc}") from exc
    try:
        document = json.loads(data) if data.strip() else {}
    except (ValueError, RecursionError) as exc:
        raise RegistryError(f"read {path}: it is not JSON; repair or remove it") from exc
    if not isinstance(document, dict):
        raise RegistryError(f"read {path}: it is not a mapping; repair or remove it")
    return document


def _mapping(document: dict[str, Any], name: str) -> dict[str, Any]:
    found = document.get(name)
    return found if isinstance(found, dict) else {}


def _configured(document: dict[str, Any]) -> bool:
    return any(document.get(name) for name in ("auths", "credHelpers", "credsStore"))


def _helper(document: dict[str, Any], key: str) -> str:
    """The helper for a registry: its own, the store for all, or the platform's if none is set."""
    named = _mapping(document, "credHelpers").get(key) or document.get("credsStore") or ""
    if named or _configured(document):
        return str(named)
    return _native()


def _native() -> str:
    """The platform's own store, where its helper is installed (as Docker and Helm choose)."""
    candidates = _NATIVE.get(sys.platform, ())
    if sys.platform == "linux":
        candidates = ("pass",) if shutil.which("pass") else ("secretservice",)
    found = [name for name in candidates if shutil.which(f"docker-credential-{name}")]
    return found[0] if found else ""


def _from_auths(document: dict[str, Any], key: str, path: str) -> Credential:
    auths = _mapping(document, "auths")
    entry = auths.get(key)
    if entry is None:
        # Older files have URLs for keys.
        hosts = (value for name, value in auths.items() if _hostname(name) == key)
        entry = next(hosts, None)
    return _credential(entry, f"{path}: the entry of {key}") if isinstance(entry, dict) else NONE


def _hostname(address: str) -> str:
    return address.removeprefix("http://").removeprefix("https://").partition("/")[0]


def _credential(entry: dict[str, Any], where: str) -> Credential:
    texts = {name: str(entry.get(name) or "") for name in ("username", "password", "auth")}
    username, password = texts["username"], texts["password"]
    if texts["auth"]:
        try:
            decoded = base64.b64decode(texts["auth"], validate=True).decode()
        except ValueError as exc:
            raise RegistryError(f"{where} can't be decoded; log in again") from exc
        username, colon, password = decoded.partition(":")
        if not colon:
            raise RegistryError(f"{where} has no user name and password; log in again")
    identity, access = entry.get("identitytoken"), entry.get("registrytoken")
    return Credential(username, password, str(identity or ""), str(access or ""))


def _entry(credential: Credential) -> dict[str, str]:
    """One entry of `auths`, as Docker writes it."""
    pair = f"{credential.username}:{credential.password}"
    found = {
        "auth": base64.b64encode(pair.encode()).decode() if pair != ":" else "",
        "identitytoken": credential.identity_token,
        "registrytoken": credential.access_token,
    }
    return {name: text for name, text in found.items() if text}


def _for_helper(key: str, credential: Credential) -> dict[str, str]:
    token = credential.identity_token
    user, secret = (TOKEN_USER, token) if token else (credential.username, credential.password)
    return {"ServerURL": key, "Username": user, "Secret": secret}


def _from_helper(helper: str, key: str) -> Credential:
    answer = _run_helper(helper, "get", key)
    if not answer:
        return NONE
    try:
        row = json.loads(answer)
        user, secret = str(row["Username"]), str(row["Secret"])
    except (ValueError, KeyError, TypeError) as exc:
        raise RegistryError(f"docker-credential-{helper} get: its answer is no credential") from exc
    return Credential(identity_token=secret) if user == TOKEN_USER else Credential(user, secret)


def _run_helper(helper: str, verb: str, told: str) -> str:
    """What a helper prints; empty when it knows no credentials. Raises RegistryError."""
    program = _program(helper)
    try:
        done = subprocess.run(
            [program, verb], input=told.encode(), capture_output=True, timeout=HELPER_TIMEOUT
        )
    except (OSError, subprocess.TimeoutExpired) as exc:
        reason = getattr(exc, "strerror", "") or f"no answer within {HELPER_TIMEOUT:.0f} s"
        raise RegistryError(f"docker-credential-{helper} {verb}: {reason}") from exc
    if done.returncode == 0:
        return done.stdout.decode(errors="replace")
    # Helpers say what went wrong on standard output; a secret would not be there after an error.
    said = done.stdout.decode(errors="replace").strip()
    if said == "credentials not found in native keychain":
        return ""
    shown = said.splitlines()[0][:200] if said else f"exit status {done.returncode}"
    raise RegistryError(f"docker-credential-{helper} {verb}: {shown}")


def _program(helper: str) -> str:
    """The helper's path; a name with a separator would be any program at all."""
    name = f"docker-credential-{helper}"
    if set(helper) & set('/\\:"') or not helper.isprintable():
        raise RegistryError(f"credential helper {helper!r}: that is no name of a program")
    found = shutil.which(name)
    if found is None:
        raise RegistryError(f"credential helper {name} is not in PATH; install it, or log in again")
    return found


def _change(path: str, edit: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Rewrite the file under a lock of its own; everything that we don't know stays in it."""
    from filelock import FileLock, Timeout

    target = Path(path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(f"{path}.lock", timeout=LOCK_TIMEOUT):
            before = _load(path)
            after = edit(before)
            if after != before:
                text = json.dumps(dict(sorted(after.items())), indent="\t")
                # A link (a mounted secret, a dotfiles repository) stays one.
                write_atomically(Path(os.path.realpath(target)), text.encode(), mode=0o600)
    except Timeout as exc:
        raise RegistryError(
            f"change {path}: another process has held {path}.lock for {LOCK_TIMEOUT:.0f} s; "
            "try again when it has ended"
        ) from exc
    except OSError as exc:
        raise RegistryError(f"write {path}: {exc.strerror or exc}") from exc
