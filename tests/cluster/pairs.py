"""Helm and PyHelm side by side: the same commands in a namespace of each, and what became of it."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

NOISE = (
    'level=WARN msg="upgrade failed"',
    "level=ERROR ",
    'level=WARN msg="Rollback ',
)
"""What helm logs of an error beside the error itself; PyHelm says it once."""

KLOG = re.compile(r"[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ [\w.]+\.go:\d+\] ")
"""How lines begin that helm's client library writes when it is kept waiting or a watch ends."""

BEYOND = ("; --force-conflicts takes these fields over",)
"""What PyHelm adds to helm's words, so that its users know what to do next."""

WAITING = "waiting for "
"""How PyHelm's lines begin that tell, while it waits, what for."""

TIMES = (
    (re.compile(r"\d{4}-\d\d-\d\d[T ][\d:.]+(Z| ?[+-]\d\d:?\d\d)?( UTC)?"), "TIME"),
    (re.compile(r"[A-Z][a-z]{2} [A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d \d{4}"), "TIME"),
    (re.compile(r"modifiedAt=\d+"), "modifiedAt=N"),
    # Whose a name is, and what to do about it, is said by PyHelm alone.
    (re.compile(r"(a name that is still in use); revision .*"), r"\1"),
)
SERVERS_OWN = ("uid", "resourceVersion", "creationTimestamp", "selfLink")
GENERATED = ("clusterIP", "clusterIPs", "time", "modtime", "schemamodtime")


@dataclass(frozen=True)
class Pair:
    """Runs what it is given with both tools at once; `namespaces` are helm's and PyHelm's."""

    helm: Callable[..., Any]
    pyhelm: Callable[..., Any]
    kubectl: Callable[..., Any]
    namespaces: tuple[str, str]

    def run(self, *arguments: str) -> tuple[Any, Any]:
        """Both runs, whatever they did."""
        with ThreadPoolExecutor(2) as pool:
            found = list(pool.map(lambda tool: tool(*arguments), (self.helm, self.pyhelm)))
        return found[0], found[1]

    def same(self, *arguments: str, code: int = 0) -> Any:
        """Run with both, which must print and return the same; returns PyHelm's run."""
        helms, ours = self.run(*arguments)
        assert self.shown(helms, 0) == self.shown(ours, 1)
        assert ours.code == code, ours.err
        return ours

    def shown(self, run: Any, which: int) -> tuple[int, str, list[str]]:
        """What a run printed, without its namespace, times, noise, and PyHelm's explanations."""
        namespace = self.namespaces[which]
        out, err = (_plain(text, namespace) for text in (run.out, run.err))
        err = err.partition("\n\n")[0] if run.code else err
        told = [line for line in err.rstrip("\n").splitlines() if not KLOG.match(line)]
        return run.code, out, [x for x in told if not x.startswith((*NOISE, WAITING))]

    def kube(self, *arguments: str) -> tuple[str, str]:
        """kubectl in both namespaces; its standard output of each."""
        found = []
        for namespace in self.namespaces:
            done = self.kubectl("--namespace", namespace, *arguments)
            assert done.code == 0, done.err
            found.append(done.out)
        return found[0], found[1]

    def same_objects(self, *kinds: str) -> list[dict[str, Any]]:
        """All objects of some kinds, which must be stored alike, `managedFields` and all."""
        asked = ("get", ",".join(kinds), "-o", "json", "--show-managed-fields")
        helms, ours = (
            [_stored(item, namespace) for item in json.loads(text)["items"]]
            for text, namespace in zip(self.kube(*asked), self.namespaces, strict=True)
        )
        assert ours == helms
        return ours

    def same_records(self) -> list[dict[str, Any]]:
        """All release records, which must be alike to the last field."""
        asked = ("get", "secret", "-l", "owner=helm", "-o", "json", "--sort-by=.metadata.name")
        helms, ours = (
            [_record(item, namespace) for item in json.loads(text)["items"]]
            for text, namespace in zip(self.kube(*asked), self.namespaces, strict=True)
        )
        assert ours == helms
        return ours


def _plain(text: str, namespace: str) -> str:
    text = text.replace(namespace, "NAMESPACE").replace("pyhelm", "helm")
    for addition in BEYOND:
        text = text.replace(addition, "")
    for pattern, word in TIMES:
        text = pattern.sub(word, text)
    return text


def _stored(value: Any, namespace: str, within: str = "") -> Any:
    """An object without what differs from one creation to the next."""
    if isinstance(value, dict):
        dropped = GENERATED + (SERVERS_OWN if within == "metadata" else ())
        kept = {k: _stored(v, namespace, k) for k, v in value.items() if k not in dropped}
        if "managedFields" in kept:
            kept["managedFields"] = _by_manager(kept["managedFields"])
        if not within:
            kept.pop("status", None)
        return kept
    if isinstance(value, list):
        return [_stored(each, namespace, within) for each in value]
    return _plain(value, namespace) if isinstance(value, str) else value


def _by_manager(entries: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Entries of the clients; controllers come and go in their own time."""
    mine = [entry for entry in entries if "controller" not in entry["manager"]]
    return sorted(mine, key=lambda entry: (entry["manager"], entry["operation"]))


def _record(secret: dict[str, Any], namespace: str) -> dict[str, Any]:
    text = gzip.decompress(base64.b64decode(base64.b64decode(secret["data"]["release"])))
    labels = {k: v for k, v in secret["metadata"]["labels"].items() if k != "modifiedAt"}
    record = _stored(json.loads(text), namespace)
    record["hooks"] = sorted(record.get("hooks") or (), key=lambda hook: hook["name"])
    return {"labels": labels, "type": secret["type"], **record}
