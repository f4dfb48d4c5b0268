"""Text through Go's text/template alone, or with Sprig's functions: there is no chart."""

from __future__ import annotations

from pyhelm._cache import Cache
from pyhelm._shelf import Shelf
from pyhelm._typing import Any, Mapping
from pyhelm.chart.capabilities import Capabilities, KubeVersion
from pyhelm.chart.model import Chart, Metadata
from pyhelm.engine.context import ReleaseInfo, RenderContext
from pyhelm.engine.gotemplate.compiler import new_unit
from pyhelm.engine.gotemplate.errors import GoError
from pyhelm.engine.gotemplate.parser import ParseError
from pyhelm.engine.gotemplate.runtime import DeepStack, Runtime, Shared
from pyhelm.engine.gotemplate.signatures import BUILTINS, PARAMETERS
from pyhelm.errors import RenderError

NAME = "_"
"""What Helm calls the template of its `--template` flags; errors show it."""


HELMS = frozenset(
    (
        *("fromJsonArray", "fromYaml", "fromYamlArray", "include", "lookup", "mustToToml"),
        *("mustToYaml", "required", "toToml", "toYaml", "toYamlPretty", "tpl"),
    )
)
"""Functions that Helm adds to Sprig's."""

SPRIG = {name: taken for name, taken in PARAMETERS.items() if name not in HELMS}


def text_of(
    template: str, data: Any, *, name: str = NAME, functions: Mapping[str, str] = BUILTINS
) -> str:
    """What a template makes of data in Go's types; raises RenderError with Go's message.

    `functions` are those that the template may call, with their parameters.
    """
    runtime = Runtime(Shared(_nothing(), lambda name, data: None, Shelf(Cache(), "")), {})
    try:
        with DeepStack():
            runtime.add(name, new_unit(name, template, functions))
            return runtime.execute(name, data)
    except ParseError as error:
        raise RenderError(f"template: {name}:{error.line}: {error.message}") from None
    except GoError as error:
        raise RenderError(error.full) from None


def _nothing() -> RenderContext:
    chart = Chart(Metadata(name=NAME, version="0"))
    return RenderContext(chart, {}, ReleaseInfo("", ""), Capabilities(KubeVersion("", "", ""), ()))
