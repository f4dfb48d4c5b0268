"""Quantities by their value, as apimachinery's `resource.Quantity` compares them."""

from __future__ import annotations

import pytest

from pyhelm.kube.quantities import same_quantity


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1", "1000m"),
        ("1", 1),
        (0.5, "500m"),
        ("1Gi", "1073741824"),
        ("1Gi", "1024Mi"),
        ("1e3", "1k"),
        ("1E3", "1000"),
        ("0.1", "100m"),
        ("1.5Gi", "1536Mi"),
        ("-1", "-1000m"),
        ("1n", "0.000000001"),
        ("100u", "0.1m"),
        ("2E", "2000P"),
        (".5", "500m"),
        ("5.", "5"),
    ],
)
def test_the_same(one, other):
    assert same_quantity(one, other)
    assert same_quantity(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1", "1001m"),
        ("1k", "1Ki"),
        ("1G", "1Gi"),
        ("1", "one"),
        ("one", "one"),
        ("", ""),
        (True, 1),
        (None, None),
        ("1 ", "1"),
        ("1Kb", "1000b"),
        ("1Ei", "1E"),
    ],
)
def test_not_the_same(one, other):
    assert not same_quantity(one, other)
