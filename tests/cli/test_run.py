"""Exit codes, errors and streams of whole runs."""

from __future__ import annotations

import errno
import io
import os
import shlex
import subprocess
import sys

import pytest

from pyhelm.cli.run import run
from pyhelm.cli.terminal import Terminal, log_line, prepare_streams
from pyhelm.errors import ClusterUnreachable, PyHelmError
from pyhelm.settings import Settings


class Broken:
    """A Client whose every call raises."""

    def __init__(self, error):
        self.error = error

    def __call__(self, settings, reporter):
        return self

    def close(self):
        """Nothing is open."""

    def __getattr__(self, name):
        raise self.error


def test_errors_are_one_line_on_standard_error(cli):
    result = cli("list", connect=Broken(ClusterUnreachable("no cluster")))
    assert result.transcript == "exit 1\n--- out\n--- err\nError: no cluster\n"


@pytest.mark.parametrize(
    ("line", "prefix"),
    [
        ("install db ./mysql", "INSTALLATION FAILED: "),
        ("uninstall db", ""),
        ("rollback db", ""),
        ("template ./mysql", ""),
    ],
)
def test_operations_say_what_failed(cli, line, prefix):
    assert cli(line, connect=Broken(PyHelmError("boom"))).err == f"Error: {prefix}boom\n"


def test_a_flag_that_is_nearly_one(cli):
    assert cli("list --al-namespaces").err == (
        "Error: unknown flag: --al-namespaces\n\nDid you mean this?\n\t--all-namespaces\n"
    )
    assert cli("list --nosuch").err == "Error: unknown flag: --nosuch\n"


@pytest.mark.parametrize("line", ["-v", "--version"])
def test_the_version_by_a_flag(cli, line):
    assert cli(line) == cli("version")


def test_verbosity(cli):
    assert cli("-v").code == 0
    assert cli("env HELM_DEBUG -v 5").out == cli("env HELM_DEBUG --v=0").out == "false\n"
    assert cli("env HELM_DEBUG -v 6").out == cli("env HELM_DEBUG -v=9").out == "true\n"
    assert cli("list -v").err == "Error: flag needs an argument: 'v' in -v\n"
    assert cli("list -v x").err == (
        'Error: invalid argument "x" for "-v, --v" flag: strconv.ParseInt: parsing "x": invalid'
        " syntax\n"
    )


def test_a_servers_text_can_not_move_the_cursor(cli):
    result = cli("list", connect=Broken(PyHelmError("a\x1b[2J\nb\u202ec")))
    assert result.err == "Error: a[2J\nbc\n"


def test_interruption(cli):
    assert cli("list", connect=Broken(KeyboardInterrupt())).transcript == (
        "exit 130\n--- out\n--- err\nInterrupted.\n"
    )


def test_the_systems_errors_are_no_bugs(cli):
    full = OSError(errno.ENOSPC, "No space left on device", "index.yaml")
    result = cli("list", connect=Broken(full))
    assert (result.code, result.err) == (1, "Error: index.yaml: No space left on device\n")


def test_bugs_say_so(cli):
    result = cli("list", connect=Broken(ZeroDivisionError("x\ny")))
    assert result.code == 1
    assert result.err == (
        "Error: this is a bug in PyHelm (ZeroDivisionError: x); run it again with --debug for the"
        " traceback to report\n"
    )


def test_a_bug_in_a_render_names_the_place(cli):
    error = ZeroDivisionError("x")
    error.add_note("at web/templates/t.yaml:1:3")
    assert "(ZeroDivisionError: x) at web/templates/t.yaml:1:3; run" in (
        cli("list", connect=Broken(error)).err
    )


def test_bugs_show_a_traceback_with_debug(cli):
    result = cli("list --debug", connect=Broken(ZeroDivisionError("x")))
    assert "Traceback (most recent call last)" in result.err
    assert result.err.endswith("Error: this is a bug in PyHelm (ZeroDivisionError: x)\n")


def test_bugs_show_a_traceback_where_the_environment_says_debug(cli):
    result = cli("list", connect=Broken(ZeroDivisionError("x")), env={"HELM_DEBUG": "true"})
    assert "Traceback (most recent call last)" in result.err


