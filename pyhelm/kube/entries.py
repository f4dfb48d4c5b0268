"""Reading kubeconfig files into entries, and merging several as client-go does."""

from __future__ import annotations

import binascii
import os

from pyhelm._dataclass import dataclass, field
from pyhelm._typing import Any, Iterable, Mapping
from pyhelm.errors import CredentialsError, YAMLError


@dataclass(frozen=True, slots=True)
class Entry:
    """One cluster, user or context, and the file that it stands in; reads its fields by type."""

    fields: Mapping[str, Any] = field(repr=False)
    file: str

    @property
    def directory(self) -> str:
        """The folder that relative paths start from."""
        return os.path.dirname(os.path.abspath(self.file)) if self.file else ""

    def text(self, name: str) -> str:
        """A text, empty where it is missing."""
        value = self.fields.get(name)
        return "" if value is None else str(value)

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(str(each) for each in self.fields.get(name) or ())

    def flag(self, name: str) -> bool:
        """A boolean."""
        return self.fields.get(name) is True

    def path(self, name: str) -> str:
        """A file's path, made absolute."""
        value = self.text(name)
        return os.path.join(self.directory, value) if value else ""

    def data(self, name: str) -> bytes:
        """Base64 data, decoded; raises CredentialsError."""
        try:
            return binascii.a2b_base64(self.text(name), strict_mode=True)
        except (binascii.Error, ValueError) as exc:
            raise _broken(self.file, f"{name}: illegal base64 data") from exc

    def mapping(self, name: str) -> Mapping[str, Any] | None:
        """A nested mapping; None where it is missing."""
        value = self.fields.get(name)
        return value if isinstance(value, dict) else None


@dataclass(frozen=True, slots=True)
class Kubeconfig:
    """One file's entries, or those of several merged."""

    files: tuple[str, ...] = ()
    current_context: str = ""
    clusters: Mapping[str, Entry] = field(default_factory=dict)
    contexts: Mapping[str, Entry] = field(default_factory=dict)
    users: Mapping[str, Entry] = field(default_factory=dict)


_last: dict[tuple[str, bytes], Kubeconfig] = {}
"""The file that was read last, and what it said: a command looks at it three times."""


def read(path: str) -> Kubeconfig:
    """One kubeconfig file, in YAML or JSON; raises CredentialsError naming file and line."""
    from pyhelm import _yaml

    try:
        with open(path, "rb") as file:
            data = file.read()
        if (path, data) in _last:
            return _last[path, data]
        document = _yaml.load(data, path)
    except YAMLError as exc:
        raise _broken(path, exc.go) from exc
    except OSError as exc:
        raise _broken(path, exc.strerror or str(exc)) from exc
    if document is None:
        return Kubeconfig((path,))
    if not isinstance(document, dict):
        raise _broken(path, "it is not a kubeconfig: couldn't get version/kind")
    config = Kubeconfig(
        (path,),
        str(document.get("current-context") or ""),
        *(_entries(document, key, path) for key in ("clusters", "contexts", "users")),
    )
    _last.clear()
    _last[path, data] = config
    return config


def merge(configs: Iterable[Kubeconfig]) -> Kubeconfig:
    """Several files as one: for each name, and for the current context, the first file wins."""
    merged = Kubeconfig()
    for each in configs:
        merged = Kubeconfig(
            merged.files + each.files,
            merged.current_context or each.current_context,
            {**each.clusters, **merged.clusters},
            {**each.contexts, **merged.contexts},
            {**each.users, **merged.users},
        )
    return merged


def _entries(document: Mapping[str, Any], key: str, path: str) -> dict[str, Entry]:
    """`clusters: [{name: x, cluster: {...}}]` by name, the first of a name winning."""
    found: dict[str, Entry] = {}
    rows = document.get(key) or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _broken(path, f"{key} is not a list of mappings")
    for row in rows:
        fields = row.get(key.removesuffix("s")) or {}
        if not isinstance(fields, dict):
            raise _broken(path, f"{key}: {row.get('name')} is not a mapping")
        found.setdefault(str(row.get("name") or ""), Entry(fields, path))
    return found


def _broken(file: str, problem: str) -> CredentialsError:
    return CredentialsError(
        f'kubernetes cluster unreachable: error loading config file "{file}": {problem}'
    )
