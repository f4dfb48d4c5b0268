"""What Python says of a call, a loop or a value, in a template's terms."""

from __future__ import annotations

from pyhelm._lazy import lazy_pattern

_ABSENT = lazy_pattern(r"(\w+)\(\) missing \d+ required positional arguments?: (.*)")
_TYPED = (
    (
        lazy_pattern(r"'(\S+)' not supported between instances of '(\w+)' and '(\w+)'"),
        "{2} {1} {3} can't be compared",
    ),
    (
        lazy_pattern(r"unsupported operand type\(s\) for (\S+): '(\w+)' and '(\w+)'"),
        "{2} {1} {3} can't be worked out",
    ),
    (lazy_pattern(r"object of type '(\w+)' has no len\(\)"), "{1} has no length"),
    (lazy_pattern(r"bad operand type for unary (\S): '(\w+)'"), "{1} {2} can't be worked out"),
    (lazy_pattern(r"argument of type '(\w+)' is not iterable"), "nothing can be in {1}"),
    (lazy_pattern(r"'(\w+)' object is not iterable"), "a list is needed, not {1}"),
    (lazy_pattern(r"'(\w+)' object has no attribute 'items'"), "a mapping is needed, not {1}"),
    (
        lazy_pattern(r"'(\w+)' object cannot be interpreted as an integer"),
        "an integer is needed, not {1}",
    ),
)
"""What Python says of values, by their types, and how templates are told."""

_TYPES = {
    **dict.fromkeys(("generator", "range"), "a sequence that needs `| list`"),
    "str": "text",
    "int": "an integer",
    "float": "a number",
    "bool": "a boolean",
    "NoneType": "null",
    "list": "a list",
    "Tree": "a mapping",
    "dict": "a mapping",
    "Omit": "omit",
}


def in_words(text: str) -> str:
    """An error of Python's in words of a template; what has none is as it was."""
    absent = _ABSENT.search(text)
    if absent:
        name = "this call" if absent[1].startswith("__") else absent[1]
        return f"{name}: an argument is missing, {absent[2]}"
    if "values to unpack" in text or "cannot unpack" in text:
        return "the items have not as many parts as the loop has names; write | items for a mapping"
    for pattern, words in _TYPED:
        found = pattern.search(text)
        if found:
            kinds = (_TYPES.get(each, each) for each in found.groups())
            return text[: found.start()] + words.format("", *kinds)
    return text