def test_termination_is_an_interruption():
    program = (
        "import signal, sys; sys.argv = ['pyhelm', 'list']\n"
        "import pyhelm.cli.listing as listing\n"
        "listing.releases = lambda call: signal.raise_signal(signal.SIGTERM)\n"
        "from pyhelm.__main__ import main; main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "Interrupted.\n")


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_who_interrupts_twice_means_at_once():
    program = """
import os, signal, sys, time
import pyhelm.cli.run
from pyhelm.__main__ import main

def run(argv):
    try:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(100)
    finally:
        print("recording", flush=True)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(100)

pyhelm.cli.run.run = run
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True, text=True, encoding="utf-8", check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (130, "recording\n", "")


def test_the_reader_of_a_pipe_may_leave():
    done = subprocess.run(
        f'"{sys.executable}" -m pyhelm | {sys.executable} -c "import sys; sys.stdin.readline()"',
        shell=True, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.stderr == ""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
def test_a_full_disk_is_told():
    # Without a buffer it is another line that fails.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "pyhelm", "version"], env=environment,
            stdout=full, stderr=subprocess.PIPE, text=True, encoding="utf-8", check=False,
        )  # fmt: skip
    told = "Error: write to standard output: No space left on device\n"
    assert (done.returncode, done.stderr) == (1, told)


def test_what_waits_for_the_exit_is_run():
    program = (
        "import atexit, sys; sys.argv = ['pyhelm', 'version', '--short']\n"
        "atexit.register(print, 'gone', file=sys.stderr)\n"
        "from pyhelm.__main__ import main; main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "gone\n")
    assert done.stdout.startswith("v")


def test_output_that_a_console_lacks_is_replaced():
    done = subprocess.run(
        [sys.executable, "-c", "from pyhelm.__main__ import main; main()", "help", "日本⎈"],
        env={**os.environ, "PYTHONIOENCODING": "cp932", "PYTHONUTF8": "0"},
        capture_output=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr.decode("utf-8")) == (
        0, "Unknown help topic [`日本⎈`]\n",
    )  # fmt: skip


def test_consoles_keep_their_encoding(monkeypatch):
    class Console(io.TextIOWrapper):
        def isatty(self):
            return True

    written = io.BytesIO()
    console = Console(written, encoding="cp932")
    monkeypatch.setattr(sys, "stdout", console)
    prepare_streams()
    console.write("日本\U0001f600⎈\n")
    console.flush()
    assert written.getvalue() == "日本??\n".encode("cp932")


@pytest.mark.parametrize(
    ("argv", "env", "expected"),
    [
        ("--namespace shop", {"HELM_NAMESPACE": "other"}, {"namespace": "shop"}),
        ("", {"HELM_NAMESPACE": "other"}, {"namespace": "other"}),
        ("--kube-context c --qps 2.5", {}, {"kube_context": "c", "qps": 2.5}),
        ("--color never", {"HELM_COLOR": "always"}, {"color": "never"}),
        ("--kube-as-group a --kube-as-group b", {}, {"kube_as_groups": ("a", "b")}),
        ("--repository-config r.yaml", {}, {"repository_config": "r.yaml"}),
        ("--debug", {}, {"debug": True}),
    ],
)
def test_global_flags_win_over_the_environment(cli, argv, env, expected):
    seen: list[Settings] = []

    def connect(settings, reporter):
        seen.append(settings)
        raise PyHelmError("enough")

    cli(f"list {argv}", env=env, connect=connect)
    assert {name: getattr(seen[0], name) for name in expected} == expected


def test_colour_modes(cli):
    assert cli("version --color mauve").err == (
        'Error: invalid color mode "mauve": must be one of: never, auto, always\n'
    )


def test_environment(cli, tmp_path, golden):
    env = {"HELM_KUBETOKEN": "s3cret", "HELM_NAMESPACE": "shop"}
    result = cli("env", env=env)
    assert "s3cret" not in result.out
    text = result.out.replace(str(tmp_path), "HOME")
    golden("env.txt", "\n".join(x for x in text.split("\n") if not x.startswith("HELM_BIN")))
    assert cli("env HELM_NAMESPACE", env=env).out == "shop\n"
    assert cli("env NOPE", env=env).out == "\n"


def test_version(cli):
    assert cli("version --short").out == "v0.1.0\n"
    assert 'HelmVersion:"v4.3.1"' in cli("version").out


@pytest.mark.parametrize(
    ("template", "out", "err"),
    [
        ("{{.Version}}", "v0.1.0", ""),
        ('{{printf "%q" .HelmVersion}}', '"v4.3.1"', ""),
        ("{{.Foo}}", "", "can't evaluate field Foo in type version.BuildInfo"),
        ("{{upper .Version}}", "", 'template: _:1: function "upper" not defined'),
        ("{{.Version", "", "template: _:1: unclosed action"),
    ],
)
def test_version_by_template(cli, template, out, err):
    result = cli(f"version --template {shlex.quote(template)}")
    assert (result.out, result.code) == (out, 1 if err else 0)
    assert err in result.err


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("plain", "level=WARN msg=plain"),
        ("two words", 'level=WARN msg="two words"'),
        ('a="b"\n', 'level=WARN msg="a=\\"b\\"\\n"'),
        ("", 'level=WARN msg=""'),
    ],
)
def test_log_lines(message, expected):
    assert log_line("WARN", message) == expected


def test_run_prints_to_the_process_when_given_no_terminal(capsys):
    assert run(["version", "--short"]) == 0
    assert capsys.readouterr().out == "v0.1.0\n"
    assert isinstance(Terminal().out, io.TextIOBase)
