"""Distils which built-in APIs are deprecated, since when, and what replaces them.

    python scripts/distill_deprecations.py DIRECTORY

reads the published Go module k8s.io/api (*lifecycle.go) and writes
pyhelm/authoring/deprecations.json.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

TARGET = Path(__file__).parent.parent / "pyhelm" / "authoring" / "deprecations.json"
NUMBERS = re.compile(
    r"func \(in \*(\w+)\) APILifecycle(Deprecated|Removed)\(\)[^{]*\{\s*return (\d+), (\d+)"
)
REPLACEMENT = re.compile(
    r"func \(in \*(\w+)\) APILifecycleReplacement\(\)[^{]*\{\s*return \S+\{"
    r'Group: "([^"]*)", Version: "([^"]*)", Kind: "([^"]*)"\}'
)
GROUP = re.compile(r'GroupName = "([^"]*)"')


def main(directory: str) -> None:
    """Write the table."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(Path(directory).glob("*/*/*lifecycle.go")):
        register = path.with_name("register.go").read_text(encoding="utf-8")
        group = GROUP.search(register)
        prefix = f"{group[1]}/{path.parent.name}" if group and group[1] else path.parent.name
        text = path.read_text(encoding="utf-8")
        rows: dict[str, dict[str, str]] = {}
        for kind, what, major, minor in NUMBERS.findall(text):
            rows.setdefault(kind, {})[what.lower()] = f"{major}.{minor}"
        for kind, *gvk in REPLACEMENT.findall(text):
            version = "/".join(filter(None, gvk[:2]))
            rows.setdefault(kind, {})["replacement"] = f"{version} {gvk[2]}"
        found.update({f"{prefix} {k}": row for k, row in rows.items() if "deprecated" in row})
    text = json.dumps(found, indent=1, sort_keys=True)
    TARGET.write_text(text + "\n", encoding="utf-8", newline="\n")
    print(f"{TARGET.name}: {len(found)} deprecated APIs")


if __name__ == "__main__":
    main(*sys.argv[1:])
