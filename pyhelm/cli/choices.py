"""What the shell may offer for a flag or an argument while a person types.

Each function has the command line as it stands so far and the beginning of the next word; what it
offers need not begin like that, since shells match in ways of their own.
"""

from __future__ import annotations

import os

from pyhelm._dataclass import dataclass
from pyhelm._typing import TYPE_CHECKING, Callable, Iterable, Iterator
from pyhelm.cli.call import Call
from pyhelm.cli.command import Command
from pyhelm.cli.commands import ROOT, child, children
from pyhelm.cli.options import Option
from pyhelm.errors import PyHelmError

if TYPE_CHECKING:
    from pyhelm.repo.index import ChartVersion

Choice = tuple[str, str]
"""A word and what it means."""

FILES, ERROR, NO_SPACE, NO_FILES, DIRECTORIES = 0, 1, 2, 4, 16
"""Cobra's directives: what the shell does besides offering the words."""

DIRECTIVES = {
    FILES: "ShellCompDirectiveDefault",
    ERROR: "ShellCompDirectiveError",
    NO_SPACE: "ShellCompDirectiveNoSpace",
    NO_FILES: "ShellCompDirectiveNoFileComp",
    DIRECTORIES: "ShellCompDirectiveFilterDirs",
}

ACTIVE_HELP = "_activeHelp_ "
"""Begins what is said to the person, and not offered."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Words to choose from, and a directive."""

    choices: tuple[Choice, ...] = ()
    directive: int = NO_FILES


Offers = Callable[[Call, str], Offer]

_NO_MORE = f"{ACTIVE_HELP}This command does not take any more arguments (but may accept flags)."

_URLS = (
    ("oci://", "Chart OCI prefix"),
    ("https://", "Chart URL prefix"),
    ("http://", "Chart URL prefix"),
    ("file://", "Chart local URL prefix"),
)
_PATHS = (
    ("./", "Relative path prefix to local chart"),
    ("/", "Absolute path prefix to local chart"),
)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def releases(call: Call, _: str) -> Offer:
    """The releases of the namespace that the line has not named yet."""
    from pyhelm.actions.options import ListOptions

    found = [r for r in call.client.list(ListOptions(max=0)) if r.name not in call.args]
    return Offer(tuple((r.name, f"{_chart(r.chart.metadata)} -> {r.info.status}") for r in found))


def revisions(call: Call, _: str) -> Offer:
    """The revisions of the release that the line names first."""
    try:
        found = call.client.history(call.args[0])
    except PyHelmError:
        return Offer(directive=ERROR)
    about = [(r.version, r.chart.metadata) for r in found]
    return Offer(tuple((f"{n}", f"App: {m.app_version}, Chart: {_chart(m)}") for n, m in about))


def repositories(call: Call, _: str) -> Offer:
    """The repositories that were added and that the line has not named yet."""
    entries = call.client.repo_list()
    return Offer(tuple((e.name, e.url) for e in entries if e.name not in call.args))


def charts(call: Call, word: str) -> Offer:
    """Repositories and what begins URLs, or the charts of the repository that a word names; beside
    them files that begin like it."""
    offer = remote_charts(call, word)
    if not word:
        return Offer((*offer.choices, *_PATHS), offer.directive & ~NO_FILES)
    files = _files(word) if offer.choices else ()
    typed = any(word.startswith(url) for url, _ in _URLS)
    directive = offer.directive if typed else offer.directive & ~NO_FILES
    return Offer((*offer.choices, *files), directive)


def remote_charts(call: Call, word: str) -> Offer:
    """The same without files."""
    known = call.client.repo_list()
    # A chart follows the slash of its repository, and something else all other prefixes.
    found = next((e.name for e in known if word.startswith(f"{e.name}/")), "")
    if found:
        return Offer(tuple(_charts_of(call, found)))
    prefixes = [(f"{e.name}/", e.url) for e in known if e.name.startswith(word)]
    prefixes += [url for url in _URLS if url[0].startswith(word) and url[0] != word]
    typed = any(word.startswith(url) for url, _ in _URLS)
    return Offer(tuple(prefixes), NO_FILES | (NO_SPACE if prefixes or typed else 0))


def versions(call: Call, _: str) -> Offer:
    """The versions of the chart that the line names."""
    kinds = positions(call)
    at = next((i for i, kind in enumerate(kinds) if kind.startswith(("chart", "remote"))), 0)
    repo, slash, chart = call.args[at].partition("/") if at == len(call.args) - 1 else ("", "", "")
    if not slash or "/" in chart or ":" in repo:
        return Offer()
    from pyhelm.repo.cache import load_index

    index = load_index(call.settings.repository_cache, repo, call.settings.render_cache)
    found = index.entries.get(chart, ())
    return Offer(tuple((each.version, _version(each)) for each in found))


def plugins(call: Call, _: str) -> Offer:
    """The plugins that add commands and that the line has not named yet."""
    found = [p for p in installed(call, "cli/v1") if p[0] not in call.args]
    return Offer(tuple(found))


def post_renderers(call: Call, _: str) -> Offer:
    """The plugins that render after us; a program's path may stand there, too."""
    return Offer(tuple(installed(call, "postrenderer/v1")), FILES)


def installed(call: Call, kind: str) -> list[Choice]:
    """The plugins of a type, and what each says of itself."""
    from pyhelm.plugins.metadata import load_all

    return [(p.name, p.short_help) for p in load_all(call.settings.plugins) if p.type == kind]


