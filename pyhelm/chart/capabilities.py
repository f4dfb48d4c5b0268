"""What templates know of the cluster: Helm's `.Capabilities`."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class KubeVersion:
    """The cluster's version; `version` is `v1.37.0`, `major` and `minor` are texts."""

    version: str
    major: str
    minor: str


@dataclass(frozen=True, slots=True)
class Capabilities:
    """The Kubernetes version and the `group/version` and `group/version/Kind` that it serves."""

    kube_version: KubeVersion
    api_versions: tuple[str, ...] = ()
    helm_version: str = field(default="v4.3.1")

    def has(self, api_version: str) -> bool:
        """Whether the cluster serves this `group/version` or `group/version/Kind`."""
        return api_version in self.api_versions
