"""`--kube-version`: what Kubernetes takes for a version, and what charts' kubeVersion sees."""

import re

import pytest

from pyhelm.actions.prepare import check_kube_version
from pyhelm.chart.capabilities import Capabilities, KubeVersion, parse_kube_version
from pyhelm.chart.model import Chart, Metadata
from pyhelm.errors import ChartError

READ = [
    ("1.30", "v1.30", "v1.30", "1", "30"),
    ("v1.32.3-gke.1", "v1.32.3-gke.1", "v1.32.3", "1", "32"),
    ("1.20.0-eks-123", "v1.20.0-eks-123", "v1.20.0", "1", "20"),
    ("1.23.17-2+40cc", "v1.23.17-2+40cc", "v1.23.17", "1", "23"),
    ("1.30+", "v1.30+", "v1.30", "1", "30"),
    ("1.30.x", "v1.30.x", "v1.30", "1", "30"),
    ("1.02", "v1.02", "v1.2", "1", "2"),
    ("1.30.4.5", "v1.30.4.5", "v1.30.4.5", "1", "30"),
    (" 1.30 ", "v 1.30 ", "v1.30", "1", "30"),
]

REFUSED = [
    ("2", 'illegal version string "2"'),
    ("1.-2", 'illegal version string "1.-2"'),
    ("v", 'could not parse "v" as version'),
    ("abc", 'could not parse "abc" as version'),
    ("01.3", 'illegal zero-prefixed version component "01" in "01.3"'),
    (
        "1.99999999999999999999",
        'illegal non-numeric version component "99999999999999999999" in "1.99999999999999999999": '
        'strconv.ParseUint: parsing "99999999999999999999": value out of range',
    ),
]


@pytest.mark.parametrize(("text", "version", "normalized", "major", "minor"), READ)
def test_version(text, version, normalized, major, minor):
    found = parse_kube_version(text)
    assert (found.version, str(found)) == (version, normalized)
    assert (found.major, found.minor) == (major, minor)


@pytest.mark.parametrize(("text", "problem"), REFUSED)
def test_no_version(text, problem):
    with pytest.raises(ValueError, match=f"^{re.escape(problem)}$"):
        parse_kube_version(text)


@pytest.mark.parametrize("wanted", ["*", ">= 1.19.0", "1.20 - 1.34", ">1.19, <1.33 || =1.35.0"])
def test_vendors_suffix_is_dropped_before_versions_are_compared(wanted):
    check_kube_version(_chart(wanted), Capabilities(parse_kube_version("1.32.3-gke.1785003")))


@pytest.mark.parametrize(
    ("wanted", "version"),
    [
        (">=1.19.0", "v1.32.3-gke.1785003"),
        ("*", "v1.31.4-eks-7f9249a"),
        (">= 1.32.3-gke.5 <= 1.32.3-gke.20", "v1.32.3-gke.10"),
        (">=1.29.0-0", "v1.30.2+k3s1"),
    ],
)
def test_a_clusters_own_version_may_have_a_suffix(wanted, version):
    check_kube_version(_chart(wanted), Capabilities(KubeVersion(version, "1", "30")))


@pytest.mark.parametrize("version", ["v1.32.3-gke.1", "next", "v1"])
def test_a_clusters_own_version_that_does_not_fit(version):
    with pytest.raises(ChartError, match=f"incompatible with Kubernetes {re.escape(version)}$"):
        check_kube_version(_chart(">=1.33"), Capabilities(KubeVersion(version, "1", "32")))


def test_refusal_names_the_version_in_full():
    with pytest.raises(ChartError, match=r"incompatible with Kubernetes v1\.32\.3-gke\.1$"):
        check_kube_version(_chart(">=1.33"), Capabilities(parse_kube_version("1.32.3-gke.1")))


def _chart(wanted):
    return Chart(Metadata(name="c", version="1.0.0", api_version="v2", kube_version=wanted))
