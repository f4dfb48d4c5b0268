"""Distils the field numbers of Kubernetes' protobuf messages, which client-go writes in.

    python scripts/distill_protobuf.py MODULE...

reads the `generated.proto` files in the directories of k8s.io/api and its siblings and writes
pyhelm/simulator/protobuf.json: per type, number to [name, how to read it, type].
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent / "pyhelm"
TARGET = ROOT / "simulator" / "protobuf.json"
SHORT = (
    ("k8s.io.apimachinery.pkg.apis.meta.", "meta."),
    ("k8s.io.apimachinery.pkg.", ""),
    ("k8s.io.apiextensions_apiserver.pkg.apis.", ""),
    ("k8s.io.kube_aggregator.pkg.apis.", ""),
    ("k8s.io.api.", ""),
)
VARINTS = {"bool": "bool", "int32": "int", "int64": "int", "uint32": "int", "sint32": "int"}
FIELD = re.compile(
    r"^\s*(optional|repeated|required)?\s*(map<(\w+),\s*([\w.]+)>|[\w.]+)\s+(\w+)\s*=\s*(\d+);",
    re.M,
)


def main(*modules: str) -> None:
    """Write the table that pyhelm/simulator/protobuf.py reads."""
    known = json.loads((ROOT / "openapi.json").read_text(encoding="utf-8"))["types"]
    types: dict[str, Any] = {}
    for path in sorted(p for module in modules for p in Path(module).rglob("generated.proto")):
        text = re.sub(r"//[^\n]*", "", path.read_text(encoding="utf-8"))
        package = re.search(r"^package ([\w.]+);", text, re.M)
        if package is None:
            continue
        for name, body in re.findall(r"^message (\w+) \{(.*?)^\}", text, re.M | re.S):
            full = short(f"{package[1]}.{name}")
            if full in known or full.startswith(("meta.v1.", "runtime.", "util.", "api.resource")):
                types[full] = fields(body, package[1], known.get(full, {}).get("fields", {}))
            elif full.startswith("core.v1."):
                types[full] = fields(body, package[1], {})
    text = json.dumps(types, separators=(",", ":"), sort_keys=True)
    TARGET.write_text(text.replace('},"', '},\n"') + "\n", encoding="utf-8", newline="\n")
    print(f"{TARGET.name}: {len(types)} types, {len(text)} bytes")


def short(name: str) -> str:
    """A type's name as pyhelm/openapi.json has it."""
    for prefix, replacement in SHORT:
        if name.startswith(prefix):
            return replacement + name.removeprefix(prefix)
    return name


def fields(body: str, package: str, declared: dict[str, Any]) -> dict[str, list[str]]:
    """Number to name, kind and type; a field that JSON doesn't have is inlined there."""
    found = {}
    for label, kind, _, value, name, number in FIELD.findall(body):
        if kind.startswith("map<"):
            found[number] = [name, "map", typed(value, package)]
            continue
        written = typed(kind, package)
        how = "list" if label == "repeated" else "one"
        if declared and name not in declared and "." in written and how == "one":
            how = "inline"
        found[number] = [name, how, written]
    return found


def typed(kind: str, package: str) -> str:
    """A scalar's name, or a message's short name."""
    if kind in VARINTS:
        return VARINTS[kind]
    if kind in ("string", "bytes", "double", "float"):
        return kind
    full = kind.lstrip(".") if "." in kind else f"{package}.{kind}"
    return short(full)


if __name__ == "__main__":
    main(*sys.argv[1:])
