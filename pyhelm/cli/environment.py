"""`pyhelm env` and `pyhelm version`."""

from __future__ import annotations

import sys

from pyhelm._version import HELM_VERSION, __version__
from pyhelm.cli.call import Call


def env(call: Call) -> None:
    """Print Helm's variables as this process understands them, or the one that is named."""
    found = variables(call)
    if call.args:
        call.terminal.line(found.get(call.args[0], ""))
        return
    for name in sorted(found):
        call.terminal.line(f'{name}="{found[name]}"')


def version(call: Call) -> None:
    """Print PyHelm's version, and the Helm version that it matches."""
    python = ".".join(str(part) for part in sys.version_info[:3])
    own = f"v{__version__}"
    info = {"Version": own, "HelmVersion": HELM_VERSION, "PythonVersion": python}
    if call.values["template"]:
        call.terminal.write(_by_template(call.values["template"], info))
    elif call.values["short"]:
        call.terminal.line(own)
    else:
        fields = ", ".join(f'{name}:"{value}"' for name, value in info.items())
        call.terminal.line(f"version.BuildInfo{{{fields}}}")


def _by_template(template: str, info: dict[str, str]) -> str:
    from pyhelm.cli.go_template import build_info
    from pyhelm.engine.gotemplate.plain import text_of

    return text_of(template, build_info(info))


def variables(call: Call) -> dict[str, str]:
    """Helm's variables, by name."""
    s = call.settings
    found = {
        "HELM_BIN": sys.argv[0],
        "HELM_BURST_LIMIT": str(s.burst_limit),
        "HELM_CACHE_HOME": s.cache_home,
        "HELM_CONFIG_HOME": s.config_home,
        "HELM_CONTENT_CACHE": s.content_cache,
        "HELM_DATA_HOME": s.data_home,
        "HELM_DEBUG": _boolean(s.debug),
        "HELM_KUBEAPISERVER": s.kube_apiserver,
        "HELM_KUBEASGROUPS": ",".join(s.kube_as_groups),
        "HELM_KUBEASUSER": s.kube_as_user,
        "HELM_KUBECAFILE": s.kube_ca_file,
        "HELM_KUBECONTEXT": s.kube_context,
        "HELM_KUBEINSECURE_SKIP_TLS_VERIFY": _boolean(s.kube_insecure_skip_tls_verify),
        "HELM_KUBETLS_SERVER_NAME": s.kube_tls_server_name,
        # Helm prints the token here; who pastes this into a bug report gives the cluster away.
        "HELM_KUBETOKEN": "REDACTED" if s.kube_token else "",
        "HELM_MAX_HISTORY": str(s.max_history),
        "HELM_NAMESPACE": _namespace(call),
        "HELM_PLUGINS": s.plugins,
        "HELM_QPS": f"{s.qps:.2f}",
        "HELM_REGISTRY_CONFIG": s.registry_config,
        "HELM_REPOSITORY_CACHE": s.repository_cache,
        "HELM_REPOSITORY_CONFIG": s.repository_config,
    }
    return {**found, "KUBECONFIG": s.kubeconfig} if s.kubeconfig else found


def _namespace(call: Call) -> str:
    return call.settings.namespace or call.client.namespace


def _boolean(value: bool) -> str:
    return "true" if value else "false"
