"""What `kubectl get -o wide` shows of one object, under a clock that stands still."""

from __future__ import annotations

import functools

from pyhelm.simulator import clock, tables
from pyhelm.simulator.resources import Registry

NOW = 1_800_000_000.0


def ago(seconds):
    """A moment that many seconds before now, as the API server writes it."""
    return clock.stamp(NOW - seconds)


def named(kind, api_version="v1", *, name="x", metadata=None, **fields):
    """An object that is five minutes old."""
    about = {"name": name, "creationTimestamp": ago(300), **(metadata or {})}
    return {"apiVersion": api_version, "kind": kind, "metadata": about, **fields}


@functools.cache
def registry():
    return Registry()


def table(*objects, metadata=None, include="None"):
    """The Table of objects; of a list where it is given a list's metadata."""
    resource = registry().of(objects[0]["apiVersion"], objects[0]["kind"])
    return tables.table(resource, list(objects), metadata or {}, include=include)


def shown(obj):
    """Columns and cells in their order; a plus stands before what only `-o wide` shows."""
    found = table(obj)
    heads = ["+" * each["priority"] + each["name"] for each in found["columnDefinitions"]]
    return dict(zip(heads, found["rows"][0]["cells"], strict=False))


def cell(obj, column):
    return shown(obj)[column]


def check(obj, expected):
    """That an object is shown as expected, in this order, after its name."""
    assert list(shown(obj).items()) == [("Name", "x"), *expected.items()]
