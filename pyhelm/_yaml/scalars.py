"""What a plain scalar is: go-yaml v2's resolution of YAML 1.1, which differs from PyYAML's."""

from __future__ import annotations

from pyhelm._lazy import lazy_pattern
from pyhelm._typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import re

BOOLEANS = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "off", "Off", "OFF"), False),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
NULLS = frozenset(("", "~", "null", "Null", "NULL"))
INFINITIES = {
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
}
_NUMERIC = "0123456789+-._:abcdefABCDEFxXoOT"
"""The characters of numbers; `5Gi` and `http` have others at their ends."""

FIRST = frozenset("yYnNtTfFoO~+-0123456789.")
"""A plain scalar that starts with anything else is a string."""

_FLOAT = lazy_pattern(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_DOT_FLOAT = lazy_pattern(r"\.[0-9](?:_?[0-9])*(?:[eE][-+]?[0-9](?:_?[0-9])*)?\Z")
_INTEGER = lazy_pattern(
    r"(?P<sign>[-+]?)(?:0[xX](?P<hex>[0-9a-fA-F]+)|0[bB](?P<bin>[01]+)|0[oO](?P<oct>[0-7]+)"
    r"|0(?P<old>[0-7]+)|(?P<dec>0|[1-9][0-9]*))\Z"
)
_BASES = {"hex": 16, "bin": 2, "oct": 8, "old": 8, "dec": 10}
_DATE = lazy_pattern(
    r"\d{4}-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
    r"(?:(?:[Tt]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))"
    r"|(?: \d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?))?\Z"
)
_SURROGATES = lazy_pattern("[\ud800-\udfff]")
_SEXAGESIMAL = lazy_pattern(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?\Z")


MOST_KNOWN = 4096
"""Scalars whose values are remembered; manifests say the same over and over."""

_known: dict[str, Any] = {}


def resolve(text: str) -> Any:
    """The value of a plain scalar: None, a bool, int, float, or the text itself.

    Dates and sexagesimals (`1:30`) stay text, as sigs.k8s.io/yaml hands them out.
    """
    if not text:
        return None
    if text[0] not in FIRST:
        return text
    if text not in _known:
        if len(_known) >= MOST_KNOWN:
            _known.clear()
        _known[text] = _resolve(text)
    return _known[text]


def _resolve(text: str) -> Any:
    if text in BOOLEANS:
        return BOOLEANS[text]
    if text in NULLS:
        return None
    if text in INFINITIES:
        return INFINITIES[text]
    if text[0] == ".":
        return _float(text, text) if _DOT_FLOAT.match(text) else text
    if text[0] in "+-0123456789":
        return _number(text)
    return text


def _number(text: str) -> Any:
    if text.strip(_NUMERIC) or is_date(text):
        return text
    if text.count(".") > 1:
        return text
    whole, _, fraction = text.partition(".")
    if (
        whole.isdecimal()
        and whole.isascii()
        and (whole[0] != "0" or whole == "0")
        and len(whole) < 16
    ):
        if fraction.isdecimal() and fraction.isascii():
            return float(text)
        if whole == text:
            return int(text)
    plain = text.replace("_", "")
    match = _INTEGER.match(plain)
    if match is not None:
        integer = _integer(match)
        if -(2**63) <= integer < 2**64 and not (plain[0] in "+-" and integer >= 2**63):
            return integer
    if plain.isdecimal() and plain.isascii() and len(plain) <= 6:
        # 08, which is no octal: go-yaml makes a float of it, which Go writes as 8 up to 6 digits.
        return int(plain)
    return _float(plain, text) if _FLOAT.match(plain) else text


def _integer(match: re.Match[str]) -> int:
    base = str(match.lastgroup)
    value = int(match[base], _BASES[base])
    return -value if match["sign"] == "-" else value


def _float(plain: str, text: str) -> Any:
    """The number, or the text when it is too large for a float64 (ParseFloat's range error)."""
    value = float(plain)
    return text if value in (float("inf"), float("-inf")) else value


def is_date(text: str) -> bool:
    """Whether go-yaml takes the text for a timestamp (and we then keep it as text)."""
    if text[4:5] != "-":
        return False
    match = _DATE.match(text)
    return match is not None and 1 <= int(match["month"]) <= 12 and 1 <= int(match["day"]) <= 31


def needs_quotes(text: str) -> bool:
    """Whether a string would come back as something else if it were written plain."""
    if not text:
        return True
    if text[0] not in FIRST:
        return False
    if not isinstance(resolve(text), str):
        return True
    return is_date(text) or (":" in text and _SEXAGESIMAL.match(text) is not None)


def whole_text(value: Any) -> Any:
    """A value whose texts have U+FFFD for each byte, and each half of a pair, that is no UTF-8.

    So Go's JSON has it. The value itself where nothing is to be replaced.
    """
    if isinstance(value, str):
        return value if value.isascii() else _SURROGATES.sub("\ufffd", value)
    if isinstance(value, dict):
        return {whole_text(key): whole_text(each) for key, each in value.items()}
    return [whole_text(each) for each in value] if isinstance(value, list) else value


def copied(value: Any) -> Any:
    """A copy of a document's value: mappings and sequences are new, the rest can't change."""
    if isinstance(value, dict):
        return {key: copied(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [copied(each) for each in value]
    return value
