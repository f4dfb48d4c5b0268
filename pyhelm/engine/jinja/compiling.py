"""From a template's syntax tree to Python code: what is looked at, and added, before it is made."""

from __future__ import annotations

from math import isinf

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.compiler import CodeGenerator, Frame

from pyhelm._suggestion import suggestion
from pyhelm._typing import Any, Container, Iterable, Iterator


class Generator(CodeGenerator):
    """Works nothing out beforehand: code is kept, and `{{ 9 | randAlphaNum }}` is new each time."""

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: Any) -> str:
        if isinstance(node, nodes.TemplateData):
            return super()._output_child_to_const(node, frame, finalize)
        raise nodes.Impossible()

    def _import_common(self, node: nodes.Import | nodes.FromImport, frame: Frame) -> None:
        """An import of names that aren't there fails where it stands, not where they are used."""
        if not isinstance(node, nodes.FromImport):
            super()._import_common(node, frame)
            return
        names = tuple(each[0] if isinstance(each, tuple) else each for each in node.names)
        self.write(f"environment.exporting({names!r}, ")
        super()._import_common(node, frame)
        self.write(")")


def check(template: nodes.Template, name: str | None, environment: Environment) -> None:
    """Refuse what compiles, or fails in words of Python: TemplateSyntaxError.

    That is filters and tests that nobody knows, empty `{{ }}`, numbers without an end, arguments
    of one name, and `break` outside of loops.
    """
    for fault, line in _faults(template, environment):
        raise TemplateSyntaxError(fault, line, name)


def _faults(template: nodes.Template, environment: Environment) -> Iterator[tuple[str, int]]:
    """What is wrong, each with its line."""
    for used in template.find_all((nodes.Filter, nodes.Test)):
        fault = _fault(used, environment)
        if fault:
            yield fault, used.lineno
    for number in template.find_all(nodes.Const):
        if isinstance(number.value, float) and isinf(number.value):
            yield "this number is too large", number.lineno
    for macro in template.find_all(nodes.Macro):
        names = [argument.name for argument in macro.args]
        if len(set(names)) < len(names):
            yield f"the macro {macro.name} has two arguments of one name", macro.lineno
    for tag in _strays(template):
        yield f"{{% {type(tag).__name__.lower()} %}} stands in no {{% for %}}", tag.lineno


def _strays(node: nodes.Node, *, is_looped: bool = False) -> Iterator[nodes.Node]:
    """What would end a loop where there is none."""
    if isinstance(node, nodes.Break | nodes.Continue) and not is_looped:
        yield node
    is_for = isinstance(node, nodes.For)
    around = is_looped and not isinstance(node, nodes.Macro | nodes.CallBlock | nodes.Block)
    for child in node.iter_child_nodes(exclude=("else_",) if is_for else None):
        yield from _strays(child, is_looped=is_for or around)
    for child in node.else_ if isinstance(node, nodes.For) else ():
        yield from _strays(child, is_looped=around)


def _fault(used: Any, environment: Environment) -> str:
    is_filter = isinstance(used, nodes.Filter)
    known = environment.filters if is_filter else environment.tests
    if used.name not in known:
        return _unknown("filter" if is_filter else "test", used.name, known, environment.globals)
    if used.name.startswith("__") and isinstance(used.node, nodes.Tuple) and not used.node.items:
        return "a value is missing between {{ and }}"
    return ""


def _unknown(kind: str, name: str, known: Iterable[str], functions: Container[str]) -> str:
    text = f"there is no {kind} '{name}'"
    if kind == "filter" and name in functions:
        return f"{text}; it is a function: {name}(…)"
    return text + suggestion(name, [each for each in known if not each.startswith("__")])


def metered(template: nodes.Template) -> nodes.Template:
    """What goes on without a call is measured, by filters around what the author wrote.

    That is loops and concatenations; comparisons and slices, which Python does by itself; and keys.
    An `if` in a value that has no `else` gives something that says so.
    """
    for loop in template.find_all(nodes.For):
        loop.iter = _filtered(loop.iter, "__loop")
    for compared in list(template.find_all(nodes.Compare)):
        compared.expr = _filtered(compared.expr, "__walked")
        for operand in compared.ops:
            operand.expr = _filtered(operand.expr, "__walked")
    for item in list(template.find_all(nodes.Getitem)):
        if isinstance(item.arg, nodes.Slice):
            item.node = _filtered(item.node, "__walked")
    for pair in list(template.find_all(nodes.Pair)):
        pair.key = _filtered(pair.key, "__dictkey")
    for choice in template.find_all(nodes.CondExpr):
        if choice.expr2 is None:
            choice.expr2 = nodes.Filter(
                nodes.Const(None), "__nothing", [], [], None, None, lineno=choice.lineno
            )
    for output in list(template.find_all(nodes.Concat)):
        output.nodes[:] = [_joined(list(output.nodes), output.lineno)]
    return template


def _joined(items: list[nodes.Expr], lineno: int) -> nodes.Expr:
    return _filtered(nodes.List(items, lineno=lineno), "__joined")


def _filtered(value: Any, name: str) -> nodes.Expr:
    """An expression piped through a filter; a constant is as it is."""
    if isinstance(value, nodes.Const):
        return value
    return nodes.Filter(value, name, [], [], None, None, lineno=value.lineno)
