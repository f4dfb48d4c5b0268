"""What is wrong with the objects that a Jinja chart made: what lint refuses of them.

Helm's lint, and so lint of charts made for Helm, knows nothing of fields and kinds.
"""

from __future__ import annotations

from pyhelm import openapi
from pyhelm._dataclass import dataclass, field
from pyhelm._suggestion import nearest, suggestion
from pyhelm._typing import Any, Iterator
from pyhelm.actions.fitting import HEAD, place_of, repeated_key, told
from pyhelm.actions.misrendered import told as retold
from pyhelm.authoring.objects import is_known
from pyhelm.engine.origins import Origins
from pyhelm.errors import RenderError
from pyhelm.kube.misfits import Misfit, Path, misfits
from pyhelm.kube.repeats import Repeat, repeats
from pyhelm.release.manifest import opened, sort_rendered
from pyhelm.release.model import Manifest


@dataclass(frozen=True, slots=True)
class _Document:
    """One of what a template made: the `whole` lines, and how many of them are before it."""

    manifest: Manifest
    whole: tuple[str, ...]
    before: int
    is_hook: bool


@dataclass(frozen=True, slots=True)
class Made:
    """The objects of a chart as they are met, with the place of each by what it is called."""

    origins: Origins
    namespace: str
    places: dict[tuple[str, ...], str] = field(default_factory=dict)

    def faults(self, path: str, text: str) -> Iterator[str]:
        """What is wrong with what a template made, each with its place.

        Raises RenderError for what is no object.
        """
        try:
            manifests, hooks = sort_rendered({path: text})
        except RenderError as exc:
            raise retold(exc, text, self.origins) from exc
        made = [(each, False) for each in manifests]
        made += [(Manifest(hook.path, hook.manifest), True) for hook in hooks]
        for document in _documents(text, made):
            yield from self._repeated_keys(document)
            for obj in opened(document.manifest.object):
                if obj is not None and obj != {}:
                    yield from self._faults(document, obj)

    def _repeated_keys(self, document: _Document) -> Iterator[str]:
        problem, line = repeated_key(document.manifest)
        if problem:
            source, number = document.manifest.source, document.before + line
            place = self.origins.place(source, document.whole, number) if line else ""
            yield self._with_place(problem, place)

    def _faults(self, document: _Document, obj: Any) -> Iterator[str]:
        for text, path in _found(obj):
            yield self._with_place(text, self._place(path, document, obj))
        # Hooks may share a name: each is deleted before the next one.
        if document.is_hook or not isinstance(obj, dict):
            return
        key, place = self._key(obj), self._place(("metadata", "name"), document, obj)
        if key[-1] and key in self.places:
            called = f'{obj.get("kind")} "{key[-1]}"'
            yield self._with_place(f"{called} is there already, from {self.places[key]}", place)
        self.places.setdefault(key, place or document.manifest.source)

    def _place(self, path: Path, document: _Document, obj: Any) -> str:
        whole, before = document.whole, document.before
        return place_of(path, document.manifest, obj, self.origins, whole, before)

    def _key(self, obj: dict[str, Any]) -> tuple[str, ...]:
        """What tells an object from all others; without a name at its end, nothing does."""
        version, kind = (str(obj.get(key, "")) for key in HEAD[:2])
        metadata = obj.get("metadata")
        about = metadata if isinstance(metadata, dict) else {}
        resource = openapi.resource_for(version, kind)
        is_global = resource is not None and not resource.namespaced
        namespace = "" if is_global else str(about.get("namespace") or self.namespace)
        return version.rpartition("/")[0], kind, namespace, str(about.get("name") or "")

    def _with_place(self, text: str, place: str) -> str:
        said = f"{text} ({place})" if place else text
        return "\n".join([said, *self.origins.shown(place)])


def _documents(text: str, made: list[tuple[Manifest, bool]]) -> Iterator[_Document]:
    """The documents in the order of the text; of those that are the same each has its own place."""
    whole, ends = tuple(text.split("\n")), dict[str, int]()
    for manifest, is_hook in sorted(made, key=lambda each: text.find(each[0].text)):
        begin = max(text.find(manifest.text, ends.get(manifest.text, 0)), 0)
        ends[manifest.text] = begin + 1
        yield _Document(manifest, whole, text.count("\n", 0, begin), is_hook)


def _found(obj: Any) -> Iterator[tuple[str, Path]]:
    if not isinstance(obj, dict):
        yield "an item of a List is no object", ()
        return
    missing = [key for key in HEAD[:2] if not isinstance(obj.get(key), str) or not obj[key]]
    for key in missing:
        near = nearest(key, [each for each in obj if each not in HEAD])
        hint = f"; is it {near}?" if near else ""
        yield f"{key} is missing{hint}", (near,) if near else ()
    unknown = "" if missing else _unknown(obj["apiVersion"], obj["kind"])
    if unknown:
        yield unknown, ("apiVersion" if "no apiVersion" in unknown else "kind",)
    elif not missing:
        found: tuple[Misfit | Repeat, ...] = (*misfits(obj, strict=True), *repeats(obj))
        yield from ((told(obj, each), each.path) for each in found)


def _unknown(api_version: str, kind: str) -> str:
    """Why there is no such kind in Kubernetes' own groups; of other groups nothing is known."""
    known = openapi.resources()
    kinds = [each.kind for each in known if each.api_version == api_version]
    if kind in kinds or openapi.schema_for(api_version, kind) or is_known(api_version, kind):
        return ""
    if kinds:
        return f"{api_version} has no kind {kind}{suggestion(kind, kinds)}"
    if "." in api_version.rpartition("/")[0]:
        return ""
    # Groups of custom resources are domains.
    versions = [each.api_version for each in known if each.kind == kind]
    meant = f"; {kind} is of {' or '.join(versions)}" if versions else ""
    return f"there is no apiVersion {api_version}{meant}"
