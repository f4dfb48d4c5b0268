"""Templates compiled to Python functions, by way of Python's syntax tree.

A function gets the runtime, dot, where its text goes, and the variables of the template around it.
No name or text of a template becomes source code: they are constants. A node's id is the line of
what is made of it, so that a traceback says which node failed, at no cost while nothing does.
"""

from __future__ import annotations

import ast
from types import CodeType

from pyhelm._typing import Container, Iterator
from pyhelm.engine.gotemplate import nodes, pyast
from pyhelm.engine.gotemplate.compiled import Code, Shape, Unit
from pyhelm.engine.gotemplate.expressions import Expressions, Scope, Variable
from pyhelm.engine.gotemplate.forms import forms_of
from pyhelm.engine.gotemplate.outline import outline
from pyhelm.engine.gotemplate.parser import parse
from pyhelm.engine.gotemplate.signatures import ELEMENTS, PARAMETERS

FILE = "<template>"


def new_unit(name: str, source: str, functions: Container[str] | None = None) -> Unit:
    """A source that is found right, its code to be made when it is reached; raises ParseError.

    What is unusual is parsed and compiled at once: no error may come up later than in Helm.
    """
    found = outline(source, forms_of(functions))
    if found is not None and all(each.name != name for each in found.templates):
        return Unit(source, tuple(found.templates), functions, outline=found)
    parsed = parse(name, source, PARAMETERS if functions is None else functions)
    unit = Unit(source, parsed.templates, functions, is_whole=True)
    for each in parsed.templates:
        unit.code(each.shape)
    return unit


def compile_part(unit: Unit, shape: Shape) -> Code:
    """The code of a body."""
    start, stop, dot, variables = shape
    body, _ = unit.part(start, stop)
    function = _Function()
    written = function.define(body, Variable("d", *dot), variables)
    module = compile(ast.Module([written], []), FILE, "exec", dont_inherit=True, optimize=0)
    made = next(each for each in module.co_consts if isinstance(each, CodeType))
    return Code(tuple(function.uses), made=made)


