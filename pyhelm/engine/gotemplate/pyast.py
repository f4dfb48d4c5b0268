"""Nodes of Python's syntax tree for what templates are compiled to, each with its line.

The line is the id of a template's node and one, so that a traceback says which node failed.
"""

from __future__ import annotations

import ast

from pyhelm._typing import Any

LOAD, STORE = ast.Load(), ast.Store()


def constant(value: Any, node: int) -> ast.expr:
    """A value as it is."""
    return ast.Constant(value, lineno=node + 1, col_offset=0)


def name(name: str, node: int) -> ast.expr:
    """A local or global, read."""
    return ast.Name(name, LOAD, lineno=node + 1, col_offset=0)


def target(name: str, line: int) -> ast.Name:
    """A local, set."""
    return ast.Name(name, STORE, lineno=line, col_offset=0)


def call(function: str, args: list[ast.expr], node: int) -> ast.expr:
    """A function called."""
    return ast.Call(name(function, node), args, [], lineno=node + 1, col_offset=0)


def method(called: str, args: list[ast.expr], node: int) -> ast.expr:
    """A method of the runtime called."""
    line = node + 1
    function = ast.Attribute(name("rt", node), called, LOAD, lineno=line, col_offset=0)
    return ast.Call(function, args, [], lineno=line, col_offset=0)


def fault(message: str, node: int, *before: ast.expr) -> ast.expr:
    """A call that fails, when what comes before it is done."""
    return call("fault", [constant(message, node), *before], node)


def statement(expr: ast.expr) -> ast.stmt:
    """An expression as a statement."""
    return ast.Expr(expr, lineno=expr.lineno, col_offset=0)


def out(expr: ast.expr, node: int) -> ast.stmt:
    """Text written."""
    return statement(call("out", [expr], node))


def assign(local: str, value: ast.expr, line: int) -> ast.stmt:
    """A local given a value."""
    return ast.Assign([target(local, line)], value, lineno=line, col_offset=0)
