"""The objects that templates see: Helm's `.Release`, `.Chart`, `.Files` and `.Capabilities`.

Each exposes the names in its `_exposed` table and nothing else, whatever the engine.
"""

from __future__ import annotations

from binascii import b2a_base64

from pyhelm import _yaml
from pyhelm._typing import Any, Callable, ClassVar, Iterator, Mapping
from pyhelm.chart.capabilities import Capabilities
from pyhelm.chart.model import Chart
from pyhelm.engine.context import ReleaseInfo


def release_object(release: ReleaseInfo) -> dict[str, Any]:
    """`.Release`."""
    return {
        "Name": release.name,
        "Namespace": release.namespace,
        "Revision": release.revision,
        "IsInstall": release.is_install,
        "IsUpgrade": release.is_upgrade,
        "Service": release.service,
    }


def chart_object(chart: Chart, *, is_root: bool) -> dict[str, Any]:
    """`.Chart`: Chart.yaml under capitalised names, empty fields included, as in Helm 4."""
    info = chart.metadata
    return {
        "Name": info.name,
        "Home": info.home,
        "Sources": list(info.sources),
        "Version": info.version,
        "Description": info.description,
        "Keywords": list(info.keywords),
        "Maintainers": [{"Name": m.name, "Email": m.email, "URL": m.url} for m in info.maintainers],
        "Icon": info.icon,
        "APIVersion": info.api_version,
        "Condition": info.condition,
        "Tags": info.tags,
        "AppVersion": info.app_version,
        "Deprecated": info.deprecated,
        "Annotations": dict(info.annotations),
        "KubeVersion": info.kube_version,
        "Dependencies": [
            {"Name": d.name, "Version": d.version, "Repository": d.repository, "Alias": d.alias}
            for d in info.dependencies
        ],
        "Type": info.type,
        "IsRoot": is_root,
    }


class Exposed:
    """An object whose attributes are those in `_exposed`, for templates of any engine."""

    _exposed: ClassVar[Mapping[str, str]] = {}
    parameters: ClassVar[Mapping[str, str]] = {}
    """The Go types that exposed methods take, of those that take any."""
    hidden: ClassVar[frozenset[str]] = frozenset()
    """Go's fields that templates may not read, and are told so."""

    def lookup(self, name: str) -> Any:
        """The value of an exposed name; raises KeyError for all others."""
        return getattr(self, self._exposed[name])


class Files(Exposed):
    """`.Files`: the chart's files that are neither templates nor metadata."""

    _exposed: ClassVar[Mapping[str, str]] = {
        name: name.lower() for name in ("Get", "GetBytes", "Glob", "Lines", "AsConfig", "AsSecrets")
    } | {"GetBytes": "get_bytes", "AsConfig": "as_config", "AsSecrets": "as_secrets"}

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        """Names and contents, by name."""
        return iter(sorted(self._files.items()))

    def __bool__(self) -> bool:
        return bool(self._files)

    def get(self, name: str) -> str:
        """A file's text; empty when there is none."""
        return self._files.get(name, b"").decode("utf-8", "replace")

    def get_bytes(self, name: str) -> list[int]:
        """A file's bytes as numbers."""
        return list(self._files.get(name, b""))

    def glob(self, pattern: str) -> Files:
        """The files whose paths match: `*` in a directory, `**` across, `{a,b}`, `?`, `[a-z]`."""
        match = _matcher(pattern)
        return Files({name: data for name, data in self._files.items() if match(name)})

    def lines(self, name: str) -> list[str]:
        """A file's lines, without a last empty one."""
        text = self.get(name)
        return text.removesuffix("\n").split("\n") if text else []

    def as_config(self) -> str:
        """YAML for a ConfigMap's `data`: base names and texts."""
        texts = {name.rpartition("/")[2]: self.get(name) for name in self._files}
        return _to_yaml(texts)

    def as_secrets(self) -> str:
        """YAML for a Secret's `data`: base names and base64."""
        encoded = {
            name.rpartition("/")[2]: b2a_base64(data, newline=False).decode()
            for name, data in self._files.items()
        }
        return _to_yaml(encoded)


def _to_yaml(texts: dict[str, str]) -> str:
    from pyhelm.engine.functions import load

    return str(load("toYaml")(texts))


class APIVersions(Exposed):
    """`.Capabilities.APIVersions`."""

    _exposed: ClassVar[Mapping[str, str]] = {"Has": "has"}

    def __init__(self, capabilities: Capabilities) -> None:
        self._versions = capabilities.api_versions
        self.has = capabilities.has

    def __iter__(self) -> Iterator[str]:
        return iter(self._versions)

    def __len__(self) -> int:
        return len(self._versions)

    def __contains__(self, version: object) -> bool:
        return version in self._versions


class KubeVersionObject(Exposed):
    """`.Capabilities.KubeVersion`; as text it is what charts' `kubeVersion` is compared with."""

    _exposed: ClassVar[Mapping[str, str]] = {
        "Version": "version",
        "GitVersion": "version",
        "Major": "major",
        "Minor": "minor",
    }

    def __init__(self, capabilities: Capabilities) -> None:
        kube = capabilities.kube_version
        self.version, self.major, self.minor = kube.version, kube.major, kube.minor
        self._text = str(kube)

    def __str__(self) -> str:
        return self._text


def capabilities_object(capabilities: Capabilities) -> dict[str, Any]:
    """`.Capabilities`."""
    return {
        "APIVersions": APIVersions(capabilities),
        "KubeVersion": KubeVersionObject(capabilities),
        "HelmVersion": {"Version": capabilities.helm_version, "GitCommit": "", "GitTreeState": ""},
    }


def _matcher(pattern: str) -> Callable[[str], Any]:
    """Whether a path matches a glob; one that is none matches all, as Helm has it.

    RE2, since a chart may bring a pattern over which Python's expressions never end. Bytes that are
    no UTF-8 are U+FFFD, as to Go, which looks at characters.
    """
    import re2

    from pyhelm.engine.globs import GlobError, glob_pattern

    options = re2.Options()
    options.log_errors = False
    try:
        found = re2.compile(glob_pattern(_yaml.whole_text(pattern)), options=options).fullmatch
    except (GlobError, re2.error):
        return lambda path: True
    return lambda path: found(_yaml.whole_text(path))
