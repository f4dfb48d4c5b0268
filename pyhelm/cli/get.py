"""`get`: what a release was made from and what it made."""

from __future__ import annotations

from pyhelm._typing import Any
from pyhelm.chart.model import Dependency
from pyhelm.cli.call import Call
from pyhelm.cli.output import encoded, sorted_keys, to_yaml
from pyhelm.cli.release_text import computed, hooks_text, status_text
from pyhelm.release.model import Release

_APPLY_METHODS = {
    "": "client-side apply (defaulted)",
    "csa": "client-side apply",
    "ssa": "server-side apply",
}


def everything(call: Call) -> None:
    """`pyhelm get all RELEASE_NAME`."""
    template = call.values["template"]
    if template:
        return call.terminal.write(_by_template(template, _release(call)))
    return call.terminal.write(status_text(call, _release(call), debug=True, metadata=True))


def _by_template(template: str, release: Release) -> str:
    from pyhelm.cli.go_template import release_data
    from pyhelm.engine.gotemplate.plain import text_of

    return text_of(template, release_data(release))


def values(call: Call) -> None:
    """`pyhelm get values RELEASE_NAME`."""
    release = _release(call)
    every = bool(call.values["all"])
    # Helm: a release without values prints null.
    found = sorted_keys(computed(release) if every else release.config or None)
    if call.output != "table":
        return call.terminal.write(encoded(found, call.output))
    title = "COMPUTED VALUES:" if every else "USER-SUPPLIED VALUES:"
    return call.terminal.show(f"{title}\n{to_yaml(found)}")


def manifest(call: Call) -> None:
    """`pyhelm get manifest RELEASE_NAME`."""
    call.terminal.show(f"{_release(call).manifest}\n")


def hooks(call: Call) -> None:
    """`pyhelm get hooks RELEASE_NAME`."""
    call.terminal.show(hooks_text(_release(call)))


def notes(call: Call) -> None:
    """`pyhelm get notes RELEASE_NAME`."""
    text = _release(call).info.notes
    if text:
        call.terminal.show(f"NOTES:\n{text}\n")


def metadata(call: Call) -> None:
    """`pyhelm get metadata RELEASE_NAME`."""
    # Helm: the last revision is shown with Helm's own labels, one that is asked for without.
    asked = bool(call.values["revision"])
    release = _release(call) if asked else call.client.get_labelled(call.args[0])
    if call.output != "table":
        return call.terminal.write(encoded(_metadata(release), call.output))
    dependencies = sorted(dep.name for dep in release.chart.metadata.dependencies)
    own = _metadata(release)
    lines = {
        "NAME": release.name,
        "CHART": own["chart"],
        "VERSION": own["version"],
        "APP_VERSION": own["appVersion"],
        "ANNOTATIONS": _pairs(release.chart.metadata.annotations),
        "LABELS": _pairs(release.labels),
        "DEPENDENCIES": ",".join(dependencies),
        "NAMESPACE": release.namespace,
        "REVISION": str(release.version),
        "STATUS": own["status"],
        "DEPLOYED_AT": own["deployedAt"],
        "APPLY_METHOD": _apply_method(release.apply_method),
    }
    for name, value in lines.items():
        call.terminal.line(f"{name}: {value}")
    return None


def _release(call: Call) -> Release:
    return call.client.get(call.args[0], call.values["revision"])


def _metadata(release: Release) -> dict[str, Any]:
    """Helm's fields in Helm's order, those that are empty left out where Helm does."""
    chart, info = release.chart.metadata, release.info
    found: dict[str, Any] = {
        "name": release.name,
        "chart": chart.name,
        "version": chart.version,
        "appVersion": chart.app_version,
        "annotations": sorted_keys(chart.annotations) or None,
        "labels": sorted_keys(release.labels) or None,
        "dependencies": [_dependency(dep) for dep in chart.dependencies] or None,
        "namespace": release.namespace,
        "revision": release.version,
        "status": str(info.status),
        "deployedAt": _whole_seconds(release),
        "applyMethod": release.apply_method or None,
    }
    return {key: value for key, value in found.items() if value is not None}


def _dependency(dependency: Dependency) -> dict[str, Any]:
    optional = {
        "condition": dependency.condition,
        "tags": list(dependency.tags),
        "enabled": dependency.enabled,
        "import-values": list(dependency.import_values),
        "alias": dependency.alias,
    }
    version = {"version": dependency.version} if dependency.version else {}
    own = {"name": dependency.name, **version, "repository": dependency.repository}
    return {**own, **{key: value for key, value in optional.items() if value}}


def _whole_seconds(release: Release) -> str:
    deployed = release.info.last_deployed
    if deployed is None:
        return "0001-01-01T00:00:00Z"
    return type(deployed)(deployed.moment).rfc3339()


def _apply_method(method: str) -> str:
    return _APPLY_METHODS.get(method, f'unknown ("{method}")')


def _pairs(labels: dict[str, str]) -> str:
    return ",".join(f"{key}={labels[key]}" for key in sorted(labels))
