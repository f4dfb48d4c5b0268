"""Every function with arguments of every kind: refused as the chart's fault, never a bug of ours.

What a function raises on purpose is a RenderError in the end; whatever else Python raises passes
through the engines as it is, and fails here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from random import Random
from typing import Any

import pytest
from jinja2 import TemplateError
from jinja2.filters import FILTERS

from pyhelm._cache import Cache
from pyhelm._shelf import Shelf
from pyhelm.engine import functions, gotypes, objects
from pyhelm.engine.context import ReleaseInfo, RenderContext
from pyhelm.engine.functions import FunctionError, load, load_go
from pyhelm.engine.gotemplate.compiler import new_unit
from pyhelm.engine.gotemplate.errors import GoError
from pyhelm.engine.gotemplate.objects import Files, capabilities_object
from pyhelm.engine.gotemplate.runtime import DeepStack, Runtime, Shared
from pyhelm.engine.gotemplate.signatures import PARAMETERS, signature
from pyhelm.engine.gotypes import Int64
from pyhelm.engine.jinja import filters
from pyhelm.engine.jinja.environment import ChartEnvironment
from pyhelm.engine.jinja.tree import tree
from pyhelm.engine.meter import SLOW, Meter, OverBudget
from pyhelm.errors import RenderError
from pyhelm.settings import Budget
from tests.unit.engine.rendering import CAPABILITIES, chart, go_text, text

pytestmark = pytest.mark.slow

TEXTS = {
    "empty": "",
    "text": "a b,c",
    "number": "12",
    "yaml": "a: [1, {b: c}]",
    "null": "a\0b\n",
    "date": "2020-01-02",
    "version": "1.2.3-a.1",
    "pattern": "[a",
    "duration": "1h3m",
    "unicode": "é漢\U0001f600",
    "url": "http://u:p@h:80/p?q#f",
    "format": "%d %v %*d %[2]q",
}
SCALARS = {
    "nil": None,
    "true": True,
    "zero": 0,
    "three": 3,
    "minus": -2,
    "largest": 2**63 - 1,
    "least": -(2**63),
    "float": 1.5,
    "whole": 3.0,
    "huge": 1e300,
    "inf": float("inf"),
    "nan": float("nan"),
}
FITTING = {
    "string": list(TEXTS),
    "int": ["zero", "three", "minus"],
    "bool": ["true"],
    "map[string]any": ["map", "no keys"],
    "[]any": ["list", "no items"],
    "float64": ["float", "huge", "nan"],
}
"""Kinds that Go's parameter types take, so that more than the first argument is looked at."""

ASK_THE_NETWORK = {"getHostByName"}
UNLIMITED = Budget(seconds=1e9, steps=10**15, output=10**15)


def collections() -> dict[str, Any]:
    nested = {"a": 1.0, "b": {"c": None}, "host": [1.0], "": [{}], "x-y": "z"}
    items = [1.0, "x", None, {"a": 1.0}, [2.0, [True]], b"x"]
    return {"map": nested, "no keys": {}, "list": items, "no items": []}


def go_kinds() -> dict[str, Any]:
    """A value of each of Go's types, as templates may get them."""
    capabilities = capabilities_object(CAPABILITIES)
    return {
        **TEXTS,
        **SCALARS,
        **collections(),
        "int64": Int64(7),
        "largest64": Int64(2**63 - 1),
        "byte": gotypes.Byte(7),
        "complex": 1j,
        "no utf-8": "\udcff",
        "bytes": b"\xff\0a",
        "strings": gotypes.Strings(["b", "a"]),
        "ints": gotypes.Ints([1, 2]),
        "lists": gotypes.Lists([[1.0], ["a"]]),
        "nil list": gotypes.NilList(),
        "nil strings": gotypes.NilStrings(),
        "nil map": gotypes.NilMap(),
        "string map": gotypes.StringMap({"a": "x"}),
        "files": Files(objects.Files({"a": b"x"})),
        "values": gotypes.TemplateValues({"a": {"b": 1.0}}),
        "capabilities": capabilities,
        **capabilities.fields,
        **made_by(load_go),
    }


def jinja_kinds() -> dict[str, Any]:
    """A value of each type that Jinja's templates may get."""
    return {
        **TEXTS,
        **SCALARS,
        **collections(),
        "beyond": 2**70,
        "tuple": (1, "a"),
        "range": range(3),
        "bytes": b"x\xff",
        "odd keys": {1: 2, "a": 3},
        "generator": (each for each in [1]),
        "call": load,
        "values": tree({"a": {"b": [1]}}, "Values"),
        "files": objects.Files({"a": b"x"}),
        "capabilities": tree(objects.capabilities_object(CAPABILITIES), "Capabilities"),
        **made_by(load),
    }


def made_by(function: Callable[[str], Callable[..., Any]]) -> dict[str, Any]:
    version, span = function("semver")("1.2.3-a+b"), function("mustToDuration")("3s")
    moment = function("now")()
    return {"semver": version, "time": moment, "span": span}


