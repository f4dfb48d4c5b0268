"""`package`: a chart's directory as an archive; the same input makes the same bytes.

The order and form are Helm's (pkg/chart/v2/util/save.go): Chart.yaml written anew, then the lock,
values, schema, templates, files, and each subchart likewise.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from pathlib import Path

from pyhelm import _yaml
from pyhelm._dataclass import dataclass, field, replace
from pyhelm._typing import Callable, Iterator
from pyhelm.actions.prepare import check_dependencies
from pyhelm.chart import archive, load, metadata
from pyhelm.chart.model import ENGINE_ANNOTATION, Chart, File
from pyhelm.errors import ChartError, ProvenanceError, UsageError


def _no_passphrase(owner: str) -> str:
    raise ProvenanceError(f"the key of {owner} has a passphrase; give it with --passphrase-file")


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageOptions:
    """`pyhelm package`; `source_date_epoch` (seconds since 1970) is the time of every file.

    Without it each file keeps its own. With `sign` a provenance file is written beside the archive,
    signed with the one key of `keyring` whose owner's name has `key` in it; `passphrase` is asked
    for that key's passphrase if it has one.
    """

    version: str = ""
    app_version: str = ""
    destination: str = "."
    dependency_update: bool = False
    source_date_epoch: int | None = None
    sign: bool = False
    key: str = ""
    keyring: str = ""
    passphrase: Callable[[str], str] = field(default=_no_passphrase, repr=False)


def package(path: str | Path, options: PackageOptions) -> Path:
    """Pack the chart at `path`; returns the archive's path. Raises ChartError."""
    path = Path(path)
    if not path.exists():
        raise ChartError(f"stat {path}: no such file or directory")
    if not path.is_dir():
        raise ChartError(f"unable to detect chart at {path}/Chart.yaml: {path} is not a directory")
    chart = _versioned(load.load(path), options)
    metadata.check_api_version(chart.metadata)
    check_dependencies(chart)
    epoch = options.source_date_epoch
    if epoch is not None:
        chart = _locked_at(chart, epoch)
    files = tuple(_files(chart, ""))
    if epoch is not None:
        files = tuple(replace(file, modtime="") for file in files)
    when = time.time() if epoch is None else epoch
    data = archive.write_archive(files, chart.name, when=when)
    name = f"{chart.name}-{chart.metadata.version}.tgz"
    target = Path(options.destination) / name
    signed = _signed(data, name, options) if options.sign else None
    if signed is not None:
        _write(target.with_name(f"{name}.prov"), signed)
    return _write(target, data)


def epoch_of(text: str) -> int | None:
    """$SOURCE_DATE_EPOCH as a number; None where it is empty. Raises UsageError."""
    if not text:
        return None
    try:
        # Only what Go's ParseInt takes: Python's int() knows blanks and underscores too.
        number = int(text) if set(text) <= set("+-0123456789") else None
    except ValueError:
        number = None
    if number is None or not -(2**63) <= number < 2**63:
        why = "invalid syntax" if number is None else "value out of range"
        raise UsageError(f'invalid SOURCE_DATE_EPOCH: strconv.ParseInt: parsing "{text}": {why}')
    if number < 0:
        raise UsageError("invalid SOURCE_DATE_EPOCH: must not be negative")
    return number


def _locked_at(chart: Chart, epoch: int) -> Chart:
    """The chart with this time in its lock and in its subcharts'."""
    children = tuple(_locked_at(child, epoch) for child in chart.dependencies)
    if chart.lock is None:
        return replace(chart, dependencies=children)
    generated = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch))
    return replace(chart, dependencies=children, lock=replace(chart.lock, generated=generated))


def _signed(data: bytes, name: str, options: PackageOptions) -> bytes:
    """The provenance file, made before anything is written."""
    from pyhelm.repo.provenance.charts import sign

    if not options.key:
        raise UsageError("--key is required for signing a package")
    if not options.keyring:
        raise UsageError("--keyring is required for signing a package")
    return sign(data, name, options.keyring, options.key, options.passphrase)


def _versioned(chart: Chart, options: PackageOptions) -> Chart:
    info = chart.metadata
    changed = replace(
        info,
        version=options.version or info.version,
        app_version=options.app_version or info.app_version,
    )
    metadata.check(changed)
    return replace(chart, metadata=changed)


def _files(chart: Chart, prefix: str) -> Iterator[File]:
    """A chart's files in the order of the archive, its subcharts' behind them."""
    yield File(f"{prefix}Chart.yaml", _chart_yaml(chart), chart.modtime)
    if chart.lock is not None and chart.metadata.api_version == "v2":
        text = _yaml.dump(metadata.lock_dict(chart.lock))
        yield File(f"{prefix}Chart.lock", text.encode(), chart.lock.generated)
    for file in chart.raw:
        if file.name == "values.yaml":
            yield _under(prefix, file)
    if chart.schema is not None:
        yield File(
            f"{prefix}values.schema.json", _schema(chart.name, chart.schema), chart.schema_modtime
        )
    for file in (*chart.templates, *chart.files):
        yield _under(prefix, file)
    for child in chart.dependencies:
        yield from _files(child, f"{prefix}charts/{child.name}/")


def _chart_yaml(chart: Chart) -> bytes:
    """Chart.yaml with its fields in order; a Jinja chart says so twice, since Helm drops one."""
    row = metadata.to_dict(chart.metadata)
    if chart.metadata.api_version == "v1":
        row.pop("dependencies", None)
    if chart.metadata.template_engine == "jinja":
        row["engine"] = "jinja"
        row["annotations"] = {**row.get("annotations", {}), ENGINE_ANNOTATION: "jinja"}
    return _yaml.dump(row).encode()


def _schema(name: str, schema: bytes) -> bytes:
    try:
        json.loads(schema)
    except ValueError as exc:
        raise ChartError(f"{name}: invalid JSON in values.schema.json: {exc}") from exc
    return schema


def _under(prefix: str, file: File) -> File:
    return replace(file, name=prefix + file.name)


def _write(target: Path, data: bytes) -> Path:
    """Under a temporary name, then renamed."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(name).chmod(0o644)
        os.replace(name, target)
    except OSError as exc:
        raise ChartError(f"write {target}: {exc.strerror or exc}") from exc
    return target
