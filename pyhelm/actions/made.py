"""What Jinja templates made, refused where no server takes it, without asking one.

What Helm's charts make is shown as Helm shows it. A document that passed once is not looked at
again: to read it, and the types of Kubernetes' kinds, takes longer than to render it.
"""

from __future__ import annotations

from pyhelm._cache import Cache
from pyhelm._shelf import Shelf
from pyhelm._typing import Iterator, Sequence
from pyhelm.actions.prepare import Prepared
from pyhelm.release.model import Hook, Manifest


def check(prepared: Prepared, hooks: Sequence[Hook], *, server_side: bool, cache: str = "") -> None:
    """Refuse what no server takes; raises ManifestError.

    `cache` is a directory that knows what passed before. What is only warned of, where objects are
    not applied `server_side`, is warned of each time.
    """
    passed = _passed(prepared, cache if server_side else "")
    for manifest, what in _jinja(prepared, hooks):
        gist = _gist(manifest)
        if not passed.get(gist):
            _check(manifest, prepared, what, server_side=server_side)
            passed.put(gist, True)
    passed.save()


def _passed(prepared: Prepared, cache: str) -> Shelf:
    kept, about = Cache(cache), prepared.chart.metadata
    return Shelf(kept, kept.key(b"made", f"{about.name} {about.version}".encode()))


def _jinja(prepared: Prepared, hooks: Sequence[Hook]) -> Iterator[tuple[Manifest, str]]:
    """The documents, each with what an error calls it."""
    made = [(each, "release manifest") for each in prepared.manifests]
    made += [(Manifest(each.path, each.manifest), f"{each.events[0]} hook") for each in hooks]
    yield from (each for each in made if prepared.origins.is_jinja(each[0].source))


def _gist(manifest: Manifest) -> str:
    """All of a document that counts: of a Secret, whose texts may be random, no texts."""
    obj = manifest.parsed
    if obj is None or obj.get("kind") != "Secret":
        return manifest.text
    texts = {key: obj[key] for key in ("data", "stringData") if isinstance(obj.get(key), dict)}
    kinds = {key: {n: type(v).__name__ for n, v in each.items()} for key, each in texts.items()}
    return repr({**obj, **kinds})


def _check(manifest: Manifest, prepared: Prepared, what: str, *, server_side: bool) -> None:
    from pyhelm.actions import fitting
    from pyhelm.release.manifest import opened

    checks = fitting.Checks(prepared.origins, server_side=server_side)
    fitting.check_keys(manifest, checks, what)
    for obj in opened(manifest.object):
        if obj is None or obj == {}:
            continue
        try:
            fitting.check_head(obj)
            fitting.check_fields(obj, checks)
        except fitting.Unfit as exc:
            raise fitting.located(exc, manifest, obj, checks, what) from exc
