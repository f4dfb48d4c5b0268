"""What the shell may offer for a flag or an argument while a person types."""

from __future__ import annotations

from pyhelm._typing import TYPE_CHECKING, Callable, Iterator
from pyhelm.errors import PyHelmError

if TYPE_CHECKING:
    from pyhelm.client import Client

Choice = tuple[str, str]
"""A word and what it means."""

Choices = Callable[[str], Iterator[Choice]]
"""From the beginning of a word to what it may become."""

_FORMATS = (
    ("table", "Output result in human-readable format"),
    ("json", "Output result in JSON format"),
    ("yaml", "Output result in YAML format"),
)
_WAITS = (
    ("watcher", "until all resources are ready"),
    ("hookOnly", "for hooks only"),
    ("legacy", "as Helm 3 waited"),
)
_COLORS = (("never", ""), ("auto", ""), ("always", ""))
_SCHEMES = (
    ("https://", "Chart URL prefix"),
    ("http://", "Chart URL prefix"),
    ("file://", "Chart local URL prefix"),
)


def described(choices: Choices) -> Callable[[str], list[Choice]]:
    """As typer wants it; a cluster or a file that can't be read means no offers, not an error."""

    def complete(incomplete: str) -> list[Choice]:
        try:
            return list(choices(incomplete))
        except PyHelmError:
            return []

    return complete


def releases(_: str) -> Iterator[Choice]:
    """The releases of the namespace."""
    from pyhelm.actions.options import ListOptions

    with _client() as client:
        found = client.list(ListOptions(max=0))
    for release in found:
        chart = release.chart.metadata
        yield release.name, f"{chart.name}-{chart.version} -> {release.info.status}"


def repositories(_: str) -> Iterator[Choice]:
    """The repositories that were added."""
    for entry in _client().repo_list():
        yield entry.name, entry.url


def charts(incomplete: str) -> Iterator[Choice]:
    """`repo/`, the charts of a repository once it is named, and URL prefixes."""
    name, slash, _ = incomplete.partition("/")
    client = _client()
    known = {entry.name: entry.url for entry in client.repo_list()}
    if slash and name in known:
        for found in client.search_repo():
            if found.name.startswith(f"{name}/"):
                yield found.name, found.description
        return
    for repo, url in known.items():
        yield f"{repo}/", url
    yield from _SCHEMES


def _client() -> Client:
    from pyhelm.client import Client

    return Client.from_env()


ARGUMENTS: dict[str, Choices] = {"release": releases, "repo": repositories, "chart": charts}

FLAGS: dict[str, Choices] = {
    "format": lambda _: iter(_FORMATS),
    "WaitStrategy": lambda _: iter(_WAITS),
    "color": lambda _: iter(_COLORS),
    "colour": lambda _: iter(_COLORS),
    "cascade": lambda _: iter((("background", ""), ("foreground", ""), ("orphan", ""))),
    "progress": lambda _: iter(
        (("auto", ""), ("live", ""), ("plain", ""), ("json", ""), ("none", ""))
    ),
    "crds": lambda _: iter((("create", ""), ("apply", ""), ("skip", ""))),
    "server-side": lambda _: iter((("true", ""), ("false", ""), ("auto", ""))),
    "engine": lambda _: iter((("jinja", "Jinja templates"), ("gotpl", "Go templates"))),
}
