"""Keys and certificates in PEM, with the extensions that Go gives them; libraries on use."""

from __future__ import annotations

import secrets

from pyhelm._typing import TYPE_CHECKING, Any, Callable, ClassVar, Mapping, Sequence
from pyhelm.engine.functions import FunctionError
from pyhelm.engine.functions.encoding import decode64
from pyhelm.engine.functions.fmt import quote, show
from pyhelm.engine.objects import Exposed

if TYPE_CHECKING:
    from cryptography import x509

RSA_BITS = 2048
RSA_KEY_BITS = 4096

SERIAL_BITS = 128

MOST_MADE = 16
_made: dict[str, Any] = {}
"""Keys that were made here, by their text: to check one that it reads takes OpenSSL as long as to
make it, and what signs next is nearly always the authority that was made just before."""

Names = Sequence[Any] | None


class Certificate(Exposed):
    """A certificate and its key in PEM: Sprig's `certificate`."""

    go_type = "sprig.certificate"
    go_kind = "struct"
    _exposed: ClassVar[Mapping[str, str]] = {"Cert": "cert", "Key": "key"}

    def __init__(self, cert: str, key: str) -> None:
        self.cert, self.key = cert, key

    def go_fields(self) -> list[tuple[str, Any]]:
        """Names and values of the struct's fields."""
        return [("Cert", self.cert), ("Key", self.key)]


def private_key(kind: str) -> str:
    """A new private key: rsa, dsa, ecdsa or ed25519; the error's text for another kind."""
    from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa

    makers: dict[str, Callable[[], Any]] = {
        "": lambda: rsa.generate_private_key(65537, RSA_KEY_BITS),
        "rsa": lambda: rsa.generate_private_key(65537, RSA_KEY_BITS),
        "dsa": lambda: dsa.generate_private_key(2048),
        "ecdsa": lambda: ec.generate_private_key(ec.SECP256R1()),
        "ed25519": ed25519.Ed25519PrivateKey.generate,
    }
    return _key_pem(makers[kind]()) if kind in makers else f"Unknown type {kind}"


def private_key_checked(kind: str) -> str:
    """For Jinja: a new private key; an unknown kind fails."""
    made = private_key(kind)
    if made.startswith("Unknown type"):
        raise FunctionError(made)
    return made


