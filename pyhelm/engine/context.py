"""What a render may see: everything is handed in, nothing is looked up from the outside."""

from __future__ import annotations

from pyhelm._dataclass import dataclass, field
from pyhelm._typing import TYPE_CHECKING, Any, Callable, Mapping, Protocol, TypeAlias
from pyhelm.settings import Budget

if TYPE_CHECKING:
    from pyhelm.chart.capabilities import Capabilities
    from pyhelm.chart.model import Chart, Values

Lookup: TypeAlias = Callable[[str, str, str, str], dict[str, Any]]
"""`lookup(api_version, kind, namespace, name)`: an object, a list object, or `{}`."""


def no_lookup(api_version: str, kind: str, namespace: str, name: str) -> dict[str, Any]:
    """What `lookup` answers without a cluster: nothing exists."""
    return {}


@dataclass(frozen=True, slots=True)
class ReleaseInfo:
    """Helm's `.Release`."""

    name: str
    namespace: str
    revision: int = 1
    is_install: bool = True
    is_upgrade: bool = False
    service: str = "Helm"


@dataclass(frozen=True, slots=True)
class RenderContext:
    """One render of a chart and its subcharts.

    `values` are coalesced: a subchart's are under its name, `global` is in every scope. The
    chart's dependencies are processed: disabled ones are gone, aliases are names. With `lint`
    `required` and `fail` let things pass, as Helm's lint has it. `cache` is a directory for
    compiled templates; empty, none are kept.
    """

    chart: Chart
    values: Values
    release: ReleaseInfo
    capabilities: Capabilities
    lookup: Lookup = no_lookup
    enable_dns: bool = False
    lint: bool = False
    cache: str = ""
    budget: Budget = field(default_factory=Budget)


Include: TypeAlias = Callable[[str, Any], str | None]
"""`include(name, data)`: a named template's text, or None where there is none of that name."""


class Rendering(Protocol):
    """The templates of a release that one engine renders."""

    def render(self) -> Mapping[str, str]:
        """Each template's path (`mysql/templates/svc.yaml`) and its text, notes included.

        Partials (`_*`) are left out; raises RenderError.
        """

    def include(self, name: str, data: Any) -> str | None:
        """A named template's text, for another engine's `include`; None if there is none."""


class Engine(Protocol):
    """Renders the templates of the charts that are written for it."""

    def load(self, context: RenderContext, others: Include) -> Rendering:
        """Read the templates; `others` finds named ones of other engines. Raises RenderError."""
