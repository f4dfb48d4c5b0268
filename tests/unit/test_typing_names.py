"""The names for annotations are those of `typing` and `collections.abc`."""

import ast
import collections.abc
import typing
from pathlib import Path

from pyhelm import _typing

STUB = Path(_typing.__file__).with_suffix(".pyi")


def test_stub_and_module_have_the_same_names():
    imports = ast.parse(STUB.read_text(encoding="utf-8")).body
    stubbed = {alias.asname: each.module for each in imports for alias in each.names}
    assert sorted(stubbed) == sorted(_typing.__all__)
    for name, module in stubbed.items():
        assert hasattr(typing if module == "typing" else collections.abc, name)


def test_collections_are_the_real_ones():
    for name in ("Callable", "Iterable", "Mapping", "Sequence"):
        assert getattr(_typing, name) is getattr(collections.abc, name)