def _key_pem(key: Any) -> str:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ed25519

    formats = serialization.PrivateFormat
    modern = isinstance(key, ed25519.Ed25519PrivateKey)
    pem: bytes = key.private_bytes(
        serialization.Encoding.PEM,
        formats.PKCS8 if modern else formats.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    text = pem.decode()
    if len(_made) >= MOST_MADE:
        _made.clear()
    _made[text] = key
    return text


def _new_key() -> Any:
    from cryptography.hazmat.primitives.asymmetric import rsa

    return rsa.generate_private_key(65537, RSA_BITS)


def _load_key(pem: str) -> Any:
    """A private key; raises FunctionError in Sprig's words."""
    if pem in _made:
        return _made[pem]
    from cryptography.hazmat.primitives import serialization

    start = pem.find("-----BEGIN ")
    kind = pem[start + 11 :].partition("-----")[0]
    if start < 0 or "-----END " not in pem:
        raise FunctionError("no PEM data in input")
    if not f" {kind}".endswith(" PRIVATE KEY"):
        raise FunctionError(f"no private key data in PEM block of type {kind}")
    if kind not in ("PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY"):
        raise FunctionError(f"invalid private key type {kind}")
    try:
        return serialization.load_pem_private_key(pem[start:].encode(), None)
    except (ValueError, TypeError) as exc:
        known = f"parsing {kind.partition(' ')[0]} private key from PEM"
        doing = "decoding PEM as PKCS#8" if kind == "PRIVATE KEY" else known
        raise FunctionError(f"{doing}: malformed key") from exc


def _given_key(pem: str, doing: str) -> Any:
    try:
        return _load_key(pem)
    except FunctionError as exc:
        raise FunctionError(f"{doing}: {exc}") from exc


def _load_certificate(pem: str, variable: str) -> x509.Certificate:
    from cryptography import x509

    if "-----BEGIN " not in pem:
        raise FunctionError("unable to decode certificate")
    try:
        return x509.load_pem_x509_certificate(pem.encode())
    except ValueError as exc:
        said = f"error parsing certificate: {variable}: x509: malformed certificate"
        raise FunctionError(said) from exc


def gen_ca(name: str, days: int) -> Certificate:
    """A certificate authority."""
    return _authority(name, days, _new_key())


def gen_ca_with_key(name: str, days: int, key: str) -> Certificate:
    """A certificate authority with a key that there is already."""
    return _authority(name, days, _given_key(key, "parsing private key"))


def _authority(name: str, days: int, key: Any) -> Certificate:
    return _Request(name, None, None, days).signed(key, None, authority=True)


def gen_self_signed(name: str, ips: Names, names: Names, days: int) -> Certificate:
    """A certificate signed by its own key."""
    return _Request(name, ips, names, days).signed(_new_key(), None)


def gen_self_signed_with_key(
    name: str, ips: Names, names: Names, days: int, key: str
) -> Certificate:
    """A certificate signed by its own key, which there is already."""
    own = _given_key(key, "parsing private key")
    return _Request(name, ips, names, days).signed(own, None)


def gen_signed(name: str, ips: Names, names: Names, days: int, ca: Any) -> Certificate:
    """A certificate signed by an authority."""
    return _Request(name, ips, names, days).signed(_new_key(), ca)


def gen_signed_with_key(
    name: str, ips: Names, names: Names, days: int, ca: Any, key: str
) -> Certificate:
    """A certificate for a key that there is already, signed by an authority."""
    own = _given_key(key, "parsing private key")
    return _Request(name, ips, names, days).signed(own, ca)


def build_custom_cert(cert: str, key: str) -> Certificate:
    """A certificate and its key from base64 texts."""
    pems: list[str] = []
    for text, what in ((cert, "certificate"), (key, "private key")):
        try:
            pems.append(decode64(text).decode("utf-8", "surrogateescape"))
        except ValueError as exc:
            raise FunctionError(f"unable to decode base64 {what}") from exc
    _load_certificate(pems[0], "decodedCert.Bytes")
    _given_key(pems[1], "error parsing private key")
    return Certificate(*pems)


class _Request:
    """What a certificate shall say."""

    def __init__(self, name: str, ips: Names, names: Names, days: int) -> None:
        self.name, self.days = name, days
        self.addresses = [_address(ip) for ip in ips or ()]
        self.hosts = [_host(host) for host in names or ()]

    def signed(self, key: Any, ca: Any, *, authority: bool = False) -> Certificate:
        """The certificate for a key, signed by an authority or by itself."""
        issuer = _load_certificate(_part(ca, "Cert"), "decodedSignerCert.Bytes") if ca else None
        signer = _given_key(_part(ca, "Key"), "error parsing private key") if ca else key
        import warnings

        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # names longer than the standard's
                return self._made(key, issuer, signer, authority)
        except (ValueError, OverflowError, TypeError) as exc:
            raise FunctionError(f"error creating certificate: {exc}") from exc

    def _made(
        self, key: Any, issuer: x509.Certificate | None, signer: Any, authority: bool
    ) -> Certificate:
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ed25519

        builder = self._builder(key, issuer)
        for extension, critical in self._extensions(key, issuer, authority):
            builder = builder.add_extension(extension, critical=critical)
        plain = isinstance(signer, ed25519.Ed25519PrivateKey)
        made = builder.sign(signer, None if plain else hashes.SHA256())
        pem = made.public_bytes(serialization.Encoding.PEM).decode()
        return Certificate(pem, _key_pem(key))

    def _builder(self, key: Any, issuer: x509.Certificate | None) -> x509.CertificateBuilder:
        from datetime import UTC, datetime, timedelta

        from cryptography import x509

        subject = _subject(self.name)
        now = datetime.now(UTC)
        return x509.CertificateBuilder(
            subject_name=subject,
            issuer_name=subject if issuer is None else issuer.subject,
            public_key=key.public_key(),
            serial_number=secrets.randbits(SERIAL_BITS) or 1,
            not_valid_before=now,
            not_valid_after=now + timedelta(days=self.days),
        )

    def _extensions(
        self, key: Any, issuer: x509.Certificate | None, authority: bool
    ) -> list[tuple[Any, bool]]:
        """The extensions in Go's order, and whether each is critical."""
        from cryptography import x509
        from cryptography.x509.oid import ExtendedKeyUsageOID as Use

        usage = x509.KeyUsage(
            digital_signature=True,
            content_commitment=False,
            key_encipherment=True,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=authority,
            crl_sign=False,
            encipher_only=False,
            decipher_only=False,
        )
        found: list[tuple[Any, bool]] = [
            (usage, True),
            (x509.ExtendedKeyUsage([Use.SERVER_AUTH, Use.CLIENT_AUTH]), False),
            (x509.BasicConstraints(authority, None), True),
        ]
        if authority:
            found.append((x509.SubjectKeyIdentifier(_key_id(key)), False))
        parent = _parent_id(issuer) if issuer is not None else None
        if parent is not None:
            found.append((x509.AuthorityKeyIdentifier(parent, None, None), False))
        names = [x509.DNSName(host) for host in self.hosts]
        alternatives = [*names, *(x509.IPAddress(address) for address in self.addresses)]
        if alternatives:
            found.append((x509.SubjectAlternativeName(alternatives), False))
        return found


def _subject(name: str) -> x509.Name:
    """A common name of any length, as Go takes it."""
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    if not name:
        return x509.Name([])
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name, _validate=False)])


