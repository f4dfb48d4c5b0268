"""Many results in one file of the cache."""

import pytest

from pyhelm import _shelf
from pyhelm._cache import Cache
from pyhelm._shelf import Shelf


@pytest.fixture
def cache(tmp_path):
    return Cache(str(tmp_path / "cache"))


def test_what_is_saved_is_there_the_next_time(cache):
    first = Shelf(cache, "x")
    assert first.get("a text") is None
    first.put("a text", {"a": [1, None]})
    first.put(b"bytes", ("b",))
    first.save()
    second = Shelf(cache, "x")
    assert second.get("a text") == {"a": [1, None]}
    assert second.get(b"bytes") == ("b",)
    assert Shelf(cache, "y").get("a text") is None


def test_each_get_is_a_copy(cache):
    shelf = Shelf(cache, "x")
    shelf.put("text", {"a": []})
    shelf.get("text")["a"].append(1)
    assert shelf.get("text") == {"a": []}


def test_nothing_is_written_when_nothing_is_new(cache, tmp_path):
    Shelf(cache, "x").save()
    assert not (tmp_path / "cache").exists()


def test_what_was_not_used_goes_first(cache, monkeypatch):
    monkeypatch.setattr(_shelf, "MOST", 2)
    for text in ("one", "two", "three"):
        shelf = Shelf(cache, "x")
        shelf.get("two")
        shelf.put(text, text)
        shelf.save()
    last = Shelf(cache, "x")
    assert (last.get("one"), last.get("two"), last.get("three")) == (None, "two", "three")


def test_without_a_directory_nothing_is_kept():
    shelf = Shelf(Cache(), "x")
    shelf.put("text", 1)
    assert shelf.get("text") is None
