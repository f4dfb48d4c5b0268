"""What a chart is: plain frozen data, under Helm's own field names.

The rules are those of Helm's documentation, "Charts", and of `Chart.yaml`'s apiVersion v1 and v2.
"""

from __future__ import annotations

from pyhelm._dataclass import dataclass, field
from pyhelm._typing import Any, Iterator, TypeAlias

Values: TypeAlias = dict[str, Any]
"""A values tree as read from YAML: integers are plain `int`. Treat it as immutable."""

ENGINE_ANNOTATION = "pyhelm/engine"
"""The annotation that selects a chart's template engine and survives Helm's rewriting."""


@dataclass(frozen=True, slots=True)
class File:
    """One file of a chart; `name` is its path in the chart, with `/`.

    `modtime` is RFC 3339 text as in a release record, empty when unknown.
    """

    name: str
    data: bytes = field(repr=False)
    modtime: str = ""

    @property
    def text(self) -> str:
        """The content as text; bytes that are not UTF-8 are replaced, as Go prints them."""
        return self.data.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Maintainer:
    """A person in `Chart.yaml`."""

    name: str = ""
    email: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Dependency:
    """One entry of `dependencies` in Chart.yaml, requirements.yaml or Chart.lock.

    `enabled` is set while the conditions and tags are worked out, as Helm does.
    """

    name: str
    version: str = ""
    repository: str = ""
    condition: str = ""
    tags: tuple[str, ...] = ()
    enabled: bool = False
    import_values: tuple[Any, ...] = ()
    alias: str = ""


@dataclass(frozen=True, slots=True)
class Metadata:
    """`Chart.yaml`."""

    name: str = ""
    home: str = ""
    sources: tuple[str, ...] = ()
    version: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    maintainers: tuple[Maintainer, ...] = ()
    icon: str = ""
    api_version: str = ""
    condition: str = ""
    tags: str = ""
    app_version: str = ""
    deprecated: bool = False
    annotations: dict[str, str] = field(default_factory=dict)
    kube_version: str = ""
    dependencies: tuple[Dependency, ...] = ()
    type: str = ""
    engine: str = ""

    @property
    def template_engine(self) -> str:
        """`jinja` or `gotpl`: from `engine`, else the annotation, else Helm's default."""
        return self.engine or self.annotations.get(ENGINE_ANNOTATION, "") or "gotpl"


@dataclass(frozen=True, slots=True)
class Lock:
    """`Chart.lock`, or `requirements.lock` of an apiVersion v1 chart."""

    generated: str = ""
    digest: str = ""
    dependencies: tuple[Dependency, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its subcharts.

    `files` are the files that templates reach through `.Files` (neither templates nor metadata);
    `raw` is every file as it was read, in order, for `show`, `package` and `crds/`. The times are
    those of Chart.yaml and of the schema, which Helm's records keep.
    """

    metadata: Metadata
    values: Values = field(default_factory=dict)
    templates: tuple[File, ...] = ()
    files: tuple[File, ...] = ()
    schema: bytes | None = None
    lock: Lock | None = None
    dependencies: tuple[Chart, ...] = ()
    raw: tuple[File, ...] = ()
    modtime: str = ""
    schema_modtime: str = ""

    def __repr__(self) -> str:
        """Which chart it is; values have secrets in them, and files are long."""
        return f"Chart(name={self.name!r}, version={self.metadata.version!r})"

    @property
    def name(self) -> str:
        """The chart's name, which is also the key of its values in its parent."""
        return self.metadata.name

    @property
    def crds(self) -> tuple[File, ...]:
        """The YAML and JSON files of `crds/`, subcharts' after the parent's."""
        own = tuple(
            file
            for file in self.files
            if file.name.startswith("crds/")
            and file.name.lower().endswith((".yaml", ".yml", ".json"))
        )
        return own + tuple(crd for chart in self.dependencies for crd in chart.crds)

    def walk(self, path: str = "") -> Iterator[tuple[str, Chart]]:
        """This chart and its subcharts, each with Helm's path (`parent/charts/child`)."""
        here = f"{path}/charts/{self.name}" if path else self.name
        yield here, self
        for child in self.dependencies:
            yield from child.walk(here)