def namespaces(call: Call, _: str) -> Offer:
    """The cluster's namespaces."""
    found = call.client.cluster.list("v1", "Namespace", metadata_only=True)
    return Offer(tuple((each["metadata"]["name"], "") for each in found))


def contexts(call: Call, _: str) -> Offer:
    """The contexts of the kubeconfig, and the cluster of each."""
    from pyhelm.kube.kubeconfig import contexts

    return Offer(tuple(contexts(call.settings).items()))


def variables(call: Call, _: str) -> Offer:
    """What `pyhelm env` prints."""
    from pyhelm.cli.environment import variables

    return Offer(tuple((name, "") for name in sorted(variables(call))))


def topics(call: Call, word: str) -> Offer:
    """The commands under the one that the line names."""
    command = ROOT
    for name in call.args:
        inner = child(command, name)
        if inner is None:
            return Offer()
        command = inner
    return Offer(tuple(subcommands(command, word)))


def subcommands(command: Command, word: str) -> list[Choice]:
    """The commands under one that begin with a word, by name."""
    return sorted((c.name, c.summary) for c in children(command) if c.name.startswith(word))


def positions(call: Call) -> list[str]:
    """What each argument of the command is; a last one with `...` may come again."""
    kinds = call.command.completes.split()
    if kinds[:1] == ["name"] and call.values.get("generate_name"):
        return kinds[1:]
    return kinds


def argument(call: Call, word: str) -> Offer:
    """What may be the next argument."""
    kinds = positions(call)
    at = len(call.args)
    if kinds and at >= len(kinds) and kinds[-1].endswith("..."):
        at = len(kinds) - 1
    if at < len(kinds):
        return ARGUMENTS[kinds[at].removesuffix("...")](call, word)
    if call.command.most is None and not kinds:
        return Offer(directive=FILES)
    return Offer(((_NO_MORE, ""),))


def flag_value(call: Call, option: Option, word: str) -> Offer:
    """What may be the value of a flag; files, where nothing better is known."""
    if option.type == "bool":
        return Offer((("true", ""), ("false", "")))
    numeric = option.type in ("int", "uint", "float32", "duration")
    other = Offer(directive=NO_FILES if numeric else FILES)
    offers = FLAGS.get(option.name, FLAGS.get(option.type))
    return offers(call, word) if offers else other


def _fixed(*choices: str | Choice, directive: int = NO_FILES) -> Offers:
    pairs = tuple((each, "") if isinstance(each, str) else each for each in choices)
    return lambda _call, _word: Offer(pairs, directive)


def _chart(metadata: object) -> str:
    return f"{getattr(metadata, 'name', '')}-{getattr(metadata, 'version', '')}"


def _files(word: str) -> Iterator[Choice]:
    return ((name, "") for name in sorted(os.listdir(".")) if name.startswith(word))


def _charts_of(call: Call, repo: str) -> Iterable[Choice]:
    from pyhelm.repo.cache import chart_names

    names = chart_names(call.settings.repository_cache, repo, call.settings.render_cache)
    return ((f"{repo}/{name}", "") for name in names)


def _version(each: ChartVersion) -> str:
    app = f"App: {each.metadata.app_version}, " if each.metadata.app_version else ""
    deprecated = "(deprecated)" if each.metadata.deprecated else ""
    return f"{app}Created: {_day(each.created)} {deprecated}"


def _day(created: str) -> str:
    # Helm: what has no time was made in Go's first year.
    year, month, day = (created[:10] or "0001-01-01").split("-")
    return f"{_MONTHS[int(month) - 1]} {int(day)}, {year}"


ARGUMENTS: dict[str, Offers] = {
    "release": releases,
    "revision": revisions,
    "repo": repositories,
    "chart": charts,
    "remote": remote_charts,
    "plugin": plugins,
    "variable": variables,
    "topic": topics,
    "name": _fixed(),
    "path": _fixed(directive=FILES),
    "registry": _fixed("oci://", directive=NO_FILES | NO_SPACE),
    "shell": _fixed("sh", "bash", "zsh", "fish", "powershell", "cmd"),
}
"""What `completes` in the tables of commands may name."""

FLAGS: dict[str, Offers] = {
    "format": _fixed(
        ("json", "Output result in JSON format"),
        ("table", "Output result in human-readable format"),
        ("yaml", "Output result in YAML format"),
    ),
    "WaitStrategy": _fixed(
        ("watcher", "until all resources are ready"),
        ("hookOnly", "for hooks only"),
        ("legacy", "as Helm 3 waited"),
    ),
    "color": _fixed("never", "auto", "always"),
    "colour": _fixed("never", "auto", "always"),
    "cascade": _fixed("background", "foreground", "orphan"),
    "dry-run": _fixed("none", "client", "server"),
    "progress": _fixed("auto", "live", "plain", "json", "none"),
    "crds": _fixed("create", "apply", "skip"),
    "server-side": _fixed("true", "false", "auto"),
    "engine": _fixed(("jinja", "Jinja templates"), ("gotpl", "Go templates")),
    "type": _fixed("cli/v1", "getter/v1", "postrenderer/v1"),
    "destination": _fixed(directive=DIRECTORIES),
    "untardir": _fixed(directive=DIRECTORIES),
    "output-dir": _fixed(directive=DIRECTORIES),
    "kube-version": _fixed(*(f"v1.{minor}.0" for minor in range(37, 27, -1))),
    "revision": lambda call, word: revisions(call, word) if len(call.args) == 1 else Offer(),
    "version": versions,
    "namespace": namespaces,
    "kube-context": contexts,
    "post-renderer": post_renderers,
}
"""By a flag's name, or else by its type."""
