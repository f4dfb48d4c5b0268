"""pflag's and cobra's rules for reading a command line."""

from __future__ import annotations

import pytest

from pyhelm.cli.commands import ROOT, child, children, commands
from pyhelm.cli.flag_values import READERS, read_duration, read_int, read_list, read_map
from pyhelm.cli.options import GLOBAL, HELP
from pyhelm.cli.parse import parse
from pyhelm.errors import UsageError


def values(*argv: str) -> dict[str, object]:
    found = parse(argv)
    return {key: found.values[key] for key in found.given}


def test_flags_and_arguments_may_come_in_any_order():
    found = parse(["-n", "shop", "install", "--wait", "db", "-gf", "a.yaml,b.yaml", "./mysql"])
    assert (found.command.path, found.args) == ("install", ["db", "./mysql"])
    assert found.values["files"] == ("a.yaml", "b.yaml")
    assert (found.values["namespace"], found.values["wait"]) == ("shop", "watcher")
    assert found.values["generate_name"] is True


def test_two_dashes_end_the_flags():
    assert parse(["template", "--", "-x", "--set"]).args == ["-x", "--set"]


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (("list", "-nshop"), {"namespace": "shop"}),
        (("list", "-n=shop"), {"namespace": "shop"}),
        (("list", "-Aq"), {"all_namespaces": True, "short": True}),
        (("list", "-A=false"), {"all_namespaces": False}),
        (("list", "-m5", "-ojson"), {"max": 5, "output": "json"}),
        (("list", "--max", "0x10"), {"max": 16}),
        (("install", "c", "--set", "a=1,b=2", "--set=c=3"), {"set": ("a=1,b=2", "c=3")}),
        (("install", "c", "-f", '"a,b",c'), {"files": ("a,b", "c")}),
        (
            ("install", "c", "-l", "a=1,b=2", "-l", "c=3"),
            {"labels": {"a": "1", "b": "2", "c": "3"}},
        ),
        (("install", "c", "--wait=legacy"), {"wait": "legacy"}),
        (("install", "c", "--timeout", "1h2m3.5s"), {"timeout": 3723.5}),
        (("install", "c", "--dry-run"), {"dry_run": "unset"}),
        (("install", "c", "--server-side=false"), {"server_side": False}),
        (("install", "c", "--atomic"), {"rollback_on_failure": True}),
        (("list", "--colour", "never"), {"color": "never"}),
        (
            ("--kube-as-group", "a,b", "list", "--kube-as-group", "c"),
            {"kube_as_groups": ("a,b", "c")},
        ),
    ],
)
def test_values(argv, expected):
    assert values(*argv) == expected


@pytest.mark.parametrize(
    "line", ["ls", "hist x", "del x", "inspect chart x", "dep up", "repo rm x"]
)
def test_aliases(line):
    assert parse(line.split()).command.run


def test_deprecated_flags_are_told_of_even_when_the_line_is_bad():
    notices: list[str] = []
    with pytest.raises(UsageError, match="unknown flag: --nope"):
        parse(["upgrade", "a", "b", "--atomic", "--nope"], notices)
    assert notices == [
        "Flag --atomic has been deprecated, use --rollback-on-failure instead",
    ]


def test_defaults_can_be_read():
    for command in commands():
        names = [option.name for option in (*command.options, *GLOBAL, HELP)]
        assert len(names) == len(set(names)), command.path
        shorts = [option.short for option in (*command.options, *GLOBAL, HELP) if option.short]
        assert len(shorts) == len(set(shorts)), command.path
        assert all(option.type in READERS for option in command.options)


def test_a_first_word_leads_to_its_table():
    for command in children(ROOT):
        for word in (command.name, *command.aliases):
            assert child(ROOT, word) is command
    assert child(ROOT, "nonsense") is None


def test_commands_can_be_imported():
    from importlib import import_module

    for command in commands():
        module, _, name = command.run.partition(":")
        if module and module != "pyhelm.cli.demo":
            assert callable(getattr(import_module(module), name)), command.path


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("1.5h", 5400),
        ("300ms", 0.3),
        ("-1m", -60),
        ("1m30s", 90),
        (".5s", 0.5),
        ("1.s", 1),
    ],
)
def test_durations(text, seconds):
    assert read_duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "-", ".s", "5", "1x", "s", "1m5", "٣s"])
def test_bad_durations(text):
    with pytest.raises(ValueError, match="time: "):
        read_duration(text)


@pytest.mark.parametrize(
    ("text", "fields"),
    [("", ()), ("a", ("a",)), ("a,", ("a", "")), (",a", ("", "a")), ('"a""b",c', ('a"b', "c"))],
)
def test_comma_separated(text, fields):
    assert read_list(text) == fields


def test_maps_keep_commas_in_a_single_pair():
    assert read_map("a=b,c") == {"a": "b,c"}


@pytest.mark.parametrize(("text", "number"), [("010", 8), ("1_000", 1000), ("-0b11", -3), ("0", 0)])
def test_integers(text, number):
    assert read_int(text) == number
