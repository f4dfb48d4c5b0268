"""`lint`: what is wrong with a chart, or could be better, by Helm's rules and in its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import IntEnum
from pathlib import Path
from typing import Any

from pyhelm import _yaml
from pyhelm.authoring import objects
from pyhelm.chart import archive, load, metadata
from pyhelm.chart.model import Chart, Metadata, Values
from pyhelm.chart.versions import is_strict, parse_version
from pyhelm.errors import ChartError, PyHelmError, SchemaError, YAMLError

EXTENSIONS = (".yaml", ".yml", ".tpl", ".txt", ".jinja", ".j2")
"""Endings that files in templates/ may have; the last two are PyHelm's."""

_URL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://\S+\Z")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+\Z")


class Severity(IntEnum):
    """How bad a message is."""

    INFO = 1
    WARNING = 2
    ERROR = 3


@dataclass(frozen=True, slots=True)
class LintMessage:
    """One finding; as text it is what Helm prints."""

    severity: Severity
    path: str
    text: str

    def __str__(self) -> str:
        if not self.path and self.severity is Severity.ERROR and self.text.startswith("Error "):
            return self.text
        return f"[{self.severity.name}] {self.path}: {self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LintOptions:
    """`pyhelm lint`; with `strict` warnings fail the chart, too."""

    strict: bool = False
    kube_version: str = ""
    skip_schema_validation: bool = False


@dataclass(frozen=True, slots=True)
class LintResult:
    """What was found in one chart."""

    path: str
    messages: tuple[LintMessage, ...] = field(default=())
    strict: bool = False

    @property
    def failed(self) -> bool:
        """Whether there are errors, or with `strict` warnings."""
        limit = Severity.WARNING if self.strict else Severity.ERROR
        return any(message.severity >= limit for message in self.messages)

    @property
    def has_warnings(self) -> bool:
        """Whether there is more than information."""
        return any(message.severity > Severity.INFO for message in self.messages)


def lint(path: str | Path, values: Values, options: LintOptions) -> LintResult:
    """Check the chart in a directory or archive with these values over its own."""
    path = Path(path)
    messages = tuple(_lint(path, values, options))
    return LintResult(str(path), messages, options.strict)


def _lint(path: Path, values: Values, options: LintOptions) -> Iterator[LintMessage]:
    try:
        files = _files(path)
    except PyHelmError as exc:
        yield LintMessage(Severity.ERROR, "", f"Error {exc}")
        return
    yield from _chart_yaml(files.get("Chart.yaml", b""))
    yield from _values_yaml(files, values, options)
    try:
        chart = load.load(path)
    except PyHelmError as exc:
        yield LintMessage(Severity.ERROR, "templates/", str(exc))
        yield LintMessage(Severity.ERROR, "", f"unable to load chart\n\t{exc}")
        return
    yield from _templates(chart, values, options)
    yield from _dependencies(chart, str(path))
    yield from _crds(chart)


def _files(path: Path) -> dict[str, bytes]:
    if path.suffix == ".tgz" or path.name.endswith(".tar.gz"):
        try:
            data = path.read_bytes()
        except OSError as exc:
            raise ChartError(f"unable to open tarball: {exc}") from exc
        return {file.name: file.data for file in archive.read_archive(data, str(path))}
    if not (path / "Chart.yaml").exists():
        raise ChartError(
            f"unable to check Chart.yaml file in chart: stat {path / 'Chart.yaml'}: "
            "no such file or directory"
        )
    return {file.name: file.data for file in load.read_directory(path)}


def _error(path: str, text: str) -> LintMessage:
    return LintMessage(Severity.ERROR, path, text)


def _chart_yaml(data: bytes) -> Iterator[LintMessage]:
    name = "Chart.yaml"
    try:
        document = _yaml.load(data, name) or {}
        info = metadata.from_dict(_lenient(document))
    except (YAMLError, ChartError) as exc:
        text = exc.go if isinstance(exc, YAMLError) else str(exc)
        yield _error(name, f"unable to parse YAML\n\t{text}")
        return
    info = replace(info, api_version=str(document.get("apiVersion") or ""))
    yield from (_error(name, text) for text in _chart_errors(document, info))
    if not info.icon:
        yield LintMessage(Severity.INFO, name, "icon is recommended")
    elif not _URL.match(info.icon):
        yield _error(name, f"invalid icon URL '{info.icon}'")
    yield from (_error(name, text) for text in _version_1_errors(info))
    if not is_strict(info.version):
        text = f"version '{info.version}' is not a valid SemVerV2"
        yield LintMessage(Severity.WARNING, name, text)


def _lenient(document: Any) -> dict[str, Any]:
    """Chart.yaml with numbers for versions as text: that they are numbers is said elsewhere."""
    if not isinstance(document, dict):
        raise ChartError("it is not a mapping of fields")
    texts = {
        key: _yaml.to_json(document[key])
        for key in ("version", "appVersion")
        if isinstance(document.get(key), int | float)
    }
    return {**document, **texts}


def _chart_errors(document: dict[str, Any], info: Metadata) -> Iterator[str]:
    if not info.name:
        yield "name is required"
    elif "/" in info.name:
        yield f'chart name "{info.name}" is invalid'
    if not info.api_version:
        yield 'apiVersion is required. The value must be either "v1" or "v2"'
    elif info.api_version not in ("v1", "v2"):
        yield (
            f'apiVersion \'{info.api_version}\' is not valid. The value must be either "v1" or "v2"'
        )
    for key in ("version", "appVersion"):
        value = document.get(key)
        if value is not None and not isinstance(value, str):
            kind = "bool" if isinstance(value, bool) else "float64"
            yield f"{key} should be of type string but it's of type {kind}"
    yield from _version_errors(info.version)
    yield from _people_errors(info)
    yield from (
        fault.removeprefix("validation: ")
        for fault in metadata.faults(replace(info, api_version="v2"))
        if "chart.metadata.engine" in fault
    )


