"""From rendered templates to manifests and hooks: splitting, reading, sorting, framing.

The rules are Helm's (pkg/release/v1/util): documents are split at lines that start with `---`,
those with the annotation `helm.sh/hook` are hooks, and kinds decide the order.
"""

from __future__ import annotations

from pyhelm import _yaml
from pyhelm._lazy import lazy_pattern, logger_of
from pyhelm._shelf import Shelf
from pyhelm._typing import Any, Iterable, Mapping
from pyhelm.errors import RenderError, YAMLError
from pyhelm.release import order
from pyhelm.release.head import Head, mismatch, read_head
from pyhelm.release.model import Hook, HookEvent, Manifest

logger = logger_of(__name__)

HOOK = "helm.sh/hook"
HOOK_WEIGHT = "helm.sh/hook-weight"
HOOK_DELETE_POLICY = "helm.sh/hook-delete-policy"
HOOK_OUTPUT_LOG_POLICY = "helm.sh/hook-output-log-policy"

SMALL = 600
"""Characters of a document that is read sooner than looked up; many such are new each time."""

HIDDEN = "# HIDDEN: The Secret output has been suppressed"

EVENTS = {event.value: event for event in HookEvent} | {"test-success": HookEvent.TEST}
"""The events that Helm knows; a hook with any other is passed over."""

_SOURCE = lazy_pattern(r"# Source: (.*)\n")


def sort_rendered(
    rendered: Mapping[str, str], kinds: tuple[str, ...] = order.INSTALL, heads: Shelf | None = None
) -> tuple[list[Manifest], list[Hook]]:
    """The manifests and hooks in rendered files, each in the order of their kinds.

    `heads` knows the documents of earlier runs, which need not be read again. Raises RenderError
    (`YAML parse error on PATH: …`) for text that is no YAML object.
    """
    manifests: list[tuple[str, Manifest]] = []
    hooks: list[Hook] = []
    for path in sorted(rendered):
        for text in split(rendered[path]):
            try:
                manifest, head = _read(path, text, rendered[path], heads)
            except RenderError as exc:
                exc.document = text
                raise
            if HOOK not in head.annotations:
                manifests.append((head.kind, manifest))
                continue
            hook = _hook(manifest, head)
            if hook is not None:
                hooks.append(hook)
    ordered = order.by_kind(manifests, lambda each: each[0], kinds)
    return [each for _, each in ordered], order.by_kind(hooks, lambda hook: hook.kind, kinds)


def _read(path: str, text: str, whole: str, heads: Shelf | None) -> tuple[Manifest, Head]:
    """A document and its head, which may be known from an earlier run."""
    # In a record a newline follows each document: a block scalar at its end keeps one.
    small = _yaml.load_simple(f"{text}\n") if len(text) < SMALL else None
    if isinstance(small, dict):
        return Manifest(path, text, small), read_head(small, path)
    known = heads.get(text) if heads else None
    if known is not None:
        return Manifest(path, text), Head(*known)
    obj = _object(path, text, whole, "\n")
    head = read_head(obj, path)
    if heads:
        heads.put(text, (head.kind, head.name, dict(head.annotations)))
    return Manifest(path, text, obj), head


def split(text: str) -> list[str]:
    """The documents of a text, without blank ones and leading white space."""
    pieces = f"\n{text.lstrip()}".split("\n---")
    ends = ["\n"] * (len(pieces) - 1) + [""]
    return [piece.lstrip() + end for piece, end in zip(pieces, ends, strict=True) if piece.strip()]


def parse(text: str, kinds: tuple[str, ...] = order.INSTALL) -> list[Manifest]:
    """The objects in a record's manifest, sorted by kind; raises RenderError."""
    found = []
    for piece in split(text):
        match = _SOURCE.match(piece)
        source = match[1] if match else ""
        body = piece[match.end() :] if match else piece
        obj = _object(source or "manifest", body, body)
        if obj:
            found.append(Manifest(source, body, obj))
    return order.by_kind(found, lambda each: str(each.object.get("kind") or ""), kinds)


