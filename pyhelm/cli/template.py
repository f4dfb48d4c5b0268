"""`template`: a chart, rendered and printed."""

from __future__ import annotations

from pyhelm._lazy import lazy_pattern
from pyhelm._typing import TYPE_CHECKING, Iterator
from pyhelm.actions.options import TemplateOptions
from pyhelm.chart.model import Values
from pyhelm.cli.call import Call
from pyhelm.cli.dry_run import render_mode
from pyhelm.cli.release import name_and_chart
from pyhelm.cli.release_text import hook_text
from pyhelm.errors import ChartError, RenderError, UsageError
from pyhelm.release.model import HookEvent, Release

if TYPE_CHECKING:
    import re
    from pathlib import Path

_SOURCE = lazy_pattern(r"# Source: ([^/\n]+/(.+))")
_BEGINNING = lazy_pattern(r"(?m)^---\n(?=# Source: )")
_SEPARATOR = lazy_pattern(r"(?m)^---[ \t]*")
_DEFAULT_NAME = "release-name"


def template(call: Call) -> None:
    """`pyhelm template [NAME] [CHART]`."""
    options = call.options(TemplateOptions, dry_run=render_mode(call))
    name, chart = name_and_chart(call, _DEFAULT_NAME)
    if len(call.args) == 2 and not name:
        raise UsageError('release name check failed: release name "": no name provided')
    values = call.client.values(call.value_sources())
    release = _render(call, name, chart, values, options)
    directory = call.values["output_dir"]
    if directory:
        from pathlib import Path

        return _write_files(call, release, Path(directory))
    text = rendered(release, hooks=not options.no_hooks, tests=not options.skip_tests)
    if call.values["show_only"]:
        text = "".join(f"---\n{found}\n" for found in _only(text, call.values["show_only"]))
    return call.terminal.show(text)


def _render(call: Call, name: str, chart: str, values: Values, options: TemplateOptions) -> Release:
    """The release; where templates fail, with Helm's advice or what they made.

    Of a Jinja chart's error there is nothing to advise where it shows a line, and nothing to print
    where nothing was made.
    """
    try:
        return call.client.template(name, chart, values, options, call.chart_options())
    except RenderError as exc:
        if call.client.settings.debug:
            if exc.rendered or not exc.is_jinja:
                call.terminal.show(f"{exc.rendered.strip()}\n")
        elif not exc.is_jinja or (exc.rendered and not exc.line):
            exc.args = (f"{exc}\n\nUse --debug flag to render out invalid YAML",)
        raise


def rendered(release: Release, *, hooks: bool = True, tests: bool = True) -> str:
    """Manifest and hooks in one text, as Helm prints them."""
    return f"{release.manifest.strip()}\n" + _hooks(release, hooks=hooks, tests=tests)


def _hooks(release: Release, *, hooks: bool, tests: bool) -> str:
    shown = (hook for hook in release.hooks if tests or HookEvent.TEST not in hook.events)
    return "".join(hook_text(hook) for hook in shown if hooks)


def documents(text: str) -> list[str]:
    """The documents of a text, split where Helm splits, their ends as they are."""
    return [found.lstrip() for found in _SEPARATOR.split(text.lstrip()) if found.strip()]


def _only(text: str, patterns: tuple[str, ...]) -> Iterator[str]:
    """The documents from the templates that the patterns name, in the patterns' order."""
    sources = [(_source(document), document) for document in documents(text)]
    for glob in patterns:
        matches = _pattern(glob.replace("\\", "/"))
        found = [document for source, document in sources if matches.fullmatch(source)]
        if not found:
            raise ChartError(f"could not find template {glob} in chart")
        yield from found


def _pattern(glob: str) -> re.Pattern[str]:
    import re

    # Go's filepath.Match: unlike the shell's `**`, `*` and `?` stop at a slash.
    tokens = re.findall(r"\*|\?|\[[^]]*\]|.", glob)
    special = {"*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(special.get(t, t if len(t) > 1 else re.escape(t)) for t in tokens))


def _source(document: str) -> str:
    """The path of a document's template in its chart."""
    found = _SOURCE.search(document)
    return found[2] if found else ""


def _write_files(call: Call, release: Release, directory: Path) -> None:
    """Each template's documents into a file of its name, as Helm lays them out."""
    root = directory / release.name if call.values["release_name"] else directory
    hooks = _hooks(release, hooks=not call.values["no_hooks"], tests=not call.values["skip_tests"])
    files: dict[str, str] = {}
    # Not by documents: a file of `crds/` may have several, and Helm keeps every last newline.
    for document in _BEGINNING.split(release.manifest + hooks)[1:]:
        found = _SOURCE.match(document)
        name = found[1] if found else ""
        files[name] = files.get(name, "") + f"---\n{document}"
        _write(call, root, name, files[name])
    call.terminal.line()


def _write(call: Call, root: Path, name: str, text: str) -> None:
    target = root / name
    # The name is in the rendered text, where a template can write what it likes.
    if not name or not target.resolve().is_relative_to(root.resolve()):
        raise ChartError(f"write {target}: {name!r} is not the name of a template of the chart")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    except OSError as exc:
        raise ChartError(f"write {target}: {exc.strerror or exc}") from exc
    call.terminal.line(f"wrote {target}")
