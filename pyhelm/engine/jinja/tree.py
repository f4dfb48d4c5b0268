"""Values as templates see them: mappings that know their path, for errors that name it."""

from __future__ import annotations

from pyhelm._typing import Any, Mapping


class Tree(dict[str, Any]):
    """A mapping with the path under which a template reaches it, such as `Values.image`."""

    __slots__ = ("path",)

    def __init__(self, items: Mapping[str, Any], path: str) -> None:
        super().__init__(items)
        self.path = path


def tree(value: Any, path: str) -> Any:
    """A value with every mapping in it made a Tree."""
    if isinstance(value, dict):
        return Tree({key: tree(each, _below(path, key)) for key, each in value.items()}, path)
    if isinstance(value, list):
        return [tree(each, f"{path}[{index}]") for index, each in enumerate(value)]
    return value


def _below(path: str, key: str) -> str:
    return f"{path}.{key}" if key.isidentifier() else f'{path}["{key}"]'
