"""`Chart.yaml`: reading, checking and writing it, with Helm's rules and messages."""

from __future__ import annotations

from pyhelm import _yaml
from pyhelm._lazy import lazy_pattern
from pyhelm._typing import Any, Callable, Mapping
from pyhelm.chart.model import ENGINE_ANNOTATION, Dependency, Lock, Maintainer, Metadata
from pyhelm.chart.versions import parse_version
from pyhelm.errors import ChartError, YAMLError

API_VERSIONS = ("v1", "v2")

ENGINES = ("gotpl", "jinja")
"""The template engines that a chart may name."""

ALIAS = lazy_pattern(r"[a-zA-Z0-9_-]+\Z")

_SEPARATORS = "\x1c\x1d\x1e\x1f"
"""White space to Python, but not to Go."""

TEXTS = {
    "name": "name",
    "home": "home",
    "version": "version",
    "description": "description",
    "icon": "icon",
    "apiVersion": "api_version",
    "condition": "condition",
    "tags": "tags",
    "appVersion": "app_version",
    "kubeVersion": "kube_version",
    "type": "type",
    "engine": "engine",
}
"""Helm's key of each field that is text."""

ORDER = (
    *("name", "home", "sources", "version", "description", "keywords", "maintainers", "icon"),
    *("apiVersion", "condition", "tags", "appVersion", "deprecated", "annotations"),
    *("kubeVersion", "dependencies", "type", "engine"),
)
"""The order of Helm's struct, which is that of its JSON."""


DEPENDENCY_ORDER = (
    *("name", "version", "repository", "condition", "tags", "enabled", "import-values", "alias"),
)
MAINTAINER_ORDER = ("name", "email", "url")

KEYS = frozenset((*ORDER, *DEPENDENCY_ORDER, *MAINTAINER_ORDER, "generated", "digest"))
"""Every key that Helm's structs have, and `engine`."""


def parse(data: bytes, source: str, load: Callable[[bytes, str], Any] = _yaml.load) -> Metadata:
    """Read Chart.yaml; raises ChartError for what is not YAML or has the wrong types."""
    try:
        document = load(data, source)
    except YAMLError as exc:
        raise ChartError(f"cannot load Chart.yaml: {exc}") from exc
    if document is not None and not isinstance(document, dict):
        raise ChartError(f"cannot load Chart.yaml: {source}: it is not a mapping of fields")
    try:
        return from_dict(document or {})
    except ChartError as exc:
        if str(exc).startswith("validation: "):
            raise
        raise ChartError(f"cannot load Chart.yaml: {exc}") from exc


def from_dict(document: Mapping[str, Any]) -> Metadata:
    """Metadata from the fields of Chart.yaml or of a record; unknown fields are passed over.

    A missing apiVersion means v1, as Helm takes it. Raises ChartError for wrong types.
    """
    texts = {name: _text(document, key) for key, name in TEXTS.items()}
    texts["api_version"] = texts["api_version"] or "v1"
    return Metadata(
        **texts,
        sources=_texts(document, "sources"),
        keywords=_texts(document, "keywords"),
        maintainers=tuple(_maintainer(row) for row in _rows(document, "maintainers")),
        deprecated=_flag(document, "deprecated"),
        annotations=_annotations(document),
        dependencies=tuple(dependency(row) for row in _rows(document, "dependencies")),
    )


def dependency(row: Any) -> Dependency:
    """One entry of `dependencies`; raises ChartError."""
    if row is None:
        raise ChartError("validation: dependencies must not contain empty or null nodes")
    if not isinstance(row, dict):
        raise ChartError("dependencies is not a list of mappings (name, version, repository)")
    imports = _rows(row, "import-values")
    return Dependency(
        name=_text(row, "name"),
        version=_text(row, "version"),
        repository=_text(row, "repository"),
        condition=_text(row, "condition"),
        tags=_texts(row, "tags"),
        enabled=_flag(row, "enabled"),
        import_values=tuple(imports),
        alias=_text(row, "alias"),
    )


def parse_lock(data: bytes, source: str) -> Lock:
    """Read Chart.lock or requirements.lock; raises ChartError."""
    try:
        document = _yaml.load(data, source) or {}
        if not isinstance(document, dict):
            raise ChartError("it is not a mapping of fields")
        return lock_from_dict(document)
    except (YAMLError, ChartError) as exc:
        raise ChartError(f"cannot load {source}: {exc}") from exc


def lock_from_dict(document: Mapping[str, Any]) -> Lock:
    """A lock from its fields; raises ChartError."""
    rows = tuple(dependency(row) for row in _rows(document, "dependencies"))
    return Lock(_text(document, "generated"), _text(document, "digest"), rows)


def to_dict(metadata: Metadata) -> dict[str, Any]:
    """The fields in Helm's names and order, without the empty ones."""
    found: dict[str, Any] = {key: getattr(metadata, name) for key, name in TEXTS.items()}
    found["sources"] = list(metadata.sources)
    found["keywords"] = list(metadata.keywords)
    found["maintainers"] = [_drop_empty(_maintainer_dict(m)) for m in metadata.maintainers]
    # Helm knows no engine: the field is gone where it says nothing new.
    found["engine"] = "" if metadata.engine == "gotpl" else metadata.engine
    found["deprecated"] = metadata.deprecated
    found["annotations"] = dict(metadata.annotations)
    found["dependencies"] = [dependency_dict(each) for each in metadata.dependencies]
    return _drop_empty({key: found[key] for key in ORDER})


def dependency_dict(each: Dependency) -> dict[str, Any]:
    """One dependency in Helm's names and order; `name` and `repository` are always there."""
    row = {
        "name": each.name,
        "version": each.version,
        "repository": each.repository,
        "condition": each.condition,
        "tags": list(each.tags),
        "enabled": each.enabled,
        "import-values": list(each.import_values),
        "alias": each.alias,
    }
    return {key: value for key, value in row.items() if value or key in ("name", "repository")}


