"""Chart archives (`.tgz`): reading what strangers packed, and packing reproducibly.

Nothing is ever extracted by tarfile itself: names are checked one by one, links and devices are
empty files, and what unpacks to more than the limit is cut off while it streams (field notes:
CVE-2019-1000008, CVE-2025-32386).
"""

from __future__ import annotations

import gzip
import io
import os
import posixpath
import shutil
import tarfile
import tempfile
import zlib
from datetime import UTC, datetime
from pathlib import Path

from pyhelm._lazy import lazy_pattern, logger_of
from pyhelm._typing import Iterable, Iterator
from pyhelm.chart.limits import BOM, MAX_FILES, MAX_SIZE
from pyhelm.chart.model import File
from pyhelm.errors import ArchiveError

logger = logger_of(__name__)

GZIP_MAGIC = b"\x1f\x8b\x08"

_CONTROL = lazy_pattern(r"[\x00-\x1f\x7f-\x9f]")
_DRIVE = lazy_pattern(r"[a-zA-Z]:/")
_HOLLOW = (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE)
_WINDOWS_ONLY = frozenset('<>:"|?*')


def read_archive(data: bytes, source: str = "") -> tuple[File, ...]:
    """The files of a packed chart, named relative to its top directory, byte-order marks gone.

    Links and devices in it are empty files, of which a warning tells. Raises ArchiveError for
    whatever a chart archive must not hold, naming the member.
    """
    files, hollow = contents(data, source)
    warn_of(hollow, source)
    return files


def warn_of(hollow: Iterable[str], source: str) -> None:
    """Tell of the members that are links or devices."""
    for name in hollow:
        note = "%s: %s is a link or a device, which is not followed: it is an empty file"
        logger.warning(note, source or "chart archive", name)


def contents(data: bytes, source: str = "") -> tuple[tuple[File, ...], tuple[str, ...]]:
    """As `read_archive`, without the warning: the files, and which are links or devices."""
    where = source or "chart archive"
    hollow: list[str] = []
    if not data.startswith(GZIP_MAGIC):
        raise ArchiveError(_not_an_archive(where, data))
    try:
        with gzip.open(io.BytesIO(data)) as unzipped:
            bounded = _Bounded(unzipped, where)
            with tarfile.open(fileobj=bounded, mode="r|", errorlevel=2) as tar:
                files = tuple(_members(tar, where, hollow))
    except (tarfile.TarError, EOFError, zlib.error, OSError, ValueError) as exc:
        raise ArchiveError(f"{where}: the archive is broken: {exc}; fetch it again") from exc
    if not files:
        raise ArchiveError(f"{where}: no files in chart archive")
    return files, tuple(hollow)


def write_archive(files: Iterable[File], top: str, *, when: float = 0) -> bytes:
    """Pack files under the directory `top`; the same files make the same bytes.

    As Helm packs: regular files, mode 0644, ustar, two zero blocks at the end. A file's time is its
    `modtime`, else `when` (seconds since 1970); SOURCE_DATE_EPOCH is the caller's business. Raises
    ArchiveError for a name that an archive can't hold.
    """
    out = io.BytesIO()
    for file in files:
        _refuse_unreadable(file.name, top)
        member = tarfile.TarInfo(f"{top}/{file.name}")
        member.size = len(file.data)
        member.mode = 0o644
        member.mtime = round(_seconds(file.modtime) if file.modtime else when)
        out.write(_header(member))
        out.write(file.data)
        out.write(b"\0" * (-len(file.data) % tarfile.BLOCKSIZE))
    out.write(b"\0" * 2 * tarfile.BLOCKSIZE)
    return gzip.compress(out.getvalue(), compresslevel=9, mtime=0)


def expand(data: bytes, directory: str | Path) -> Path:
    """Unpack a chart into a new directory of its own name below `directory`, and return that.

    Refuses to write over anything; a failure leaves nothing behind. Raises ArchiveError.
    """
    from pyhelm.chart import load

    files = read_archive(data)
    _refuse_twins(files)
    name = load.load_files(files).name
    target = Path(directory) / name
    if target.exists() and any(target.iterdir() if target.is_dir() else [target]):
        raise ArchiveError(f"unpack {name}: a file or directory with the name {target} exists")
    staging = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=directory))
    try:
        _write_files(files, staging / name)
        if target.is_dir():
            target.rmdir()
        os.replace(staging / name, target)
    except OSError as exc:
        raise ArchiveError(f"unpack {name} into {directory}: {exc.strerror or exc}") from exc
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return target


class _Bounded(io.RawIOBase):
    """A stream that refuses to yield more than a chart may unpack to, headers included."""

    def __init__(self, stream: gzip.GzipFile, where: str) -> None:
        self._stream = stream
        self._where = where
        self._left = MAX_SIZE + MAX_FILES * tarfile.BLOCKSIZE

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(min(size, 1 << 20) if size >= 0 else 1 << 20)
        self._left -= len(data)
        if self._left < 0:
            raise _too_large(self._where)
        return data


def _too_large(where: str) -> ArchiveError:
    return ArchiveError(f"{where}: decompressed chart is larger than the maximum size {MAX_SIZE}")


