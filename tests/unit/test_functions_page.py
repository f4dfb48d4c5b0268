"""docs/functions.md is what its generator makes, and has every name that templates can use."""

from __future__ import annotations

import re

import pytest
from jinja2.filters import FILTERS

from pyhelm.engine import functions
from pyhelm.engine.jinja.environment import ChartEnvironment
from pyhelm.engine.jinja.filters import REMOVED
from pyhelm.engine.meter import Meter
from pyhelm.engine.objects import Files
from pyhelm.settings import Budget
from scripts.functions import TARGET, Entry, entries, page, result

ENTRIES = list(entries())
OURS = {"include", "lookup", "tpl", "omit", "sprig"}
ALIASES = [(each, name) for each in ENTRIES for name in each.names[1:]]


def names(group: str) -> set[str]:
    return {name for each in ENTRIES if each.group == group for name in each.names}


def test_the_page_is_what_the_generator_makes():
    assert TARGET.read_text(encoding="utf-8") == page()


def test_every_function_is_there():
    shown = {name.removeprefix("sprig.") for each in ENTRIES for name in helms(each)}
    assert shown == set(functions.NAMES)
    assert names("Ours") >= OURS | {f"Files.{name}" for name in Files._exposed}


def helms(entry: Entry) -> tuple[str, ...]:
    return () if entry.group == "Ours" or entry.group.startswith("Jinja") else entry.names


def test_every_filter_test_and_function_of_jinja_is_there():
    environment = ChartEnvironment(Meter(Budget()))
    own = {n for n in environment.filters if not n.startswith("__")} - set(functions.NAMES)
    both = set(functions.NAMES) & set(FILTERS)
    assert names("Jinja's filters") == (own - set(REMOVED)) | both
    tests = {name for name in environment.tests if name.isidentifier()}
    assert names("Jinja's tests") == tests
    assert names("Jinja's functions") == {"range", "dict", "namespace"}


@pytest.mark.parametrize(("entry", "name"), ALIASES)
def test_names_of_one_entry_do_the_same(entry, name):
    changed = re.sub(rf"\b{entry.names[0]}\b", name, entry.example, count=1)
    assert changed != entry.example
    assert result(changed) == result(entry.example)


@pytest.mark.parametrize("entry", [each for each in ENTRIES if each.group != "Ours"])
def test_an_example_uses_what_it_is_for(entry):
    assert re.search(rf"\b{re.escape(entry.names[0])}\b", entry.example)
