"""The TLS of a connection to an API server: whom to trust, which certificate to show.

Go's rules, which clusters are made for: any certificate in the CA file is trusted as it stands,
and the strictness that Python 3.13 added for CA extensions is off, since many clusters' CAs lack
them.
"""

from __future__ import annotations

import os
import ssl

from pyhelm.errors import CredentialsError
from pyhelm.kube.access import Access
from pyhelm.kube.credentials import Certificate


def context_for(access: Access, certificate: Certificate | None) -> ssl.SSLContext:
    """The TLS settings of an access; raises CredentialsError for certificates that are none."""
    context = _trusting(access)
    if access.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if certificate is not None:
        _show(context, certificate, access)
    return context


def _trusting(access: Access) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.set_alpn_protocols(["http/1.1"])
    if access.insecure:
        return context
    authorities = _authorities(access)
    if not authorities:
        context.load_default_certs()
        return context
    try:
        context.load_verify_locations(cadata=authorities)
    except (ssl.SSLError, ValueError) as exc:
        source = access.ca_file or "certificate-authority-data"
        raise CredentialsError(
            "kubernetes cluster unreachable: unable to load root certificates: "
            f"unable to parse bytes as PEM block ({source}, {access.where})"
        ) from exc
    return context


def _authorities(access: Access) -> str:
    if access.ca_data or not access.ca_file:
        return access.ca_data.decode("ascii", "ignore")
    try:
        with open(access.ca_file, "rb") as file:
            return file.read().decode("ascii", "ignore")
    except OSError as exc:
        reason = (exc.strerror or str(exc)).lower()
        raise CredentialsError(
            "kubernetes cluster unreachable: unable to load root certificates: "
            f"open {access.ca_file}: {reason}"
        ) from exc


def _show(context: ssl.SSLContext, certificate: Certificate, access: Access) -> None:
    """Load a client certificate; OpenSSL reads files only, so it gets one for this moment."""
    import tempfile

    handle, name = tempfile.mkstemp(prefix="pyhelm-", suffix=".pem")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(certificate.certificate + b"\n" + certificate.key)
        context.load_cert_chain(name, password=lambda: b"")
    except (ssl.SSLError, ValueError) as exc:
        raise CredentialsError(
            "kubernetes cluster unreachable: tls: the client certificate and key of user "
            f'"{access.user.name}" do not form a usable pair ({access.where})'
        ) from exc
    finally:
        os.unlink(name)
