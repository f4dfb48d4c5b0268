"""Distils what PyHelm must know of Kubernetes' built-in kinds from a running API server.

    python scripts/distill_openapi.py KUBECONFIG

reads /openapi/v3 and discovery through kubectl and writes pyhelm/openapi.json: for each kind its
resource, and for each type its fields, merge keys, list kinds and defaults. Descriptions, which
are nine tenths of the text, are left out.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "pyhelm" / "openapi.json"
REF = "#/components/schemas/"
SHORT = (
    ("io.k8s.apimachinery.pkg.apis.meta.", "meta."),
    ("io.k8s.apiextensions-apiserver.pkg.apis.", ""),
    ("io.k8s.kube-aggregator.pkg.apis.", ""),
    ("io.k8s.apimachinery.pkg.", ""),
    ("io.k8s.api.", ""),
)
KEYS = {
    "x-kubernetes-list-type": "listType",
    "x-kubernetes-list-map-keys": "mapKeys",
    "x-kubernetes-map-type": "mapType",
    "x-kubernetes-patch-merge-key": "mergeKey",
    "x-kubernetes-patch-strategy": "strategy",
    "x-kubernetes-preserve-unknown-fields": "open",
    "x-kubernetes-int-or-string": "intOrString",
    "format": "format",
    "default": "default",
    "required": "required",
    "enum": "enum",
}


def main(kubeconfig: str) -> None:
    """Write the table that pyhelm/openapi.py reads."""
    types: dict[str, Any] = {}
    kinds: dict[str, str] = {}
    for path in raw(kubeconfig, "/openapi/v3")["paths"]:
        if not path.startswith(("api/v1", "apis/")) or path.count("/") < 1:
            continue
        schemas = raw(kubeconfig, f"/openapi/v3/{path}").get("components", {}).get("schemas", {})
        for name, schema in schemas.items():
            types[short(name)] = distil(schema)
            for gvk in schema.get("x-kubernetes-group-version-kind", ()):
                if len(schema["x-kubernetes-group-version-kind"]) == 1:
                    kinds[f"{api_version(gvk)}/{gvk['kind']}"] = short(name)
    version = raw(kubeconfig, "/version")["gitVersion"]
    table = {
        "kubernetes": version,
        "resources": resources(kubeconfig),
        "kinds": dict(sorted(kinds.items())),
        "types": dict(sorted(types.items())),
    }
    text = json.dumps(table, separators=(",", ":"), sort_keys=False)
    TARGET.write_text(text.replace('},"', '},\n"') + "\n", encoding="utf-8", newline="\n")
    print(f"{TARGET.name}: {version}, {len(kinds)} kinds, {len(types)} types, {len(text)} bytes")


def raw(kubeconfig: str, path: str) -> dict[str, Any]:
    """GET through kubectl."""
    kubectl = Path(sys.executable).with_name("kubectl")
    command = [str(kubectl), "--kubeconfig", kubeconfig, "get", "--raw", path]
    found: dict[str, Any] = json.loads(
        subprocess.run(command, check=True, capture_output=True).stdout
    )
    return found


def short(name: str) -> str:
    """A type's name without the prefix that all have."""
    for prefix, replacement in SHORT:
        if name.startswith(prefix):
            return replacement + name.removeprefix(prefix)
    return name


def api_version(gvk: dict[str, str]) -> str:
    """`apps/v1`, or `v1` for the core group."""
    return f"{gvk['group']}/{gvk['version']}" if gvk.get("group") else gvk["version"]


def distil(schema: dict[str, Any]) -> dict[str, Any]:
    """One schema without its prose; a reference is `$`, a map's values `values`."""
    out: dict[str, Any] = {}
    reference = schema.get("$ref") or next(
        (part["$ref"] for part in schema.get("allOf", ()) if "$ref" in part), None
    )
    if reference:
        out["$"] = short(reference.removeprefix(REF))
    elif "type" in schema:
        out["type"] = schema["type"]
    out.update({new: schema[key] for key, new in KEYS.items() if key in schema})
    if {part.get("type") for part in schema.get("oneOf", ())} == {"string", "number"}:
        out["format"] = "quantity"
    if "properties" in schema:
        out["fields"] = {name: distil(field) for name, field in schema["properties"].items()}
    if "items" in schema:
        out["items"] = distil(schema["items"])
    if isinstance(schema.get("additionalProperties"), dict):
        out["values"] = distil(schema["additionalProperties"])
    return out


def resources(kubeconfig: str) -> list[dict[str, Any]]:
    """All built-in resources, in the order and with the names of discovery."""
    groups = [("v1", "/api/v1")]
    for group in raw(kubeconfig, "/apis")["groups"]:
        groups += [(v["groupVersion"], f"/apis/{v['groupVersion']}") for v in group["versions"]]
    found = []
    for version, path in groups:
        listed = raw(kubeconfig, path)["resources"]
        subresources = [r for r in listed if "/" in r["name"]]
        for resource in listed:
            if "/" in resource["name"]:
                continue
            prefix = resource["name"] + "/"
            found.append(
                {
                    "apiVersion": version,
                    "kind": resource["kind"],
                    "plural": resource["name"],
                    "singular": resource["singularName"],
                    "namespaced": resource["namespaced"],
                    "verbs": resource["verbs"],
                    "shortNames": resource.get("shortNames", []),
                    "categories": resource.get("categories", []),
                    "subresources": {
                        r["name"].removeprefix(prefix): {"kind": r["kind"], "verbs": r["verbs"]}
                        for r in subresources
                        if r["name"].startswith(prefix)
                    },
                }
            )
    return found


if __name__ == "__main__":
    main(*sys.argv[1:])
