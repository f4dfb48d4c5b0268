"""What lint says of Chart.yaml, by Helm's rules: each says the first that it finds."""

from __future__ import annotations

import re
from itertools import islice

from pyhelm import _yaml
from pyhelm._dataclass import replace
from pyhelm._lazy import lazy_pattern
from pyhelm._typing import TYPE_CHECKING, Any, Iterable, Iterator
from pyhelm.authoring import stream, structs
from pyhelm.authoring.message import LintMessage, error, information, warning
from pyhelm.chart import metadata
from pyhelm.chart.model import Metadata
from pyhelm.chart.versions import Constraint, is_strict, parse_version
from pyhelm.engine.functions.quoting import quote
from pyhelm.errors import ChartError, YAMLError

if TYPE_CHECKING:
    from pyhelm.authoring.ground import Ground

NAME = "Chart.yaml"

_SCHEME = lazy_pattern(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_HOST = lazy_pattern(r"(?:\S+@)?(?:\[[^\s\]]*\]|[^\s\[\]:@#\\^`{|}]*)(?::\d*)?\Z")
_BAD_ESCAPE = lazy_pattern(r"%(?![0-9a-fA-F]{2})")
_ATOMS = r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*"
_EMAIL = lazy_pattern(
    rf"{_ATOMS}@(?:[^\W_](?:[\w~-]*[^\W_])?\.)+[^\W\d_](?:[\w~-]*[^\W\d_])?\.?\Z",
)
_LABELS = r"[^\W_]+(?:[-_]+[^\W_]+)*(?:\.[^\W_]+(?:[-_]+[^\W_]+)*)*"
_PAGE = lazy_pattern(
    r"(?:(?P<scheme>ftp|tcp|udp|wss?|https?)://)?(?:\S+@)?"
    rf"(?:{_LABELS}|\[[0-9a-fA-F:.]+\])\.?(?::\d{{1,5}})?(?:[/?#]\S*)?\Z"
)
_GO_TYPES: dict[type, str] = {
    bool: "bool",
    dict: "map[string]interface {}",
    float: "float64",
    int: "float64",
    list: "[]interface {}",
    type(None): "<nil>",
}


def check_file(ground: Ground) -> Iterator[LintMessage]:
    """The findings in the Chart.yaml of a chart's place."""
    if ground.is_directory(NAME):
        yield error(NAME, "should be a file, not a directory")
    try:
        data = ground.read(NAME)
    except ChartError as exc:
        yield error(NAME, f"unable to parse YAML\n\t{exc}")
        return
    yield from check(data)


def check(data: bytes) -> Iterator[LintMessage]:
    """The findings in the bytes of a Chart.yaml."""
    try:
        document = stream.decoded(data, structs.METADATA) or {}
    except stream.StreamError as exc:
        yield error(NAME, f"unable to parse YAML\n\t{exc}")
        return
    info = metadata.from_dict({**document, **_rows(document)})
    # Helm: lint sees the name before it is rid of what can't be printed, and no default.
    name, version = (structs.text(structs.member(document, key)) for key in ("name", "apiVersion"))
    info = replace(info, name=name, api_version=version)
    fault = _strict_fault(data, document)
    if fault:
        yield warning(NAME, f"failed to strictly parse chart metadata file\n\t{fault}")
    yield from (error(NAME, text) for text in _field_faults(document, info))
    if not info.icon:
        yield information(NAME, "icon is recommended")
    elif not is_request_url(info.icon):
        yield error(NAME, f"invalid icon URL '{info.icon}'")
    yield from (error(NAME, text) for text in (*_version_1_faults(info), *_engine_faults(info)))
    if not is_strict(info.version):
        yield warning(NAME, f"version '{info.version}' is not a valid SemVerV2")


def _first(faults: Iterator[str]) -> list[str]:
    """Helm: a rule says one thing, whatever else it would find."""
    return list(islice(faults, 1))


def is_request_url(text: str) -> bool:
    """Whether text is an absolute URL of any scheme, as Go's url.ParseRequestURI takes it."""
    if not _SCHEME.match(text) or any(ord(char) < 32 or ord(char) == 127 for char in text):
        return False
    rest = text.partition(":")[2]
    if not rest.startswith("//"):
        return True
    host = re.split(r"[/?]", rest[2:])[0]
    return _HOST.match(host) is not None and not _BAD_ESCAPE.search(rest)


def is_page(text: str) -> bool:
    """Whether text is the address of a web page, with or without its scheme."""
    match = _PAGE.match(text) if 3 < len(text) < 2083 else None
    return match is not None and (bool(match["scheme"]) or "." in text)


def _rows(document: dict[str, Any]) -> dict[str, Any]:
    """The lists with empty entries filled, of which lint speaks in its own words."""
    found = {key: structs.member(document, key) or () for key in ("maintainers", "dependencies")}
    return {key: [row or {} for row in rows] for key, rows in found.items()}


def _strict_fault(data: bytes, document: dict[str, Any]) -> str:
    """The first key that is given twice, or that Helm does not know; empty when there is none."""
    try:
        _yaml.load(data, NAME, strict=True)
    except YAMLError as exc:
        return f"error converting YAML to JSON: {exc.go}"
    # `engine` is ours if it is `jinja`. Helm had `engine: gotpl` until 2, and finds it unknown now.
    ours = document.get("engine") == "jinja"
    known = [key for key in metadata.ORDER if ours or key != "engine"]
    unknown = (
        *_unknown([document], known),
        *_unknown(document.get("maintainers"), metadata.MAINTAINER_ORDER),
        *_unknown(document.get("dependencies"), metadata.DEPENDENCY_ORDER),
    )
    if not unknown:
        return ""
    return f'error unmarshaling JSON: while decoding JSON: json: unknown field "{unknown[0]}"'


def _unknown(rows: Any, known: Iterable[str]) -> Iterator[str]:
    names = {name.lower() for name in known}
    for row in rows or ():
        if isinstance(row, dict):
            yield from (key for key in sorted(row) if key.lower() not in names)


def _field_faults(document: dict[str, Any], info: Metadata) -> Iterator[str]:
    if not info.name:
        yield "name is required"
    elif "/" in info.name:
        yield f"chart name {quote(info.name)} is invalid"
    if not info.api_version:
        yield 'apiVersion is required. The value must be either "v1" or "v2"'
    elif info.api_version not in ("v1", "v2"):
        yield (
            f'apiVersion \'{info.api_version}\' is not valid. The value must be either "v1" or "v2"'
        )
    yield from _type_faults(document, "version")
    yield from _version_faults(info.version)
    yield from _type_faults(document, "appVersion")
    yield from _first(_people_faults(document, info))
    yield from _first(
        f"invalid source URL '{source}'" for source in info.sources if not is_request_url(source)
    )


def _type_faults(document: dict[str, Any], key: str) -> Iterator[str]:
    kind = _GO_TYPES.get(type(document.get(key)))
    if key in document and kind:
        yield f"{key} should be of type string but it's of type {kind}"


def _version_faults(version: str) -> Iterator[str]:
    if not version:
        yield "version is required"
        return
    try:
        parsed = parse_version(version)
    except ValueError:
        yield f"version '{version}' is not a valid SemVer"
        return
    yield from (f"version {text}" for text in Constraint.parse(">0.0.0-0").faults(parsed))


def _people_faults(document: dict[str, Any], info: Metadata) -> Iterator[str]:
    rows = structs.member(document, "maintainers") or ()
    for row, person in zip(rows, info.maintainers, strict=True):
        if row is None:
            yield "a maintainer entry is empty"
        elif not person.name:
            yield "each maintainer requires a name"
        elif person.email and not _EMAIL.match(person.email):
            yield f"invalid email '{person.email}' for maintainer '{person.name}'"
        elif person.url and not is_page(person.url):
            yield f"invalid url '{person.url}' for maintainer '{person.name}'"


def _version_1_faults(info: Metadata) -> Iterator[str]:
    if info.api_version == "v2":
        return
    if info.type:
        yield (
            f"chart type is not valid in apiVersion '{info.api_version}'. "
            "It is valid in apiVersion 'v2'"
        )
    if info.dependencies:
        yield (
            "dependencies are not valid in the Chart file with apiVersion "
            f"'{info.api_version}'. They are valid in apiVersion 'v2'"
        )


def _engine_faults(info: Metadata) -> Iterator[str]:
    for fault in metadata.faults(replace(info, api_version="v2")):
        if "chart.metadata.engine" in fault:
            yield fault.removeprefix("validation: ")