def _part(ca: Any, name: str) -> str:
    found = ca[name] if isinstance(ca, Mapping) else ca.lookup(name)
    return str(found)


def _key_id(key: Any) -> bytes:
    """The first 20 bytes of the key's SHA-256, as Go makes it."""
    import hashlib

    from cryptography import x509
    from cryptography.hazmat.primitives import serialization

    public = key.public_key()
    info = public.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    length = len(x509.SubjectKeyIdentifier.from_public_key(public).digest)
    return hashlib.sha256(info).digest()[:length]


def _parent_id(issuer: x509.Certificate) -> bytes | None:
    from cryptography import x509

    try:
        return issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except x509.ExtensionNotFound:
        return None


def _address(ip: Any) -> Any:
    import ipaddress

    if not isinstance(ip, str):
        raise FunctionError(f"error parsing ip: {show(ip)} is not a string")
    try:
        return ipaddress.ip_address(ip)
    except ValueError as exc:
        raise FunctionError(f"error parsing ip: {ip}") from exc


def _host(name: Any) -> str:
    if not isinstance(name, str):
        raise FunctionError(f"error processing alternate dns name: {show(name)} is not a string")
    if not name.isascii():
        said = f"x509: {quote(name)} cannot be encoded as an IA5String"
        raise FunctionError(f"error creating certificate: {said}")
    return name


GO_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "buildCustomCert": build_custom_cert,
    "genCA": gen_ca,
    "genCAWithKey": gen_ca_with_key,
    "genPrivateKey": private_key,
    "genSelfSignedCert": gen_self_signed,
    "genSelfSignedCertWithKey": gen_self_signed_with_key,
    "genSignedCert": gen_signed,
    "genSignedCertWithKey": gen_signed_with_key,
}


def _as_mapping(function: Callable[..., Certificate]) -> Callable[..., dict[str, Any]]:
    return lambda *arguments: dict(function(*arguments).go_fields())


FUNCTIONS: dict[str, Callable[..., Any]] = {
    name: _as_mapping(function) for name, function in GO_FUNCTIONS.items()
} | {"genPrivateKey": private_key_checked}
