"""References as Helm takes and refuses them (what helm 4.3.1 said is in the comments' words)."""

import pytest

from pyhelm.errors import RegistryError
from pyhelm.repo.registry.reference import parse

DIGEST = "sha256:" + "0a" * 32


@pytest.mark.parametrize(
    ("text", "registry", "repository", "tag", "digest"),
    [
        ("oci://ghcr.io/a/web", "ghcr.io", "a/web", "", ""),
        ("oci://127.0.0.1:5000/web:1.0.0", "127.0.0.1:5000", "web", "1.0.0", ""),
        ("oci://[::1]:5000/web:1.0.0", "[::1]:5000", "web", "1.0.0", ""),
        ("ghcr.io/a/web:1.0.0+b.5", "ghcr.io", "a/web", "1.0.0_b.5", ""),
        (f"oci://ghcr.io/a/web@{DIGEST}", "ghcr.io", "a/web", "", DIGEST),
        (f"oci://ghcr.io/a/web:1.0.0@{DIGEST}", "ghcr.io", "a/web", "1.0.0", DIGEST),
        ("oci://h/a__b/c-d--e/f.g_h", "h", "a__b/c-d--e/f.g_h", "", ""),
    ],
)
def test_parts(text, registry, repository, tag, digest):
    found = parse(text)
    parts = (found.registry, found.repository, found.tag, found.digest)
    assert parts == (registry, repository, tag, digest)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("oci://127.0.0.1:5000", "missing registry or repository"),
        ("oci://h/Web", 'invalid repository "Web"'),
        ("oci://h/../web", 'invalid repository "../web"'),
        ("oci://h/a//b", 'invalid repository "a//b"'),
        ("oci://h/web?x=1", 'invalid repository "web?x=1"'),
        ("oci://h/web:a b", 'invalid tag "a b"'),
        ("oci://h/web:", 'invalid tag ""'),
        ("oci://h/web@sha256:00", 'invalid digest "sha256:00"'),
        ("oci://h/web@md5:00", 'invalid digest "md5:00"'),
        ("oci://user:pw@h/web", "missing registry or repository"),
        ("oci:///web", 'invalid registry ""'),
        ("oci://h:port/web", 'invalid registry "h:port"'),
        ("oci://h\n/web", "invalid registry"),
    ],
)
def test_refused(text, said):
    with pytest.raises(RegistryError) as caught:
        parse(text)
    assert said in str(caught.value)


def test_docker_hub_answers_elsewhere():
    assert parse("oci://docker.io/bitnamicharts/nginx").host == "registry-1.docker.io"
