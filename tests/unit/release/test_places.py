"""Where a field of an object stands in a manifest's text."""

from __future__ import annotations

import pytest

from pyhelm.release.manifest import opened
from pyhelm.release.model import Manifest
from pyhelm.release.places import lines_of

NESTED = """\
kind: List
items:
- kind: A
- kind: List
  items:
  - kind: B
    metadata: {name: b}
  - kind: C
    metadata:
      name: c
"""


def place(text, path, item=0):
    manifest = Manifest("a.yaml", text)
    return lines_of(manifest, opened(manifest.object)[item], path)


@pytest.mark.parametrize(("item", "line"), [(1, 7), (2, 10)])
def test_an_item_of_a_list_within_a_list(item, line):
    assert place(NESTED, ("metadata", "name"), item)[0] == line


def test_an_item_of_a_kinds_own_list_which_has_the_lists_kind():
    text = "apiVersion: v1\nkind: AList\nitems:\n- metadata: {name: a}\n- metadata:\n    name: b\n"
    assert place(text, ("metadata", "name"), 1) == [6, 5]


def test_a_row_of_a_list():
    assert place("kind: A\nrows:\n- 1\n- 2\n", ("rows", 1)) == [4, 2]


def test_what_a_merge_brings_is_where_it_is_merged():
    text = "kind: A\nbase: &base\n  a: 1\nmade:\n  <<: *base\n"
    assert place(text, ("made", "a")) == [4]


def test_a_step_into_a_scalar_ends_there():
    assert place("kind: A\nspec: 1\n", ("spec", "a", 0)) == [2]


def test_text_that_another_reader_refuses_has_no_lines():
    for text in ("a: \x01", ""):
        assert lines_of(Manifest("a.yaml", text, {"a": "b"}), {"a": "b"}, ("a",)) == []
