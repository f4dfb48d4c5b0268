"""Post-rendering: a program of the user's sees all rendered documents, and returns them changed.

As in Helm 4, hooks go through it with everything else, in one stream in the order of the templates'
paths. An annotation tells which template a document came from; it is taken off again afterwards.
"""

from __future__ import annotations

from pyhelm import _yaml
from pyhelm._typing import Any, Iterator, Mapping
from pyhelm.actions.options import PostRenderer
from pyhelm.errors import RenderError, YAMLError
from pyhelm.release.manifest import split

FILENAME = "postrenderer.helm.sh/postrender-filename"


def post_rendered(files: Mapping[str, str], run: PostRenderer) -> dict[str, str]:
    """The files as the program returns them; raises RenderError.

    A document that comes back without its annotation belongs to a file of its own.
    """
    merged = "---\n".join(_yaml.dump(each) for each in _annotated(files))
    found: dict[str, list[str]] = {}
    for index, (path, document) in enumerate(_returned(run(merged))):
        name = path or f"generated-by-postrender-{index}.yaml"
        found.setdefault(name, []).append(_yaml.dump(document))
    return {path: "---\n".join(texts) for path, texts in found.items()}


def _annotated(files: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for path in sorted(files):
        if path.rpartition("/")[2].startswith("_"):
            continue
        for text in split(files[path]):
            document = _read(text, f"error merging manifests: parsing {path}")
            if document:
                metadata = document.get("metadata") or {}
                annotations = {**(metadata.get("annotations") or {}), FILENAME: path}
                yield {**document, "metadata": {**metadata, "annotations": annotations}}


def _returned(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each document that came back, and the file that it belongs to."""
    for piece in split(text):
        document = _read(piece, "error while parsing post rendered output: error parsing YAML")
        if not document:
            continue
        metadata = dict(document.get("metadata") or {})
        annotations = dict(metadata.get("annotations") or {})
        path = str(annotations.pop(FILENAME, ""))
        if annotations:
            metadata["annotations"] = annotations
        else:
            metadata.pop("annotations", None)
        yield path, {**document, "metadata": metadata}


def _read(text: str, doing: str) -> dict[str, Any]:
    try:
        found = _yaml.load(text)
    except YAMLError as exc:
        raise RenderError(f"{doing}: {exc.go}") from exc
    if found is not None and not isinstance(found, dict):
        raise RenderError(f"{doing}: a document is no mapping: {text.strip()[:80]!r}")
    return found or {}