def _members(tar: tarfile.TarFile, where: str, hollow: list[str]) -> Iterator[File]:
    left, count = MAX_SIZE, 0
    seen: set[str] = set()
    for member in tar:
        count += 1
        if count > MAX_FILES:
            raise ArchiveError(f"{where}: more than {MAX_FILES} files")
        if member.isdir():
            continue
        name = _checked_name(member.name, where)
        if name in seen:
            raise ArchiveError(f"{where}: the archive holds {name} twice")
        seen.add(name)
        if member.type in _HOLLOW:
            # Helm: an empty file, and public charts have such.
            hollow.append(name)
            member.size = 0
        left -= member.size
        if left < 0:
            raise _too_large(where)
        # Not for links: tarfile would look for what they lead to.
        stream = tar.extractfile(member) if member.size else None
        data = stream.read(member.size) if stream else b""
        if len(data) != member.size:
            raise ArchiveError(f"{where}: {name} is cut short; fetch the archive again")
        yield File(name, data.removeprefix(BOM), _rfc3339(member.mtime))


def _checked_name(raw: str, where: str) -> str:
    """A member's path below the top directory, in Helm's words when it is none."""
    if not raw.isprintable() and _CONTROL.search(raw):
        raise ArchiveError(f"{where}: chart contains illegally named files: {raw!r}")
    # Helm: an archive made on Windows may use backslashes throughout.
    parts = raw.split("\\" if "\\" in raw else "/")
    if parts[0] == "Chart.yaml":
        raise ArchiveError(f"{where}: chart yaml not in base directory")
    name = "/".join(parts[1:])
    if name.startswith("/"):
        raise ArchiveError(f"{where}: chart illegally contains absolute paths: {raw!r}")
    name = posixpath.normpath(name)
    if name == ".":
        raise ArchiveError(
            f'{where}: chart illegally contains content outside the base directory: "{raw}"'
        )
    if name.startswith(".."):
        raise ArchiveError(f"{where}: chart illegally references parent directory: {raw!r}")
    if _DRIVE.match(name):
        raise ArchiveError(f"{where}: chart contains illegally named files: {raw!r}")
    return name


def _refuse_unreadable(name: str, top: str) -> None:
    """What is packed must be the same chart when it is read."""
    if _checked_name(f"{top}/{name}", f"pack {top}") != name:
        raise ArchiveError(
            f"pack {top}: a backslash in an archive parts directories, so that {name!r} would be "
            "another file; rename it"
        )


def _refuse_twins(files: Iterable[File]) -> None:
    """Two files of one name, as a disk that folds case sees it, would overwrite each other."""
    seen: dict[str, str] = {}
    for file in files:
        twin = seen.setdefault(file.name.casefold(), file.name)
        if twin != file.name:
            raise ArchiveError(f"{twin} and {file.name} would be the same file on some disks")


def _not_an_archive(where: str, data: bytes) -> str:
    if where.endswith((".yml", ".yaml")):
        return f"file '{where}' seems to be a YAML file, but expected a gzipped archive"
    from pyhelm.chart.content_type import content_type

    kind = content_type(data)
    return f"file '{where}' does not appear to be a gzipped archive; got '{kind}'"


def _write_files(files: Iterable[File], root: Path) -> None:
    for file in files:
        if os.name == "nt" and _WINDOWS_ONLY & set(file.name):
            raise ArchiveError(f"{file.name} can't be the name of a file on Windows")
        path = root / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.data)


def _header(member: tarfile.TarInfo) -> bytes:
    """A header as Go writes it: ustar, where need be with the name in a pax record before it."""
    path = member.name
    if path.isascii() and len(path) <= tarfile.LENGTH_NAME:
        return _block(member)
    if (split := _split_path(path)) is not None:
        member.name = split[1]
        return _block(member, split[0])
    data = _pax_record("path", path)
    folder, _, base = path.rpartition("/")
    extra = tarfile.TarInfo(_ascii(f"{folder}/PaxHeaders.0/{base}"))
    extra.mode, extra.size, extra.type = 0, len(data), tarfile.XHDTYPE
    member.name = _ascii(path)
    padding = b"\0" * (-len(data) % tarfile.BLOCKSIZE)
    return extra.tobuf(tarfile.USTAR_FORMAT) + data + padding + _block(member)


def _block(member: tarfile.TarInfo, prefix: str = "") -> bytes:
    """One ustar header; Go writes zeros for the device numbers, Python nothing."""
    header = bytearray(member.tobuf(tarfile.USTAR_FORMAT))
    header[329:345] = b"0000000\0" * 2
    header[345 : 345 + len(prefix)] = prefix.encode("ascii")
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header)


def _split_path(path: str) -> tuple[str, str] | None:
    """A long path as ustar's prefix and name, cut at the last slash that will do; else None."""
    prefix, slash, _ = path[: tarfile.LENGTH_PREFIX + 1].rpartition("/")
    name = path[len(prefix) + 1 :]
    if not path.isascii() or not slash or not prefix or not 0 < len(name) <= tarfile.LENGTH_NAME:
        return None
    return prefix, name


def _pax_record(key: str, value: str) -> bytes:
    """`LENGTH key=value`, where the length counts itself."""
    body = f" {key}={value}\n".encode("utf-8", "surrogateescape")
    length = len(body) + len(str(len(body) + 2))
    return str(length).encode() + body


def _ascii(path: str) -> str:
    return path.encode("ascii", "ignore").decode()[: tarfile.LENGTH_NAME].rstrip("/")


def _seconds(rfc3339: str) -> float:
    return datetime.fromisoformat(rfc3339.replace("Z", "+00:00")).timestamp()


def _rfc3339(seconds: float) -> str:
    moment = datetime.fromtimestamp(max(seconds, 0), UTC)
    return moment.isoformat().replace("+00:00", "Z")
