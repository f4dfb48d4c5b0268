"""Packed charts for the repository tests."""

from __future__ import annotations

import gzip
import io
import tarfile


def archive(name: str = "web", version: str = "1.0.0", **extra: str) -> bytes:
    """A packed chart with nothing but a Chart.yaml (and a file that makes versions differ)."""
    metadata = {"apiVersion": "v2", "name": name, "version": version, **extra}
    text = "".join(f"{key}: {value!r}\n" for key, value in metadata.items())
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        member = tarfile.TarInfo(f"{name}/Chart.yaml")
        member.size = len(text)
        tar.addfile(member, io.BytesIO(text.encode()))
    return gzip.compress(out.getvalue(), mtime=0)
