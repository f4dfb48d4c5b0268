"""`lint`: what is wrong with a chart, or could be better, by Helm's rules and in its words."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from pyhelm import _yaml
from pyhelm._dataclass import dataclass, field
from pyhelm._lazy import lazy_pattern
from pyhelm._typing import TYPE_CHECKING, Any, Callable, Iterator
from pyhelm.authoring import definition, objects
from pyhelm.authoring.message import LintMessage, Severity, error, information, warning
from pyhelm.chart import archive, ignore, load
from pyhelm.chart.model import Chart, File, Values
from pyhelm.errors import ChartError, PyHelmError, YAMLError
from pyhelm.settings import Budget

if TYPE_CHECKING:
    from pyhelm.chart.schema import FetchSchema

EXTENSIONS = (".yaml", ".yml", ".tpl", ".txt", ".jinja", ".j2")
"""Endings that files in templates/ may have; the last two are PyHelm's."""


_SEPARATOR = lazy_pattern(r"\n---[^\n]*(?:\n|\Z)")
"""Where Kubernetes' own reader cuts a text, dropping the rest of the line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LintOptions:
    """`pyhelm lint`; with `strict` warnings fail the chart, too."""

    strict: bool = False
    kube_version: str = ""
    skip_schema_validation: bool = False
    namespace: str = ""
    budget: Budget | None = None
    """What the render may use up; None is what the client's settings say."""
    fetch_schema: FetchSchema | None = None
    """From an https address that a schema refers to, to its bytes; None is as the settings say."""


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
    """Check the chart in a directory or archive with these values over its own.

    Raises ChartError for a `kube_version` that is none.
    """
    if options.kube_version:
        from pyhelm.actions.prepare import kube_version_of

        kube_version_of(options.kube_version)
    path = Path(path)
    messages = tuple(_lint(path, values, options))
    return LintResult(str(path), messages, options.strict)


def _lint(path: Path, values: Values, options: LintOptions) -> Iterator[LintMessage]:
    try:
        files = _files(path)
    except PyHelmError as exc:
        yield error("", f"Error {exc}")
        return
    place = str(path if path.is_file() else path.absolute())
    if path.is_dir() and (path / "Chart.yaml").is_dir():
        yield error(definition.NAME, "should be a file, not a directory")
    else:
        yield from definition.check(files.get("Chart.yaml", b""))
    yield from _values_yaml(files, values, options)
    try:
        chart = _chart(path, files)
    except PyHelmError as exc:
        yield error("templates/", str(exc))
        yield error("", f"unable to load chart\n\t{exc}")
        return
    has_templates = (path / "templates").exists() or any(
        name.startswith("templates/") for name in files
    )
    if has_templates:
        yield from _templates(chart, files, values, options)
    else:
        yield warning("templates/", "directory does not exist")
    yield from _dependencies(chart, place)
    yield from _crds(chart, files)


def _chart(path: Path, files: dict[str, bytes]) -> Chart:
    """The chart as Helm's lint sees it, which unpacks an archive and loads it as a directory."""
    if not path.is_file():
        return load.load(path)
    text = files.get(".helmignore", b"").decode("utf-8", "replace")
    rules = ignore.parse(text, f"{path}: .helmignore")
    kept = [File(name, data) for name, data in files.items() if ignore.keeps(rules, name)]
    return load.load_files(kept, str(path))


def _files(path: Path) -> dict[str, bytes]:
    if path.suffix == ".tgz" or path.name.endswith(".tar.gz"):
        try:
            data = path.read_bytes()
        except OSError as exc:
            reason = str(exc.strerror).lower()
            raise ChartError(f"unable to open tarball: open {path}: {reason}") from exc
        return _unpacked(data, path)
    if not (path / "Chart.yaml").exists():
        raise ChartError(
            f"unable to check Chart.yaml file in chart: stat {path / 'Chart.yaml'}: "
            "no such file or directory"
        )
    return {file.name: file.data for file in load.read_directory(path)}


def _unpacked(data: bytes, path: Path) -> dict[str, bytes]:
    try:
        files = {file.name: file.data for file in archive.read_archive(data, str(path))}
    except ChartError as exc:
        raise ChartError(f"unable to extract tarball: {exc}") from exc
    if "Chart.yaml" not in files:
        # Helm unpacks into a directory that has the chart's name.
        raise ChartError("unable to extract tarball: chart name not specified")
    return files


def _values_yaml(
    files: dict[str, bytes], values: Values, options: LintOptions
) -> Iterator[LintMessage]:
    name = "values.yaml"
    if name not in files:
        yield information(name, "file does not exist")
        return
    try:
        own = load.load_values(files[name], name)
    except YAMLError as exc:
        yield error(name, _unparsable(exc))
        return
    except ChartError as exc:
        yield error(name, f"unable to parse YAML: {exc}")
        return
    schema = files.get("values.schema.json", b"")
    if not schema or options.skip_schema_validation:
        return
    from pyhelm.chart.schema import Faults

    merged = load.merge_maps(own, values)
    faults = Faults.of(schema, merged, options.fetch_schema)
    if faults:
        yield error(name, faults.text)