def choices(name: str, kinds: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """Arguments by their kinds: each alone, and others by chance, always the same."""
    random, takes = Random(name), signature(name)
    wrong = [each for each in kinds if each not in TEXTS and each not in ("three", "zero")]
    first = wrong if name in SLOW else list(kinds)
    yield ()
    yield from ((each,) for each in first)
    for count in range(2, 6):
        for _ in range(5):
            yield (random.choice(first), *random.choices(list(kinds), k=count - 1))
    if name not in SLOW:
        for _ in range(15):
            count = len(takes.fixed) + (random.randrange(3) if takes.rest else 0)
            fits = (FITTING.get(takes.at(at), list(kinds)) for at in range(count))
            yield tuple(random.choice(each) for each in fits)


@pytest.mark.parametrize("name", sorted(set(PARAMETERS) - ASK_THE_NETWORK))
def test_a_go_function_refuses_on_purpose(name):
    context = RenderContext(chart({}), {}, ReleaseInfo("r", "n"), CAPABILITIES, budget=UNLIMITED)
    shared = Shared(context, lambda name, data: None, Shelf(Cache(""), "x"))
    runtime = Runtime(shared, {})
    with DeepStack():
        for kinds in choices(name, go_kinds()):
            words = "".join(f" .v{at}" for at in range(len(kinds)))
            file = f"t{len(kinds)}"
            if file not in runtime.templates:
                runtime.add(file, new_unit(file, f"{{{{ {name}{words} }}}}"))
            values = go_kinds()
            given = {f"v{at}": values[each] for at, each in enumerate(kinds)}
            told(partial(runtime.execute, file, given), GoError)


@pytest.mark.parametrize("name", sorted(set(functions.NAMES) - ASK_THE_NETWORK))
def test_a_function_for_jinja_refuses_on_purpose(name):
    call = filters.globals_(Meter(UNLIMITED))["sprig"][name]
    for kinds in choices(name if name in PARAMETERS else "list", jinja_kinds()):
        values = jinja_kinds()
        given = [values[each] for each in kinds]
        told(partial(call, *given), FunctionError, TemplateError, OverBudget)


def told(call: Callable[[], Any], *expected: type[Exception]) -> None:
    """A call that succeeds, or fails as it may, with an error that speaks of no Python type."""
    said = ""
    try:
        call()
    except expected as exc:
        said = str(exc)
    # Of what Jinja itself does, Python's words are told.
    words = ("NoneType", "object has no", "<lambda>", "Missing", "Int64")
    assert RenderError in expected or not [word for word in words if word in said]


JINJA_VALUES = {
    "none": None,
    "yes": True,
    "one": 1,
    "minus": -3,
    "half": 1.5,
    "word": "a b",
    "empty": "",
    "items": [1, "x", None, {"a": 1}],
    "names": ["b", "a"],
    "nothing": [],
    "no": {},
    "map": {"a": 1, "b": {"c": [1]}},
    "maps": [{"a": 1}, {"a": "x"}],
    "big": 10**20,
}


@pytest.mark.parametrize("name", sorted({*FILTERS, *filters.table(Meter(UNLIMITED))}))
def test_a_filter_of_jinja_refuses_on_purpose(name):
    if name in functions.NAMES and name not in FILTERS:
        return  # called above
    given = [f"Values.{each}" for each in JINJA_VALUES]
    random = Random(name)
    calls = [f"{one} | {name} | list" for one in given]
    for one in given:
        two, three, four = random.sample(given, 3)
        more = (two, f"{two}, {three}", f"{two}, {three}, {four}", f"attribute={two}")
        calls += [f"{one} | {name}({words})" for words in random.sample(more, 2)]
    told_all(random.sample(calls, 12))


@pytest.mark.parametrize("name", sorted(ChartEnvironment(Meter(UNLIMITED)).tests))
def test_a_test_of_jinja_refuses_on_purpose(name):
    given = [f"Values.{each}" for each in JINJA_VALUES]
    random = Random(name)
    calls = [f"{one} is {name}" for one in given]
    calls += [f"{one} is {name}({two})" for one in given for two in random.sample(given, 2)]
    told_all(random.sample(calls, 6))


@pytest.mark.parametrize("operator", ["+", "-", "*", "/", "//", "%", "**", "<", "in", "~", "and"])
def test_an_operator_refuses_on_purpose(operator):
    given = [f"Values.{each}" for each in JINJA_VALUES]
    told_all([f"{one} {operator} {two}" for one in given for two in given[::4]])


@pytest.mark.parametrize(
    "call", ["{}", "{}(1)", "{}('a', 2)", "{}(x=1)", "{}.a", "{}[1]", "{}['a']"]
)
def test_an_object_refuses_on_purpose(call):
    names = ["Files.Get", "Files.Glob", "Files.Lines", "Files.AsConfig", "Capabilities.KubeVersion"]
    names += ["Capabilities.APIVersions", "Capabilities.APIVersions.Has", "include", "tpl", "range"]
    names += ["lookup", "Values.word.upper", "Values.word.index", "Values.names.index", "dict"]
    names += ["Chart", "Release", "namespace", "now()", "semver('1.2.3')", "sprig", "sprig.trunc"]
    told_all([call.format(name) for name in names])


def told_all(calls: list[str]) -> None:
    """Each in a template of its own."""
    for call in calls:
        told(partial(text, f"x: {{{{ {call} }}}}\n", JINJA_VALUES), RenderError)


def test_a_value_that_is_not_there_is_told_of_wherever_it_stands():
    for name in ("toJson", "toYaml", "toPrettyJson", "join", "sortAlpha", "toToml", "first"):
        with pytest.raises(RenderError, match=r"typo: no such value; did you mean 'typ'\?"):
            text(
                f"x: {{{{ Values.l | map(attribute='typo') | list | {name} }}}}",
                {"l": [{"typ": 1}]},
            )


def broken(*arguments: Any) -> Any:
    raise TypeError("unsupported operand")


@pytest.mark.parametrize("render", [go_text, text])
def test_a_bug_of_ours_is_not_the_charts_fault(monkeypatch, render):
    monkeypatch.setattr(functions, "load", lambda name: broken)
    monkeypatch.setattr(functions, "load_go", lambda name: broken)
    with pytest.raises(TypeError, match="unsupported operand") as caught:
        render("{{ hello() }}" if render is text else "{{ hello }}")
    assert "at web/templates/t.yaml:1:" in caught.value.__notes__[0]
