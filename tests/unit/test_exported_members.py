"""What is public is what `__all__` says, sorted, importable, and all that its signatures name."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pyhelm
from pyhelm import errors

FOR_ANNOTATIONS = ("pyhelm._typing", "pyhelm._datetime", "pyhelm._enum")


def test_all_is_sorted_and_complete():
    assert pyhelm.__all__ == sorted(pyhelm.__all__)
    assert {name for name in pyhelm.__all__ if not name.startswith("_")} == set(pyhelm._HOMES)
    for name in pyhelm.__all__:
        assert getattr(pyhelm, name) is not None
    assert dir(pyhelm) == pyhelm.__all__


def test_type_checkers_see_the_homes_that_names_are_imported_from():
    tree = ast.parse(inspect.getsource(pyhelm))
    seen = {
        a.name: n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) for a in n.names
    }
    assert {name: seen.get(name) for name in pyhelm._HOMES} == pyhelm._HOMES


def written(cls: Any) -> Iterator[str]:
    """What a class says of its fields, public methods and properties."""
    yield from (str(known.annotation) for known in vars(cls).get("__fields__", {}).values())
    for name, member in vars(cls).items():
        found = getattr(member, "fget", None) or getattr(member, "__func__", member)
        public = not name.startswith("_") or name == "__init__"
        if public and inspect.isfunction(found) and found.__module__ == cls.__module__:
            yield from map(str, found.__annotations__.values())


def signature(name: str) -> tuple[str, str]:
    """The module that a public name is from, and the text of all that it takes, gives and has."""
    module, found = pyhelm._HOMES[name], getattr(pyhelm, name)
    if inspect.isclass(found) and found.__module__ == module:
        return module, " ".join(written(found))
    tree = ast.parse(inspect.getsource(importlib.import_module(module)))
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if name in [each.id for each in targets if isinstance(each, ast.Name)]:
                return module, ast.unparse(node.value)
    raise AssertionError(f"{module} has no {name}")


def named(name: str) -> Iterator[str]:
    """PyHelm's own names in a public name's signature."""
    module, text = signature(name)
    tree = ast.parse(inspect.getsource(importlib.import_module(module)))
    imported = {
        alias.name: str(node.module)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    for word in re.findall(r"\b[A-Z]\w+", re.sub(r"'[^']*'|\"[^\"]*\"", "", text)):
        home = imported.get(word) or module
        own = home.startswith("pyhelm.") and home not in FOR_ANNOTATIONS
        if own and word in vars(importlib.import_module(home)):
            yield word


def test_every_name_in_a_public_signature_is_public():
    found = {(word, name) for name in pyhelm._HOMES for word in named(name)}
    assert ("Release", "Client") in found
    assert {(word, name) for word, name in found if word not in pyhelm.__all__} == set()


def every_error() -> Iterator[type[errors.PyHelmError]]:
    """The errors of all modules but the command line's, which raises for itself."""
    for module in pkgutil.walk_packages(pyhelm.__path__, "pyhelm."):
        if not module.name.startswith(("pyhelm.cli", "pyhelm.__main__", "pyhelm.simulator")):
            yield from (
                found
                for name, found in vars(importlib.import_module(module.name)).items()
                if inspect.isclass(found) and issubclass(found, errors.PyHelmError)
                if not name.startswith("_")
            )


def test_every_error_stands_in_the_tree():
    drawn = re.findall(r"[A-Z]\w+", str(errors.__doc__).partition("    PyHelmError")[2])
    for error in {*every_error()}:
        assert error.__module__ == "pyhelm.errors"
        assert error is errors.PyHelmError or error.__name__ in drawn


def test_the_tree_is_that_of_the_classes():
    path: list[Any] = [errors.PyHelmError]
    for line in str(errors.__doc__).partition("    PyHelmError\n")[2].splitlines():
        words = line.lstrip(" │├└─")
        depth = (len(line) - len(words)) // 4 - 1
        for name in [each for each in words.split("  ") if hasattr(errors, each)]:
            path[depth:] = [getattr(errors, name)]
            assert path[depth].__base__ is path[depth - 1], name


def test_an_unknown_name_is_an_attribute_error():
    assert not hasattr(pyhelm, "NoSuchThing")


def test_import_is_lazy():
    code = "import pyhelm, sys; print(*(m for m in sys.modules if m.startswith('pyhelm')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert sorted(done.stdout.split()) == [b"pyhelm", b"pyhelm._typing", b"pyhelm._version"]