def _version_errors(version: str) -> Iterator[str]:
    if not version:
        yield "version is required"
        return
    try:
        parse_version(version)
    except ValueError:
        yield f"version '{version}' is not a valid SemVer"


def _people_errors(info: Metadata) -> Iterator[str]:
    for person in info.maintainers:
        if not person.name:
            yield "each maintainer requires a name"
        elif person.email and not _EMAIL.match(person.email):
            yield f"invalid email '{person.email}' for maintainer '{person.name}'"
        elif person.url and " " in person.url:
            yield f"invalid url '{person.url}' for maintainer '{person.name}'"
    for source in info.sources:
        if not _URL.match(source):
            yield f"invalid source URL '{source}'"


def _version_1_errors(info: Metadata) -> Iterator[str]:
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


def _values_yaml(
    files: dict[str, bytes], values: Values, options: LintOptions
) -> Iterator[LintMessage]:
    name = "values.yaml"
    if name not in files:
        yield LintMessage(Severity.INFO, name, "file does not exist")
        return
    try:
        own = load.load_values(files[name], name)
    except (YAMLError, ChartError) as exc:
        yield _error(name, f"unable to parse YAML: {exc}")
        return
    schema = files.get("values.schema.json", b"")
    if not schema or options.skip_schema_validation:
        return
    from pyhelm.chart.schema import check

    merged = load.merge_maps(own, values)
    try:
        check(Chart(Metadata(name="chart"), schema=schema), merged)
    except SchemaError as exc:
        lines = [line for found in exc.violations.values() for line in found]
        yield _error(name, "\n".join(lines) or str(exc))


def _templates(chart: Chart, values: Values, options: LintOptions) -> Iterator[LintMessage]:
    if not chart.templates:
        yield LintMessage(Severity.WARNING, "templates/", "directory does not exist")
        return
    try:
        rendered = _render(chart, values, options)
    except PyHelmError as exc:
        yield _error("templates/", str(exc))
        return
    for file in chart.templates:
        ending = Path(file.name).suffix
        if ending not in EXTENSIONS:
            yield _error(
                file.name,
                f"file extension '{ending}' not valid. "
                "Valid extensions are .yaml, .yml, .tpl, or .txt",
            )
        text = rendered.get(f"{chart.name}/{file.name}", "")
        if ending in (".yaml", ".yml") and text.strip():
            yield from _template(file.name, text, options)


def _render(chart: Chart, values: Values, options: LintOptions) -> dict[str, str]:
    from pyhelm.actions.prepare import default_capabilities
    from pyhelm.chart.values import render_values
    from pyhelm.engine import render
    from pyhelm.engine.context import ReleaseInfo, RenderContext

    skip = options.skip_schema_validation
    processed, everything = render_values(chart, values, skip_schema=skip)
    return render(
        RenderContext(
            chart=processed,
            values=everything,
            release=ReleaseInfo("test-release", "default"),
            capabilities=default_capabilities(options.kube_version),
        )
    )


def _template(name: str, text: str, options: LintOptions) -> Iterator[LintMessage]:
    first = next(line for line in text.splitlines() if line.strip())
    if first[0] in " \t":
        shown = _yaml.to_json(first, escape_html=False)
        problem = (
            f"document starts with an illegal indent: {shown}, which may cause parsing problems"
        )
        yield LintMessage(Severity.WARNING, name, problem)
    try:
        documents = _yaml.load_all(text, name)
    except YAMLError as exc:
        problem = f"unable to parse YAML: error converting YAML to JSON: {exc.go}"
        yield _error(name, problem + (f"; {exc.hint}" if exc.hint else ""))
        return
    for document in documents:
        if isinstance(document, dict):
            yield from _object(name, document, text, options)


def _object(
    name: str, obj: dict[str, Any], text: str, options: LintOptions
) -> Iterator[LintMessage]:
    for problem in (objects.name_fault(obj), objects.deprecation(obj, options.kube_version)):
        if problem:
            yield LintMessage(Severity.WARNING, name, problem)
    for problem in (objects.selector_fault(obj, text), objects.list_fault(obj)):
        if problem:
            yield _error(name, problem)


def _dependencies(chart: Chart, path: str) -> Iterator[LintMessage]:
    wanted = [each.name for each in chart.metadata.dependencies]
    there = [child.name for child in chart.dependencies]
    loose = [name for name in there if name not in wanted]
    if loose:
        text = f"chart metadata is missing these dependencies: {','.join(loose)}"
        yield _error(path, text)
    missing = [name for name in wanted if name not in there]
    if missing:
        text = f"chart directory is missing these dependencies: {','.join(missing)}"
        yield LintMessage(Severity.WARNING, path, text)


def _crds(chart: Chart) -> Iterator[LintMessage]:
    for file in replace(chart, dependencies=()).crds:
        try:
            documents = _yaml.load_all(file.data, file.name)
        except YAMLError as exc:
            yield _error(file.name, f"unable to parse YAML: {exc.go}")
            return
        for document in documents:
            if not isinstance(document, dict):
                continue
            if not str(document.get("apiVersion", "")).startswith("apiextensions.k8s.io"):
                yield _error(file.name, "apiVersion is not in 'apiextensions.k8s.io'")
            if document.get("kind") != "CustomResourceDefinition":
                yield _error(file.name, "object kind is not 'CustomResourceDefinition'")
