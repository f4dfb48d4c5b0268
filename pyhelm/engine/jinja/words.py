"""What Python says of a call, a loop or a comparison, in a template's terms."""

from __future__ import annotations

from pyhelm._lazy import lazy_pattern

_ABSENT = lazy_pattern(r"(\w+)\(\) missing \d+ required positional arguments?: (.*)")
_COMPARED = lazy_pattern(r"'(\S+)' not supported between instances of '(\w+)' and '(\w+)'")
_SIZED = lazy_pattern(r"object of type '(\w+)' has no len\(\)")
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
}


def in_words(text: str) -> str:
    """An error of Python's in words of a template; what has none is as it was."""
    absent = _ABSENT.search(text)
    if absent:
        name = "this call" if absent[1].startswith("__") else absent[1]
        return f"{name}: an argument is missing, {absent[2]}"
    if "values to unpack" in text or "cannot unpack" in text:
        return "the items have not as many parts as the loop has names; write | items for a mapping"
    sized = _SIZED.search(text)
    if sized:
        kind = _TYPES.get(sized[1], sized[1])
        return f"{text[: sized.start()]}{kind} has no length"
    compared = _COMPARED.match(text)
    if compared:
        sign, left, right = compared.groups()
        return f"{_TYPES.get(left, left)} {sign} {_TYPES.get(right, right)} can't be compared"
    return text
