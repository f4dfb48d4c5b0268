"""GnuPG with three keys, and what it exports."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

OWNERS = {
    "rsa": "Rsa Signer <rsa@example.com>",
    "ed": "Ed Signer <ed@example.com>",
    "locked": "Locked Signer <locked@example.com>",
}
PASSPHRASE = "correct horse"
ALGORITHMS = {"rsa": "rsa2048", "ed": "ed25519", "locked": "rsa2048"}


@dataclass(frozen=True)
class Gpg:
    """A GnuPG home with the three keys, and what was exported from it."""

    home: Path
    exports: Path

    def __call__(self, *arguments: str, stdin: bytes = b"") -> bytes:
        done = subprocess.run(
            ["gpg", "--batch", "--yes", "--pinentry-mode", "loopback", *arguments],
            env={**os.environ, "GNUPGHOME": str(self.home)},
            input=stdin,
            capture_output=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout + done.stderr

    def ring(self, name: str) -> str:
        return str(self.home / name if name == "pubring.kbx" else self.exports / name)


RINGS = ("pubring.gpg", "pubring.kbx", "public.asc", "legacy.gpg")


@pytest.fixture(scope="session")
def gpg(tmp_path_factory) -> Iterator[Gpg]:
    """GnuPG; its home has a short path, since its agent's socket lies there."""
    assert shutil.which("gpg"), "install GnuPG: make peers"
    home = Path(tempfile.mkdtemp(prefix="gpg-"))
    gpg = Gpg(home, tmp_path_factory.mktemp("exports"))
    for key, owner in OWNERS.items():
        passphrase = PASSPHRASE if key == "locked" else ""
        known = ("--passphrase", passphrase)
        gpg(*known, "--quick-gen-key", owner, ALGORITHMS[key], "sign", "never")
        secret = gpg.exports / f"{key}.gpg"
        gpg(*known, "--output", str(secret), "--export-secret-keys", owner)
    gpg("--output", gpg.ring("pubring.gpg"), "--export")
    gpg("--output", gpg.ring("public.asc"), "--armor", "--export")
    # GnuPG's ring of old has trust packets between the keys.
    legacy = f"gnupg-ring:{gpg.ring('legacy.gpg')}"
    gpg("--no-default-keyring", "--keyring", legacy, "--import", gpg.ring("pubring.gpg"))
    yield gpg
    subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "all"], check=False)
    # The agent takes its sockets away itself, at the same time.
    shutil.rmtree(home, ignore_errors=True)
