"""What templates know of the cluster: Helm's `.Capabilities`."""

from __future__ import annotations

from pyhelm._dataclass import dataclass, field


@dataclass(frozen=True, slots=True)
class KubeVersion:
    """The cluster's version; `version` is `v1.37.0`, `major` and `minor` are texts.

    `normalized` is what templates print of one that was asked for: `v1.32.3` of `v1.32.3-gke.1`.
    """

    version: str
    major: str
    minor: str
    normalized: str = ""

    def __str__(self) -> str:
        # Helm: a version that a cluster tells is printed as it stands.
        return self.normalized or self.version

    @property
    def plain(self) -> str:
        """Its numbers alone: `v1.32.3`; the version as it stands, where that has none."""
        try:
            return self.normalized or parse_kube_version(self.version).normalized
        except ValueError:
            return self.version


_DIGITS = "0123456789"


def parse_kube_version(text: str) -> KubeVersion:
    """`--kube-version`: two numbers or more, and then anything, as Kubernetes reads it.

    Raises ValueError in the words of Kubernetes.
    """
    body = text.strip(" \t\n\f\r").removeprefix("v")
    numbers = _numbers(body)
    if not numbers:
        raise ValueError(f"could not parse {_quoted(text)} as version")
    if len(numbers) < 2:
        raise ValueError(f"illegal version string {_quoted(text)}")
    if numbers[0][0] == "0" != numbers[0]:
        problem = f"illegal zero-prefixed version component {_quoted(numbers[0])}"
        raise ValueError(f"{problem} in {_quoted(text)}")
    for number in numbers:
        _refuse_large(number, text)
    plain = [str(int(number)) for number in numbers]
    version = text if text.startswith("v") else f"v{text}"
    return KubeVersion(version, plain[0], plain[1], f"v{'.'.join(plain)}")


def _numbers(body: str) -> list[str]:
    """The numbers, with points between them, that a text starts with."""
    found: list[str] = []
    while True:
        rest = body.lstrip(_DIGITS)
        if rest == body:
            return found
        found.append(body[: len(body) - len(rest)])
        if rest[:1] != ".":
            return found
        body = rest[1:]


def _refuse_large(number: str, text: str) -> None:
    if len(number.lstrip("0")) > 20 or int(number) >= 2**64:
        raise ValueError(
            f"illegal non-numeric version component {_quoted(number)} in {_quoted(text)}: "
            f"strconv.ParseUint: parsing {_quoted(number)}: value out of range"
        )


def _quoted(text: str) -> str:
    from pyhelm._yaml.go_syntax import go_syntax

    return go_syntax(text)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """The Kubernetes version and the `group/version` and `group/version/Kind` that it serves."""

    kube_version: KubeVersion
    api_versions: tuple[str, ...] = ()
    helm_version: str = field(default="v4.3")

    def has(self, api_version: str) -> bool:
        """Whether the cluster serves this `group/version` or `group/version/Kind`."""
        return api_version in self.api_versions


_SERVED = """
    v1 admissionregistration.k8s.io/v1 admissionregistration.k8s.io/v1alpha1
    admissionregistration.k8s.io/v1beta1 internal.apiserver.k8s.io/v1alpha1 apps/v1 apps/v1beta1
    apps/v1beta2 authentication.k8s.io/v1 authentication.k8s.io/v1alpha1
    authentication.k8s.io/v1beta1 authorization.k8s.io/v1 authorization.k8s.io/v1beta1
    autoscaling/v1 autoscaling/v2 batch/v1 batch/v1beta1 certificates.k8s.io/v1
    certificates.k8s.io/v1beta1 certificates.k8s.io/v1alpha1 coordination.k8s.io/v1alpha2
    coordination.k8s.io/v1beta1 coordination.k8s.io/v1 discovery.k8s.io/v1
    discovery.k8s.io/v1beta1 events.k8s.io/v1 events.k8s.io/v1beta1 extensions/v1beta1
    flowcontrol.apiserver.k8s.io/v1 flowcontrol.apiserver.k8s.io/v1beta1
    flowcontrol.apiserver.k8s.io/v1beta2 flowcontrol.apiserver.k8s.io/v1beta3
    lifecycle.k8s.io/v1alpha1 networking.k8s.io/v1 networking.k8s.io/v1beta1 node.k8s.io/v1
    node.k8s.io/v1alpha1 node.k8s.io/v1beta1 policy/v1 policy/v1beta1 rbac.authorization.k8s.io/v1
    rbac.authorization.k8s.io/v1beta1 rbac.authorization.k8s.io/v1alpha1 resource.k8s.io/v1
    resource.k8s.io/v1beta2 resource.k8s.io/v1beta1 resource.k8s.io/v1alpha3
    scheduling.k8s.io/v1alpha3 scheduling.k8s.io/v1beta1 scheduling.k8s.io/v1
    storage.k8s.io/v1beta1 storage.k8s.io/v1 storage.k8s.io/v1alpha1 storagemigration.k8s.io/v1
    storagemigration.k8s.io/v1beta1 apiextensions.k8s.io/v1beta1 apiextensions.k8s.io/v1
"""

DEFAULT_API_VERSIONS = tuple(_SERVED.split())
"""What Helm 4.3 says is served where no cluster is asked: all that client-go knows."""

DEFAULT_KUBE_VERSION = "v1.37.0"
"""The Kubernetes version of Helm 4.3 where no cluster is asked."""