def _templates(
    chart: Chart, files: dict[str, bytes], values: Values, options: LintOptions
) -> Iterator[LintMessage]:
    if "templates" in files:
        yield error("templates/", "not a directory")
        return
    try:
        rendered = _render(chart, values, options)
    except PyHelmError as exc:
        yield error("templates/", str(exc))
        return
    for file in chart.templates:
        ending = Path(file.name).suffix
        if ending not in EXTENSIONS:
            yield error(
                file.name,
                f"file extension '{ending}' not valid. "
                "Valid extensions are .yaml, .yml, .tpl, or .txt",
            )
        text = rendered.get(f"{chart.name}/{file.name}", "")
        if ending.lower() in (".yaml", ".yml") and text.strip():
            yield from _template(file.name, text, options)


def _render(chart: Chart, values: Values, options: LintOptions) -> dict[str, str]:
    from pyhelm.actions.prepare import default_capabilities
    from pyhelm.chart.values import render_values
    from pyhelm.engine import render
    from pyhelm.engine.context import ReleaseInfo, RenderContext

    skip = options.skip_schema_validation
    processed, everything = render_values(
        chart, values, skip_schema=skip, fetch=options.fetch_schema
    )
    return render(
        RenderContext(
            chart=processed,
            values=everything,
            release=ReleaseInfo("test-release", options.namespace or "default"),
            capabilities=default_capabilities(options.kube_version),
            lint=True,
            budget=options.budget or Budget(),
        )
    )


def _template(name: str, text: str, options: LintOptions) -> Iterator[LintMessage]:
    first = next(line for line in text.splitlines() if line.strip())
    if first[0] in " \t":
        shown = _yaml.to_json(first, escape_html=False)
        problem = (
            f"document starts with an illegal indent: {shown}, which may cause parsing problems"
        )
        yield warning(name, problem)
    yield from _documents(name, text, lambda obj: _object(name, obj, text, options))


def _documents(
    name: str, text: str, judge: Callable[[dict[str, Any]], Iterator[LintMessage]]
) -> Iterator[LintMessage]:
    """What there is to say of each document; one that can't be read leaves the others their due."""
    for document in _SEPARATOR.split(text):
        try:
            obj = _yaml.load(document, name)
        except YAMLError as exc:
            yield error(name, _unparsable(exc))
            continue
        fault = objects.shape_fault(obj)
        if fault:
            yield error(name, f"unable to parse YAML: {fault}")
        elif obj is not None:
            yield from judge(obj)


def _unparsable(exc: YAMLError) -> str:
    text = f"unable to parse YAML: error converting YAML to JSON: {exc.go}"
    return f"{text}; {exc.hint}" if exc.hint else text


def _object(
    name: str, obj: dict[str, Any], text: str, options: LintOptions
) -> Iterator[LintMessage]:
    for problem in (objects.name_fault(obj), objects.deprecation(obj, options.kube_version)):
        if problem:
            yield warning(name, problem)
    for problem in (objects.selector_fault(obj, text), objects.list_fault(obj)):
        if problem:
            yield error(name, problem)


def _dependencies(chart: Chart, path: str) -> Iterator[LintMessage]:
    wanted = [each.name for each in chart.metadata.dependencies]
    there = [child.name for child in chart.dependencies]
    loose = [name for name in there if name not in wanted]
    if loose:
        text = f"chart metadata is missing these dependencies: {','.join(loose)}"
        yield error(path, text)
    missing = [name for name in wanted if name not in there]
    if missing:
        text = f"chart directory is missing these dependencies: {','.join(missing)}"
        yield warning(path, text)


def _crds(chart: Chart, files: dict[str, bytes]) -> Iterator[LintMessage]:
    if "crds" in files:
        yield error("crds/", "not a directory")
    for file in chart.crds:
        try:
            text = _yaml.decode(file.data, file.name)
        except YAMLError as exc:
            yield error(file.name, _unparsable(exc))
            continue
        yield from _documents(file.name, text, partial(_crd, file.name))


def _crd(name: str, obj: dict[str, Any]) -> Iterator[LintMessage]:
    if not objects.field_text(obj, "apiVersion").startswith("apiextensions.k8s.io"):
        yield error(name, "apiVersion is not in 'apiextensions.k8s.io'")
    if objects.field_text(obj, "kind") != "CustomResourceDefinition":
        yield error(name, "object kind is not 'CustomResourceDefinition'")
