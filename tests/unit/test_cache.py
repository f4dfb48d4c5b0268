"""What is kept between runs: only what is certainly ours is read, and nothing ever fails for it."""

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from pyhelm import _cache
from pyhelm._cache import Cache

VALUE = [("name", b"\x00code", ("uses",), True), 1.5, {"a": None}]

posix = pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX's")


@pytest.fixture
def cache(tmp_path):
    return Cache(str(tmp_path / "deep" / "cache"))


def test_what_is_put_is_got(cache):
    key = cache.key(b"one", b"two")
    assert cache.get(key) is None
    cache.put(key, VALUE)
    assert cache.get(key) == VALUE


def test_keys_tell_their_parts_apart(cache):
    keys = {cache.key(*parts) for parts in [(b"ab",), (b"a", b"b"), (b"", b"ab"), (b"ab", b"")]}
    assert len(keys) == 4


def test_without_a_directory_nothing_is_kept():
    cache = Cache("")
    cache.put(cache.key(b"x"), VALUE)
    assert cache.get(cache.key(b"x")) is None


@pytest.mark.parametrize("damage", [b"", b"x", b"\x00" * 40, None])
def test_a_broken_file_is_as_good_as_none(cache, damage):
    key = cache.key(b"x")
    cache.put(key, VALUE)
    path = os.path.join(cache.directory, key)
    with open(path, "rb") as file:
        data = file.read()
    with open(path, "wb") as file:
        file.write(data[:-1] + b"!" if damage is None else damage)
    assert cache.get(key) is None
    cache.put(key, VALUE)
    assert cache.get(key) == VALUE


@posix
@pytest.mark.parametrize("shared", ["directory", "file"])
def test_what_others_may_write_is_not_read(cache, shared):
    key = cache.key(b"x")
    cache.put(key, VALUE)
    path = cache.directory if shared == "directory" else os.path.join(cache.directory, key)
    os.chmod(path, 0o777)
    assert cache.get(key) is None


@posix
def test_nothing_is_written_where_others_may_write(cache):
    os.makedirs(cache.directory)
    os.chmod(cache.directory, 0o777)
    cache.put(cache.key(b"x"), VALUE)
    assert os.listdir(cache.directory) == []


def test_a_directory_that_cannot_be_made_is_no_error(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    cache = Cache(str(tmp_path / "file" / "cache"))
    cache.put(cache.key(b"x"), VALUE)
    assert cache.get(cache.key(b"x")) is None


def test_the_files_that_were_not_used_for_longest_go(cache, monkeypatch):
    monkeypatch.setattr(_cache, "MAX_BYTES", 3000)
    monkeypatch.setattr(_cache, "_SELDOM", 1)
    keys = [cache.key(b"%d" % number) for number in range(4)]
    for age, key in enumerate(keys[:3]):
        cache.put(key, "x" * 900)
        os.utime(os.path.join(cache.directory, key), (1000 + age, 1000 + age))
    cache.put(keys[3], "x" * 900)
    assert [cache.get(key) is not None for key in keys] == [False, True, True, True]


def test_a_write_looks_seldom_at_the_others_and_keeps_them_few(cache, monkeypatch):
    monkeypatch.setattr(_cache, "MAX_BYTES", 3000)
    scandir, looks = os.scandir, []

    def look(path):
        looks.append(path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", look)
    for number in range(3000):
        cache.put(cache.key(b"%d" % number), "x" * 900)
    assert 1 <= len(looks) < 300
    assert len(os.listdir(cache.directory)) < 1500


def test_many_processes_write_at_once(cache):
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        found = list(pool.map(_use, [cache.directory] * 16))
    assert found == [VALUE] * 16
    assert os.listdir(cache.directory) == [cache.key(b"x")]


def _use(directory):
    cache = Cache(directory)
    cache.put(cache.key(b"x"), VALUE)
    return cache.get(cache.key(b"x"))
