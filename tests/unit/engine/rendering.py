"""Charts made of a few lines, rendered: what the tests of the engine start from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyhelm._dataclass import replace
from pyhelm.chart.capabilities import Capabilities, KubeVersion
from pyhelm.chart.model import Chart, File, Metadata
from pyhelm.engine import render
from pyhelm.engine.context import Lookup, ReleaseInfo, RenderContext, no_lookup
from pyhelm.settings import Budget

CAPABILITIES = Capabilities(KubeVersion("v1.37.2", "1", "37"), ("v1", "apps/v1"))


def chart(
    templates: Mapping[str, str],
    *subcharts: Chart,
    name: str = "web",
    kind: str = "",
    files: Mapping[str, bytes] = {},
    engine: str = "jinja",
) -> Chart:
    """A chart, of Jinja unless said; `templates` are named as under `templates/`."""
    return Chart(
        Metadata(name=name, version="1.0.0", engine=engine, type=kind, api_version="v2"),
        templates=tuple(File(f"templates/{k}", v.encode()) for k, v in templates.items()),
        files=tuple(File(k, v) for k, v in files.items()),
        dependencies=subcharts,
    )


def rendered(
    chart: Chart,
    values: Mapping[str, Any] = {},
    *,
    budget: Budget | None = None,
    lookup: Lookup = no_lookup,
    upgrade: bool = False,
    cache: str = "",
) -> dict[str, str]:
    """Every template's text, as release `rel` in namespace `ns`."""
    release = ReleaseInfo("rel", "ns", is_install=not upgrade, is_upgrade=upgrade)
    context = RenderContext(chart, dict(values), release, CAPABILITIES, lookup, cache=cache)
    return render(replace(context, budget=budget or Budget()))


def text(
    template: str,
    values: Mapping[str, Any] = {},
    *,
    partials: str = "",
    name: str = "t.yaml",
    budget: Budget | None = None,
) -> str:
    """What one template gives; `partials` is what stands in its `_p.jinja`."""
    templates = {name: template, "_p.jinja": partials}
    return rendered(chart(templates), values, budget=budget)[f"web/templates/{name}"]


def go_text(template: str, values: Mapping[str, Any] = {}, *, budget: Budget | None = None) -> str:
    """What one Go template gives."""
    made = rendered(chart({"t.yaml": template}, engine="gotpl"), values, budget=budget)
    return made["web/templates/t.yaml"]