class _Function(Expressions):
    """Writes one body's function."""

    def define(
        self, body: nodes.Body, dot: Variable, variables: tuple[tuple[str, bool, str], ...]
    ) -> ast.FunctionDef:
        given = {
            name: Variable(f"a{index}", is_interface, element)
            for index, (name, is_interface, element) in enumerate(variables)
        }
        # A template's own dollar sign starts as its dot; a part is given the one of its template.
        dollar = Variable("s", dot.is_interface, dot.element)
        scope = Scope(dot, {"$": dollar, **given})
        start = pyast.assign(dollar.local, pyast.name(dot.local, 0), 1)
        statements = [*([] if "$" in given else [start]), *self.body(body, scope)]
        locals = ["rt", "d", "out", *(each.local for each in given.values())]
        statements = statements or [ast.Pass(lineno=1, col_offset=0)]
        names = [ast.arg(each, lineno=1, col_offset=0) for each in locals]
        arguments = ast.arguments([], names, None, [], [], None, [])
        return ast.FunctionDef("template", arguments, statements, [], lineno=1, col_offset=0)

    def body(self, body: nodes.Body, scope: Scope) -> Iterator[ast.stmt]:
        for node in body.nodes:
            yield from self.statement(node, scope)

    def block(self, body: nodes.Body | None, scope: Scope, line: int) -> list[ast.stmt]:
        made = [] if body is None else list(self.body(body, scope))
        return made or [ast.Pass(lineno=line, col_offset=0)]

    def statement(self, node: nodes.Statement, scope: Scope) -> Iterator[ast.stmt]:
        if isinstance(node, nodes.Text):
            yield pyast.out(pyast.constant(node.text, node.id), node.id)
        elif isinstance(node, nodes.Action):
            yield self.action(node, scope)
        elif isinstance(node, nodes.Call):
            yield self.call(node, scope)
        elif isinstance(node, nodes.Break):
            yield ast.Break(lineno=node.id + 1, col_offset=0)
        elif isinstance(node, nodes.Continue):
            yield ast.Continue(lineno=node.id + 1, col_offset=0)
        elif isinstance(node, nodes.Later):
            yield self.later(node, scope)
        elif node.keyword == "range":
            yield from self.range(node, scope)
        else:
            yield from self.condition(node, scope)

    def action(self, node: nodes.Action, scope: Scope) -> ast.stmt:
        value = self.pipeline(node.pipe, scope)
        if node.pipe.declares:
            return ast.Expr(value.expr, lineno=node.id + 1, col_offset=0)
        shown = value.expr if value.type == "string" else pyast.call("show", [value.expr], node.id)
        return pyast.out(shown, node.id)

    def call(self, node: nodes.Call, scope: Scope) -> ast.stmt:
        """`{{template}}` writes straight to this template's output."""
        data = pyast.constant(None, node.id)
        if node.pipe is not None:
            data = self.pipeline(node.pipe, scope).expr
        out = pyast.name("out", node.id)
        name = pyast.constant(node.name, node.id)
        return pyast.statement(pyast.method("template", [name, data, out], node.id))

    def later(self, node: nodes.Later, scope: Scope) -> ast.stmt:
        """A body that is compiled when it is reached: a function of its own."""
        known = [(name, scope.variables.get(name)) for name in node.part.names]
        given = [(name, variable) for name, variable in known if variable is not None]
        variables = tuple((name, each.is_interface, each.element) for name, each in given)
        dot = scope.dot.is_interface, scope.dot.element
        shape: Shape = (node.part.start, node.part.stop, dot, variables)
        function = pyast.call("part", [pyast.constant(shape, node.id)], node.id)
        locals = ["rt", scope.dot.local, "out", *(each.local for _, each in given)]
        args = [pyast.name(each, node.id) for each in locals]
        return pyast.statement(ast.Call(function, args, [], lineno=node.id + 1, col_offset=0))

    def condition(self, node: nodes.Branch, scope: Scope) -> Iterator[ast.stmt]:
        """`if`, and `with`, which makes the value dot."""
        inner = scope.inner()
        line = node.id + 1
        value = self.pipeline(node.pipe, inner)
        test, then = value.expr, inner.inner()
        if node.keyword == "with":
            dot = Variable(self.local("d"))
            yield pyast.assign(dot.local, value.expr, line)
            test, then = pyast.name(dot.local, node.id), inner.inner(dot)
        otherwise = list(self.body(node.otherwise, inner.inner())) if node.otherwise else []
        yield ast.If(test, self.block(node.body, then, line), otherwise, lineno=line, col_offset=0)

    def range(self, node: nodes.Branch, scope: Scope) -> Iterator[ast.stmt]:
        line = node.id + 1
        inner = scope.inner()
        declares = node.pipe.declares
        # What is assigned to has all of it first, and each element then.
        value = self.pipeline(node.pipe, inner, declares=node.pipe.is_assign)
        items, whole = self.local("i"), self.local("w")
        if declares and node.otherwise:
            bound = ast.NamedExpr(pyast.target(whole, line), value.expr, lineno=line, col_offset=0)
            value = value.of(bound)
        function = "pairs" if len(declares) > 1 else "elements"
        loaded = pyast.method(function, [value.expr, _size(node.body)], value.last)
        yield pyast.assign(items, loaded, line)
        element = Variable(self.local("d"), True, ELEMENTS.get(value.type, ""))
        loop = inner.inner(element)
        targets, bind = self.loop_variables(node, loop, element)
        body = [*bind, *self.block(node.body, loop, line)]
        over = pyast.name(items, node.id)
        each = ast.For(targets, over, body, [], lineno=line, col_offset=0)
        if node.otherwise is None:
            yield each
            return
        none = inner.inner()
        if not node.pipe.is_assign:
            none.variables.update({each.name: Variable(whole) for each in declares})
        other = self.block(node.otherwise, none, line)
        test = pyast.name(items, node.id)
        yield ast.If(test, [each], other, lineno=line, col_offset=0)

    def loop_variables(
        self, node: nodes.Branch, scope: Scope, element: Variable
    ) -> tuple[ast.expr, list[ast.stmt]]:
        """What a loop assigns to in each turn, and the statements that hand it on."""
        declares = node.pipe.declares
        line = node.id + 1
        targets: list[ast.expr] = [pyast.target(element.local, line)]
        bind: list[ast.stmt] = []
        key = self.local("k")
        if len(declares) > 1:
            targets.insert(0, pyast.target(key, line))
        for variable, local in zip(declares, [key, element.local][-len(declares) :], strict=False):
            is_interface = local is element.local
            if node.pipe.is_assign:
                known = scope.variables.get(variable.name)
                if known is not None:
                    bind.append(pyast.assign(known.local, pyast.name(local, node.id), line))
                    kind = element.element if is_interface else ""
                    scope.variables[variable.name] = Variable(known.local, is_interface, kind)
            else:
                own = self.local("v")
                bind.append(pyast.assign(own, pyast.name(local, node.id), line))
                kind = element.element if is_interface else ""
                scope.variables[variable.name] = Variable(own, is_interface, kind)
        if len(targets) == 1:
            return targets[0], bind
        return ast.Tuple(targets, pyast.STORE, lineno=line, col_offset=0), bind


def _size(body: nodes.Body) -> ast.expr:
    """How much text one turn of a loop writes at least."""
    size = sum(len(node.text) for node in body.nodes if isinstance(node, nodes.Text))
    return pyast.constant(size, body.id)
