"""Text through Go's text/template alone: no chart, none of Helm's functions."""

from __future__ import annotations

from pyhelm._cache import Cache
from pyhelm._shelf import Shelf
from pyhelm._typing import Any
from pyhelm.chart.capabilities import Capabilities, KubeVersion
from pyhelm.chart.model import Chart, Metadata
from pyhelm.engine.context import ReleaseInfo, RenderContext
from pyhelm.engine.gotemplate.compiler import compile_templates
from pyhelm.engine.gotemplate.errors import GoError
from pyhelm.engine.gotemplate.parser import ParseError, parse
from pyhelm.engine.gotemplate.runtime import Runtime, Shared
from pyhelm.engine.gotemplate.signatures import BUILTINS
from pyhelm.errors import RenderError

NAME = "_"
"""What Helm calls the template of its `--template` flags; errors show it."""


def text_of(template: str, data: Any) -> str:
    """What a template makes of data in Go's types; raises RenderError with Go's message."""
    runtime = Runtime(Shared(_nothing(), lambda name, data: None, Shelf(Cache(), "")), {})
    try:
        runtime.add(NAME, template, compile_templates(parse(NAME, template, BUILTINS)))
        return runtime.execute(NAME, data)
    except ParseError as error:
        raise RenderError(f"template: {NAME}:{error.line}: {error.message}") from None
    except GoError as error:
        raise RenderError(error.full) from None


def _nothing() -> RenderContext:
    chart = Chart(Metadata(name=NAME, version="0"))
    return RenderContext(chart, {}, ReleaseInfo("", ""), Capabilities(KubeVersion("", "", ""), ()))
