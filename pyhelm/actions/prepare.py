"""From a chart and values to what a release would be: pure, and the same for every action."""

from __future__ import annotations

from pyhelm._cache import Cache
from pyhelm._dataclass import dataclass
from pyhelm._lazy import logger_of
from pyhelm._shelf import Shelf
from pyhelm._typing import Iterable
from pyhelm.actions.options import ApplyOptions, RenderOptions
from pyhelm.chart import metadata
from pyhelm.chart.capabilities import (
    DEFAULT_API_VERSIONS,
    DEFAULT_KUBE_VERSION,
    Capabilities,
    KubeVersion,
    parse_kube_version,
)
from pyhelm.chart.model import Chart, Values
from pyhelm.chart.values import render_values
from pyhelm.chart.versions import fits
from pyhelm.engine import render
from pyhelm.engine.context import Lookup, ReleaseInfo, RenderContext, no_lookup
from pyhelm.engine.origins import Origins
from pyhelm.errors import ChartError, DependencyError, RenderError
from pyhelm.release import manifest
from pyhelm.release.model import Hook, Manifest
from pyhelm.settings import Budget

logger = logger_of(__name__)

NOTES = "NOTES.txt"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A rendered chart: its objects and hooks in order, its notes, and the chart as processed."""

    chart: Chart
    manifests: tuple[Manifest, ...]
    hooks: tuple[Hook, ...]
    notes: str
    origins: Origins
    hide_secrets: bool = False

    @property
    def text(self) -> str:
        """The manifest as a record keeps it; with `hide_secrets` for a person's eyes only."""
        return manifest.frame(self.manifests, hide_secrets=self.hide_secrets)


@dataclass(frozen=True, slots=True)
class Enabled:
    """A chart with its dependencies worked out for a user's values, and all values it sees."""

    chart: Chart
    values: Values


def enable(chart: Chart, values: Values, options: RenderOptions, cache: str = "") -> Enabled:
    """Work out the dependencies and check the values, before anything is asked or changed.

    Raises ChartError, DependencyError, ValuesError or SchemaError.
    """
    check_installable(chart)
    skip = options.skip_schema_validation
    return Enabled(
        *render_values(chart, values, skip_schema=skip, cache=cache, fetch=options.fetch_schema)
    )


def prepare(
    enabled: Enabled,
    release: ReleaseInfo,
    capabilities: Capabilities,
    options: RenderOptions,
    *,
    lookup: Lookup = no_lookup,
    cache: str = "",
) -> Prepared:
    """Render a chart for a release; raises ChartError or RenderError.

    `cache` is a directory for what can be kept of the work.
    """
    check_kube_version(enabled.chart, capabilities)
    context = RenderContext(
        chart=enabled.chart,
        values=enabled.values,
        release=release,
        capabilities=capabilities,
        lookup=lookup,
        enable_dns=options.enable_dns,
        cache=cache,
        budget=options.budget or Budget(),
    )
    rendered = render(context)
    notes = _notes(rendered, enabled.chart.name, subcharts=options.render_subchart_notes)
    files = {path: text for path, text in rendered.items() if not path.endswith(NOTES)}
    if callable(options.post_renderer):
        from pyhelm.actions.postrender import post_rendered

        files = post_rendered(files, options.post_renderer)
    origins = Origins(enabled.chart, context)
    manifests, hooks = _sorted(files, _heads(enabled.chart, cache), origins)
    counts = {"templates": len(rendered), "manifests": len(manifests), "hooks": len(hooks)}
    logger.debug("rendered", chart=enabled.chart.name, **counts)
    hidden = isinstance(options, ApplyOptions) and options.hide_secret
    made = (tuple(manifests), tuple(hooks), notes, origins)
    return Prepared(enabled.chart, *made, hide_secrets=hidden)


def _heads(chart: Chart, cache: str) -> Shelf:
    """What earlier runs found the chart's documents to be: those that change alone are read."""
    kept = Cache(cache)
    about = chart.metadata
    return Shelf(kept, kept.key(b"heads", f"{about.name} {about.version}".encode()))


def _sorted(
    files: dict[str, str], heads: Shelf, origins: Origins
) -> tuple[list[Manifest], list[Hook]]:
    try:
        found = manifest.sort_rendered(files, heads=heads)
        heads.save()
        return found
    except RenderError as exc:
        if origins.is_jinja(exc.template):
            from pyhelm.actions.misrendered import told

            raise told(exc, files[exc.template], origins) from exc
        filled = (each for each in sorted(files.items()) if each[1].strip())
        exc.rendered = "".join(f"---\n# Source: {path}\n{text}\n" for path, text in filled)
        raise


def default_capabilities(kube_version: str = "", api_versions: Iterable[str] = ()) -> Capabilities:
    """What templates are told without a cluster: this version's Kubernetes, its built-in kinds.

    Raises ChartError for a version that is none.
    """
    versions = (*DEFAULT_API_VERSIONS, *api_versions)
    return Capabilities(kube_version_of(kube_version or DEFAULT_KUBE_VERSION), versions)


def kube_version_of(text: str) -> KubeVersion:
    """`1.30`, `v1.30.2-gke.1` as the version that templates see; raises ChartError."""
    try:
        return parse_kube_version(text)
    except ValueError as exc:
        raise ChartError(f"invalid kube version '{text}': {exc}") from exc


def check_installable(chart: Chart) -> None:
    """Refuse library charts and charts without their subcharts, in Helm's words."""
    metadata.check_api_version(chart.metadata)
    if chart.metadata.type == "library":
        raise ChartError("library charts are not installable")
    if chart.metadata.deprecated:
        logger.warning("this chart is deprecated")
    check_dependencies(chart)


def check_dependencies(chart: Chart) -> None:
    """Refuse a chart whose subcharts are missing; raises DependencyError."""
    present = {child.name for child in chart.dependencies}
    missing = [d.name for d in chart.metadata.dependencies if d.name not in present]
    if missing:
        raise DependencyError(
            "an error occurred while checking for chart dependencies. You may need to run "
            "'pyhelm dependency build' to fetch missing dependencies: found in Chart.yaml, but "
            f"missing in charts/ directory: {', '.join(missing)}"
        )


def check_kube_version(chart: Chart, capabilities: Capabilities) -> None:
    """Refuse a chart whose kubeVersion the cluster does not fit; raises ChartError.

    A vendor's suffix (`v1.32.3-gke.1`) is no pre-release: without it the version may fit as well.
    Helm knows that of `--kube-version` alone, and refuses `>=1.19.0` on such a cluster.
    """
    wanted, version = chart.metadata.kube_version, capabilities.kube_version
    if wanted and not any(fits(wanted, each) for each in (str(version), version.plain)):
        raise ChartError(
            f"chart requires kubeVersion: {wanted} which is incompatible with Kubernetes "
            f"{version.version}"
        )


def _notes(rendered: dict[str, str], root: str, *, subcharts: bool) -> str:
    """The chart's notes, and its subcharts' where they are asked for, in Helm's order."""
    own = f"{root}/templates/{NOTES}"
    paths = [path for path in rendered if path.endswith(NOTES) and (subcharts or path == own)]
    texts = [rendered[path] for path in sorted(paths, key=lambda p: (p.count("/"), p))]
    # Helm: notes of blanks alone are notes.
    return "\n".join(text for text in texts if text)
