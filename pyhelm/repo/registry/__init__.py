"""OCI registries: Helm's charts as artifacts, over the distribution protocol.

Written on `requests`: the library that there is for Python, oras 0.2, sends credentials to any
realm and upload location that a server names (CVE-2026-48978, CVE-2026-50151), checks no digest of
what it downloads and bounds no body.
"""
