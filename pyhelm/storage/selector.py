"""Label selectors for the drivers that have no API server to evaluate them."""

from __future__ import annotations

import re

from pyhelm._lazy import lazy_pattern
from pyhelm._typing import Mapping

_TERM = lazy_pattern(
    r"\s*(!?)([\w./-]+)\s*(?:(==|!=|=)\s*([\w.-]*)|(in|notin)\s*\(([^)]*)\))?\s*\Z"
)


def check(selector: str) -> None:
    """Raises ValueError where a selector is none."""
    for term in _terms(selector):
        _fits(term, {})


def matches(selector: str, labels: Mapping[str, str]) -> bool:
    """Whether labels fit a selector (`a=b,c!=d,e in (f,g),!h`); raises ValueError for another."""
    return all(_fits(term, labels) for term in _terms(selector))


def _terms(selector: str) -> list[str]:
    return [term for term in re.split(r",(?![^(]*\))", selector) if term.strip()]


def _fits(term: str, labels: Mapping[str, str]) -> bool:
    match = _TERM.match(term)
    if match is None:
        raise ValueError(f"unable to parse requirement: {term!r}")
    absent, key, operator, value, among, choices = match.groups()
    own = labels.get(key)
    if operator:
        return (own == value) != (operator == "!=")
    if among:
        return (own in [each.strip() for each in choices.split(",")]) != (among == "notin")
    return (own is None) == bool(absent)
