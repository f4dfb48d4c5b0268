"""Plugin archives: packed from a directory, and unpacked with distrust (CVE-2020-4053)."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import zlib

from pyhelm._typing import Iterator
from pyhelm.errors import PluginError
from pyhelm.plugins.metadata import FILE, Plugin, parse

SUFFIXES = (".tgz", ".tar.gz")
MAX_SIZE = 256 * 1024 * 1024
MAX_MEMBERS = 20_000


def is_archive(source: str) -> bool:
    """Whether a path or URL ends as an archive's does."""
    return source.endswith(SUFFIXES)


def plugin_of(data: bytes, source: str) -> tuple[Plugin, str]:
    """The plugin in an archive, and the folder in it that holds it; raises PluginError."""
    for member, content in _members(data, source):
        folder, _, name = member.name.rpartition("/")
        if name == FILE and "/" not in folder and member.isfile():
            return parse(content, source), folder
    raise PluginError(f"{source}: plugin.yaml not found in tarball")


def unpack(data: bytes, source: str, folder: str, target: str) -> None:
    """Write the files below a folder of an archive into a new directory; raises PluginError."""
    prefix = f"{folder}/" if folder else ""
    for member, content in _members(data, source):
        rest = member.name.removeprefix(prefix).strip("/")
        if not member.name.startswith(prefix) or not rest:
            continue
        path = os.path.join(target, *rest.split("/"))
        if member.isdir():
            os.makedirs(path, exist_ok=True)
            continue
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "xb") as file:
            file.write(content)
        os.chmod(path, 0o755 if member.mode & 0o111 else 0o644)


def pack(directory: str, name: str) -> bytes:
    """A directory as an archive, below the plugin's name; raises PluginError for links."""
    out = io.BytesIO()
    stream = gzip.GzipFile(fileobj=out, mode="wb", mtime=0)
    with stream, tarfile.open(fileobj=stream, mode="w") as tar:
        for path in sorted(_files(directory)):
            if os.path.islink(path):
                raise PluginError(f"package plugin: {path} is a link; archives have none")
            inside = os.path.relpath(path, directory).replace(os.sep, "/")
            tar.add(path, f"{name}/{inside}", recursive=False)
    return out.getvalue()


def _files(directory: str) -> Iterator[str]:
    for folder, folders, names in os.walk(directory):
        folders[:] = sorted(set(folders) - {".git"})
        yield from (os.path.join(folder, name) for name in (*folders, *names))


def _members(data: bytes, source: str) -> Iterator[tuple[tarfile.TarInfo, bytes]]:
    """All members, checked, with what the files hold."""
    seen = set()
    try:
        with tarfile.open(fileobj=io.BytesIO(_decompressed(data, source)), mode="r:") as tar:
            for count, member in enumerate(tar):
                member.name = _checked(member, source)
                twin = member.name.casefold()
                if count > MAX_MEMBERS:
                    raise PluginError(f"{source}: the archive holds too much")
                if member.isfile() and twin in seen:
                    raise PluginError(f"{source}: {member.name} is in the archive twice")
                seen.add(twin)
                file = tar.extractfile(member) if member.isfile() else None
                yield member, file.read() if file else b""
    except (tarfile.TarError, zlib.error, OSError, EOFError) as exc:
        raise PluginError(f"{source}: failed to extract archive: {exc}") from exc


def _decompressed(data: bytes, source: str) -> bytes:
    """All of it, so that an archive that was cut off is noticed."""
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
        found = stream.read(MAX_SIZE + 1)
    if len(found) > MAX_SIZE:
        raise PluginError(f"{source}: the archive holds too much")
    return found


def _checked(member: tarfile.TarInfo, source: str) -> str:
    name = member.name.replace("\\", "/")
    reason = ""
    if ":" in name or not name.isprintable():
        reason = "path contains ':', or what can't be printed, which is illegal"
    elif ".." in name.split("/"):
        reason = "path contains '..', which is illegal"
    elif name.startswith("/"):
        reason = "path is absolute, which is illegal"
    elif not member.isfile() and not member.isdir():
        reason = "it is a link or a device"
    if reason:
        raise PluginError(f"{source}: {name!r} in the archive: {reason}")
    return "/".join(part for part in name.split("/") if part not in ("", "."))
