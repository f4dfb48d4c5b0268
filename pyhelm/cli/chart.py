"""The commands that make, fetch and look at charts."""

from __future__ import annotations

import os
from pathlib import Path

from pyhelm._typing import Callable, Iterator
from pyhelm.chart.model import Chart, File
from pyhelm.cli.call import Call
from pyhelm.errors import ChartError, UsageError
from pyhelm.repo.options import ChartOptions, PullOptions

_README_NAMES = ("readme.md", "readme.txt", "readme")


def create(call: Call) -> None:
    """`pyhelm create NAME`."""
    # `.` is named after its directory.
    path = Path(os.path.abspath(call.args[0]) if call.args[0] else "")
    call.terminal.line(f"Creating {call.args[0]}")
    starter, engine = call.values["starter"], call.values["engine"]
    call.client.create(path.name, path.parent, starter=starter, engine=engine)


def package(call: Call) -> None:
    """`pyhelm package [CHART_PATH] [...]`."""
    if not call.args:
        raise UsageError("need at least one argument, the path to the chart")
    from pyhelm.actions.package import PackageOptions

    options = call.options(PackageOptions, passphrase=passphrases(call))
    source = call.options(ChartOptions, version="")
    for path in call.args:
        made = os.path.normpath(call.client.package(path, options, source))
        if options.destination == ".":
            made = os.path.abspath(made)
        call.terminal.line(f"Successfully packaged chart and saved it to: {made}")


def passphrases(call: Call) -> Callable[[str], str]:
    """The passphrase of a key: from the file (read once, also from `-`), or typed by a person."""
    known: list[str] = []

    def passphrase(owner: str) -> str:
        if not known:
            known.append(_passphrase(call, owner))
        return known[0]

    return passphrase


def _passphrase(call: Call, owner: str) -> str:
    path = call.values["passphrase_file"]
    if path == "-":
        return call.terminal.stdin.readline().rstrip("\r\n")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
        except (OSError, ValueError) as exc:
            raise UsageError(f"read the passphrase from {path}: {exc}") from exc
    from getpass import getpass

    try:
        return getpass(f'Password for key "{owner}" >  ')
    except EOFError:
        raise UsageError(
            f"the key of {owner} has a passphrase; give it with --passphrase-file"
        ) from None


def verify(call: Call) -> None:
    """`pyhelm verify PATH`."""
    for line in call.client.verify(call.args[0], keyring=call.values["keyring"]).lines:
        call.terminal.line(line)


def pull(call: Call) -> None:
    """`pyhelm pull [chart URL | repo/chartname] [...]`."""
    for reference in call.args:
        call.client.pull(reference, call.options(PullOptions))


def lint(call: Call) -> None:
    """`pyhelm lint PATH`."""
    from pyhelm.authoring.lint import LintOptions

    options = call.options(LintOptions)
    values = call.client.values(call.value_sources())
    paths = [*call.args]
    if call.values["with_subcharts"]:
        paths += [found for path in call.args for found in _subcharts(Path(path))]
    quiet, failed, noisy = bool(call.values["quiet"]), 0, 0
    for path in paths:
        result = call.client.lint(path, values, options)
        failed += result.failed
        noisy += result.has_warnings
        if not quiet or result.has_warnings:
            call.terminal.line(f"==> Linting {path}")
            for message in result.messages:
                if not quiet or message.severity > 1:
                    call.terminal.line(str(message))
            call.terminal.line()
    summary = f"{len(paths)} chart(s) linted, {failed} chart(s) failed"
    if failed:
        raise ChartError(summary)
    if not quiet or noisy:
        call.terminal.line(summary)


def show_all(call: Call) -> None:
    """`pyhelm show all [CHART]`."""
    chart = _load(call)
    parts = (_definition(chart), _values(chart), _readme(chart))
    text = "---\n".join(part for part in parts if part)
    call.terminal.show(text + _crds(chart))


def show_chart(call: Call) -> None:
    """`pyhelm show chart [CHART]`."""
    call.terminal.show(_definition(_load(call)))


def show_values(call: Call) -> None:
    """`pyhelm show values [CHART]`."""
    chart = _load(call)
    path = call.values["jsonpath"]
    if not path:
        return call.terminal.show(_values(chart))
    from pyhelm.cli.jsonpath import evaluate

    return call.terminal.show(evaluate(path, chart.values))


def show_readme(call: Call) -> None:
    """`pyhelm show readme [CHART]`."""
    call.terminal.show(_readme(_load(call)))


def show_crds(call: Call) -> None:
    """`pyhelm show crds [CHART]`."""
    call.terminal.show(_crds(_load(call)))


def _load(call: Call) -> Chart:
    return call.client.load(call.args[0], call.chart_options())


def _definition(chart: Chart) -> str:
    from pyhelm.chart.metadata import to_dict
    from pyhelm.cli.output import to_yaml

    return f"{to_yaml(to_dict(chart.metadata))}\n"


def _values(chart: Chart) -> str:
    return "".join(f"{file.text}\n" for file in chart.raw if file.name == "values.yaml")


def _readme(chart: Chart) -> str:
    found = _named(chart, _README_NAMES)
    return f"{found.text}\n" if found else ""


def _named(chart: Chart, names: tuple[str, ...]) -> File | None:
    return next((file for file in chart.files if file.name.lower() in names), None)


def _crds(chart: Chart) -> str:
    texts = (crd.text if crd.text.startswith("---") else f"---\n{crd.text}" for crd in chart.crds)
    return "".join(f"{text}\n" for text in texts)


def _subcharts(path: Path) -> Iterator[str]:
    """The charts below `charts/`, directories and archives, at any depth, as Helm walks them."""
    for found in sorted((path / "charts").rglob("*")):
        if found.name == "Chart.yaml":
            yield str(found.parent)
        elif found.name.endswith((".tgz", ".tar.gz")):
            yield str(found)