def lock_dict(lock: Lock) -> dict[str, Any]:
    """A lock in Helm's names and order."""
    return {
        "generated": lock.generated,
        "digest": lock.digest,
        "dependencies": [dependency_dict(each) for each in lock.dependencies],
    }


def faults(metadata: Metadata) -> list[str]:
    """Everything that is wrong with it, in Helm's words; empty when it is valid."""
    found = [*_name_faults(metadata), *_version_faults(metadata)]
    if metadata.type not in ("", "application", "library"):
        found.append("validation: chart.metadata.type must be application or library")
    return [*found, *_dependency_faults(metadata), *_engine_faults(metadata)]


def check(metadata: Metadata) -> None:
    """Raise one ChartError with all faults, a line each."""
    found = faults(metadata)
    if found:
        raise ChartError("\n".join(found))


def check_api_version(metadata: Metadata) -> None:
    """Refuse a chart of another format, which can be shown but not rendered or packed.

    Raises ChartError.
    """
    if metadata.api_version not in API_VERSIONS:
        shown = f"{metadata.api_version!r}; it is v1 or v2"
        raise ChartError(f"unsupported chart version: apiVersion is {shown}")


def _name_faults(metadata: Metadata) -> list[str]:
    found = []
    if not metadata.api_version:
        found.append("validation: chart.metadata.apiVersion is required")
    name = metadata.name
    if not name:
        found.append("validation: chart.metadata.name is required")
    elif name in (".", ".."):
        found.append(f'validation: chart.metadata.name "{name}" is not allowed')
    elif "/" in name or "\\" in name:
        found.append(f'validation: chart.metadata.name "{name}" is invalid')
    return found


def _version_faults(metadata: Metadata) -> list[str]:
    if not metadata.version:
        return ["validation: chart.metadata.version is required"]
    try:
        parse_version(metadata.version)
    except ValueError:
        return [f'validation: chart.metadata.version "{metadata.version}" is invalid']
    return []


def _dependency_faults(metadata: Metadata) -> list[str]:
    found = []
    seen: set[str] = set()
    for each in metadata.dependencies:
        if each.alias and not ALIAS.match(each.alias):
            found.append(
                f'validation: dependency "{each.name}" has disallowed characters in the alias'
            )
        key = each.alias or each.name
        if key in seen:
            found.append(f'validation: more than one dependency with name or alias "{key}"')
        seen.add(key)
    return found


def _engine_faults(metadata: Metadata) -> list[str]:
    named, annotated = metadata.engine, metadata.annotations.get(ENGINE_ANNOTATION, "")
    found = [
        f'validation: chart.metadata.engine "{engine}" is unknown; it can be {" or ".join(ENGINES)}'
        for engine in dict.fromkeys((named, annotated))
        if engine and engine not in ENGINES
    ]
    if named and annotated and named != annotated:
        found.append(
            f"validation: chart.metadata.engine is {named}, but the annotation "
            f"{ENGINE_ANNOTATION} says {annotated}; make them agree"
        )
    return found


def _field(document: Mapping[str, Any], key: str) -> Any:
    """A field's value; Go reads JSON's keys in any case, the last in byte order winning."""
    if document.keys() <= KEYS:
        return document.get(key)
    names = sorted(name for name in document if str(name).lower() == key.lower())
    return document[names[-1]] if names else None


def _text(document: Mapping[str, Any], key: str) -> str:
    return _sanitized(_plain(_field(document, key), key))


def _plain(value: Any, key: str) -> str:
    """Text; numbers, booleans and null become it where text is wanted, as sigs.k8s.io/yaml does."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return _yaml.float_text(value)
    if isinstance(value, list | dict):
        kind = "a list" if isinstance(value, list) else "a mapping"
        raise ChartError(f"{key} is {kind}, not text")
    return str(value)


def _texts(document: Mapping[str, Any], key: str) -> tuple[str, ...]:
    rows = enumerate(_rows(document, key))
    return tuple(_sanitized(_plain(each, f"{key}[{index}]")) for index, each in rows)


def _rows(document: Mapping[str, Any], key: str) -> list[Any]:
    value = _field(document, key)
    if value is not None and not isinstance(value, list):
        raise ChartError(f"{key} is not a list")
    return value or []


def _flag(document: Mapping[str, Any], key: str) -> bool:
    value = _field(document, key)
    if value is not None and not isinstance(value, bool):
        raise ChartError(f"{key} is not true or false")
    return bool(value)


def _annotations(document: Mapping[str, Any]) -> dict[str, str]:
    value = _field(document, "annotations")
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ChartError("annotations is not a mapping")
    return {key: _plain(text, f"annotations.{key}") for key, text in value.items()}


def _maintainer(row: Any) -> Maintainer:
    if row is None:
        raise ChartError("validation: maintainers must not contain empty or null nodes")
    if not isinstance(row, dict):
        raise ChartError("maintainers is not a list of mappings (name, email, url)")
    return Maintainer(_text(row, "name"), _text(row, "email"), _text(row, "url"))


def _maintainer_dict(maintainer: Maintainer) -> dict[str, str]:
    return {"name": maintainer.name, "email": maintainer.email, "url": maintainer.url}


def _drop_empty(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value}


def _sanitized(text: str) -> str:
    """Helm: white space becomes a blank, what can't be printed goes (CVE-2021-21303)."""
    if text.isprintable():
        return text
    import unicodedata

    kept = (" " if char.isspace() and char not in _SEPARATORS else char for char in text)
    return "".join(c for c in kept if c == " " or unicodedata.category(c)[0] not in "CZ")
