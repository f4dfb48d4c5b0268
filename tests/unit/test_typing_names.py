"""The names for annotations are those of `typing` and `collections.abc`."""

import ast
import collections.abc
import typing
from pathlib import Path

from pyhelm import _typing

STUB = Path(_typing.__file__).with_suffix(".pyi")


def test_stub_and_module_have_the_same_names():
    stubbed = {}
    for each in ast.parse(STUB.read_text(encoding="utf-8")).body:
        assert isinstance(each, ast.ImportFrom)
        stubbed.update({str(alias.asname): each.module for alias in each.names})
    # Type checkers read the stub, which has no such list.
    assert sorted(stubbed) == sorted(vars(_typing)["__all__"])
    for name, module in stubbed.items():
        assert hasattr(typing if module == "typing" else collections.abc, name)


def test_collections_are_the_real_ones():
    for name in ("Callable", "Iterable", "Mapping", "Sequence"):
        assert getattr(_typing, name) is getattr(collections.abc, name)
