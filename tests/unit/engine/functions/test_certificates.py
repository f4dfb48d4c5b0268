"""Certificates: what Go puts into them, and that they are signed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtendedKeyUsageOID

from pyhelm.engine.functions import load, load_go
from pyhelm.engine.functions.encoding import b64enc

KINDS = [
    ("ecdsa", "EC PRIVATE KEY"),
    ("ed25519", "PRIVATE KEY"),
]


def _loaded(made: Any) -> x509.Certificate:
    return x509.load_pem_x509_certificate(made.cert.encode())


@pytest.fixture(scope="module")
def ca() -> Any:
    """A certificate authority."""
    return load_go("genCA")("my-ca", 30)


@pytest.mark.parametrize(("kind", "label"), KINDS)
def test_keys(kind: str, label: str) -> None:
    pem = load_go("genPrivateKey")(kind)
    assert pem.startswith(f"-----BEGIN {label}-----\n")
    assert pem.endswith(f"-----END {label}-----\n")


def test_an_authority(ca: Any) -> None:
    made = _loaded(ca)
    assert ca.key.startswith("-----BEGIN RSA PRIVATE KEY-----\n")
    assert made.subject.rfc4514_string() == made.issuer.rfc4514_string() == "CN=my-ca"
    assert made.not_valid_after_utc - made.not_valid_before_utc == timedelta(days=30)
    found = [(each.oid._name, each.critical) for each in made.extensions]
    assert found == [
        ("keyUsage", True),
        ("extendedKeyUsage", False),
        ("basicConstraints", True),
        ("subjectKeyIdentifier", False),
    ]
    usage = made.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (usage.digital_signature, usage.key_encipherment, usage.key_cert_sign) == (True,) * 3


def test_a_signed_certificate(ca: Any) -> None:
    hosts = ["a.example", "*.b.example"]
    made = _loaded(load_go("genSignedCert")("srv", ["10.0.0.1", "::1"], hosts, 10, ca))
    made.verify_directly_issued_by(_loaded(ca))
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(name.value) for name in names] == [*hosts, "10.0.0.1", "::1"]
    basic = made.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert not basic.ca
    uses = made.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(uses) == [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    parent = _loaded(ca).extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    issuer = made.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    assert issuer.key_identifier == parent.digest


@pytest.mark.parametrize("kind", ["ecdsa", "ed25519"])
def test_keys_that_are_there_are_used(kind: str) -> None:
    pem = load_go("genPrivateKey")(kind)
    own = load_go("genCAWithKey")("own", 1, pem)
    assert own.key == pem
    signed = load_go("genSignedCertWithKey")("srv", None, None, 1, own, pem)
    _loaded(signed).verify_directly_issued_by(_loaded(own))
    alone = load_go("genSelfSignedCertWithKey")("srv", None, ["x"], 1, pem)
    public = serialization.load_pem_private_key(pem.encode(), None).public_key()
    assert _loaded(alone).public_key() == public


def test_custom_certificates_are_read_back(ca: Any) -> None:
    again = load_go("buildCustomCert")(b64enc(ca.cert), b64enc(ca.key))
    assert (again.cert, again.key) == (ca.cert, ca.key)
    assert again.go_fields() == [("Cert", ca.cert), ("Key", ca.key)]


def test_jinja_sees_a_mapping(ca: Any) -> None:
    made = load("buildCustomCert")(b64enc(ca.cert), b64enc(ca.key))
    assert made == {"Cert": ca.cert, "Key": ca.key}


@pytest.mark.filterwarnings("ignore:Attribute's length")
@pytest.mark.parametrize("name", ["", "n" * 100], ids=["none", "long"])
def test_names_of_any_length(name: str) -> None:
    pem = load_go("genPrivateKey")("ecdsa")
    subject = _loaded(load_go("genCAWithKey")(name, 1, pem)).subject
    assert [part.value for part in subject] == ([name] if name else [])