def objects(text: str) -> list[dict[str, Any]]:
    """The objects in one hook's or CRD's text; lists of kind List are opened."""
    found: list[dict[str, Any]] = []
    for manifest in parse(text):
        found += opened(manifest.object)
    return found


def opened(obj: Any) -> list[Any]:
    """An object, or the items of a List, which may be anything; a kind's own list names theirs."""
    kind = str(obj.get("kind", "")) if isinstance(obj, dict) else ""
    if not kind.endswith("List") or not (kind == "List" or isinstance(obj.get("items"), list)):
        return [obj]
    items = obj.get("items") or ()
    if kind != "List":
        version = {key: obj[key] for key in ("apiVersion",) if key in obj}
        head = {**version, "kind": kind.removesuffix("List")}
        items = [{**head, **item} if isinstance(item, dict) else item for item in items]
    return [item for each in items for item in opened(each)]


def frame(manifests: Iterable[Manifest], *, hide_secrets: bool = False) -> str:
    """The manifest of a record, as `helm get manifest` prints it.

    With `hide_secrets` a line stands for each Secret, as for `--hide-secret`.
    """
    parts = []
    for each in manifests:
        hidden = hide_secrets and _is_secret(each.object)
        text = HIDDEN if hidden else each.text
        parts.append(f"---\n# Source: {each.source}\n{text}\n")
    return "".join(parts)


def _is_secret(obj: Mapping[str, Any]) -> bool:
    return (obj.get("apiVersion"), obj.get("kind")) == ("v1", "Secret")


def _hook(manifest: Manifest, head: Head) -> Hook | None:
    annotations = head.annotations
    names = [name.strip().lower() for name in annotations[HOOK].split(",")]
    if any(name not in EVENTS for name in names):
        logger.info("skipping unknown hooks", hookTypes=annotations[HOOK])
        return None
    return Hook(
        name=head.name,
        kind=head.kind,
        path=manifest.source,
        manifest=manifest.text,
        events=tuple(EVENTS[name] for name in names),
        weight=_weight(annotations.get(HOOK_WEIGHT, "")),
        delete_policies=_words(annotations.get(HOOK_DELETE_POLICY)),
        output_log_policies=_words(annotations.get(HOOK_OUTPUT_LOG_POLICY)),
    )


def _weight(text: str) -> int:
    digits = text.removeprefix("-") if text[:1] == "-" else text.removeprefix("+")
    return int(text) if digits.isascii() and digits.isdecimal() and len(digits) < 19 else 0


def _words(text: str | None) -> tuple[str, ...]:
    return () if text is None else tuple(word.strip().lower() for word in text.split(","))


def _object(path: str, text: str, whole: str, end: str = "") -> dict[str, Any]:
    """The object in a document; comments alone give an empty one."""
    try:
        found = _loaded(text, path, end)
    except YAMLError as exc:
        raise _not_yaml(path, text, whole, exc) from exc
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise mismatch(path, found, "value", "util.SimpleHead")
    return found


def _loaded(text: str, path: str, end: str) -> Any:
    try:
        return _yaml.load(text + end, path)
    except YAMLError:
        # Helm complains of the text without its end, whose last line may be another.
        return _yaml.load(text, path)


def _not_yaml(path: str, text: str, whole: str, exc: YAMLError) -> RenderError:
    """Helm's message, and below it the rendered lines around the fault."""
    from pyhelm.chart import language

    problem = f"error converting YAML to JSON: {exc.go}"
    before = whole.count("\n", 0, max(whole.find(text), 0))
    lines = text.split("\n")
    around = range(max(exc.line - 2, 1), min(exc.line + 1, len(lines)) + 1)
    marks = (
        f"{'>' if number == exc.line else ' '}{number + before:>5} | {lines[number - 1]}"
        for number in around
    )
    shown = "\n".join(["rendered:", *marks]) if exc.line else ""
    hint = (f"; {exc.hint}" if exc.hint else "") + language.hint(text)
    message = f"YAML parse error on {path}: {problem}{hint}"
    error = RenderError(
        message,
        excerpt=shown,
        problem=problem,
        template=path,
        line=exc.line + before,
        column=exc.column,
    )
    error.plain = f"what this makes is no YAML: {exc.problem}{hint}"
    return error
