"""Signatures between helm, gpg and pyhelm, with RSA and Ed25519 keys and all kinds of keyrings."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.peers import documents
from tests.peers.conftest import User
from tests.peers.gnupg import OWNERS, PASSPHRASE, RINGS, Gpg


@pytest.fixture
def chart(helm: User, work: Path) -> str:
    """A chart's directory, whose description needs escapes in a signed message."""
    helm.ok("create", "web")
    path = work / "web" / "Chart.yaml"
    text = path.read_text(encoding="utf-8").replace("A Helm chart", '"- A  <Helm>  chart: ü"#')
    path.write_text(text, encoding="utf-8")
    return "web"


def package(program: User, chart: str, gpg: Gpg, key: str) -> str:
    """Sign a chart; returns the archive's path."""
    out = program.home.name
    extra: tuple[str, ...] = ()
    if key == "locked":
        (program.cwd / "passphrase").write_text(f"{PASSPHRASE}\n", encoding="utf-8")
        extra = ("--passphrase-file", "passphrase")
    flags = ("--sign", "--key", OWNERS[key], "--keyring", str(gpg.exports / f"{key}.gpg"))
    program.ok("package", chart, "--destination", out, *flags, *extra)
    return f"{out}/web-0.1.0.tgz"


@pytest.mark.parametrize("key", OWNERS)
def test_each_verifies_what_the_other_signed(
    gpg: Gpg, helm: User, pyhelm: User, chart: str, key: str, work: Path
) -> None:
    for signer in (helm, pyhelm):
        archive = package(signer, chart, gpg, key)
        for ring in RINGS:
            flags = ("verify", archive, "--keyring", gpg.ring(ring))
            theirs, ours = helm.ok(*flags), pyhelm.ok(*flags)
            assert (ours.out, ours.err) == (theirs.out, theirs.err)
            assert f"Signed by: {OWNERS[key]}\n" in ours.out
    # gpg stumbles over the end of some of helm's files, which have no line end.
    assert b"Good signature" in gpg("--verify", str(work / f"{archive}.prov"))


def test_the_signed_text_is_the_same(
    gpg: Gpg, helm: User, pyhelm: User, chart: str, work: Path
) -> None:
    archive = package(helm, chart, gpg, "rsa")
    ours = package(pyhelm, chart, gpg, "rsa")
    texts = []
    for path in (archive, ours):
        text = (work / f"{path}.prov").read_text(encoding="utf-8")
        texts.append(text.partition("-----BEGIN PGP SIGNATURE-----")[0])
    theirs, mine = (text.rpartition("sha256:")[0] for text in texts)
    assert mine == theirs


def test_what_gpg_signed(gpg: Gpg, helm: User, pyhelm: User, chart: str, work: Path) -> None:
    archive = package(pyhelm, chart, gpg, "ed")
    prov = work / f"{archive}.prov"
    text = gpg("--decrypt", str(prov)).partition(b"gpg: ")[0]
    sign = ("--local-user", OWNERS["rsa"], "--digest-algo", "SHA256", "--clearsign")
    prov.write_bytes(gpg("--passphrase", "", *sign, stdin=text))
    flags = ("verify", archive, "--keyring", gpg.ring("pubring.gpg"))
    assert pyhelm.ok(*flags).out == helm.ok(*flags).out
    assert OWNERS["rsa"] in pyhelm.ok(*flags).out


REFUSED = {
    "no provenance": "could not load provenance file",
    "another archive": "sha256 sum does not match for web-0.1.0.tgz",
    "another name": "provenance does not contain a SHA for a file named",
    "another signer": "openpgp: signature made by unknown entity",
    "no keyring": "failed to load keyring: open nowhere: no such file or directory",
}


@pytest.mark.parametrize("why", REFUSED)
def test_both_refuse(gpg: Gpg, helm: User, pyhelm: User, chart: str, work: Path, why: str) -> None:
    archive = package(helm, chart, gpg, "rsa")
    ring = gpg.ring("pubring.gpg")
    if why == "no provenance":
        (work / f"{archive}.prov").unlink()
    elif why == "another archive":
        with (work / archive).open("ab") as file:
            file.write(b"x")
    elif why == "another name":
        shutil.copy(work / archive, work / "other-1.0.0.tgz")
        shutil.copy(work / f"{archive}.prov", work / "other-1.0.0.tgz.prov")
        archive = "other-1.0.0.tgz"
    elif why == "another signer":
        ring = str(gpg.exports / "ed.gpg")
    else:
        ring = "nowhere"
    flags = ("verify", archive, "--keyring", ring)
    theirs, ours = helm(*flags), pyhelm(*flags)
    assert (theirs.code, ours.code) == (1, 1)
    for program in (theirs, ours):
        assert REFUSED[why] in program.err
        assert program.out == ""


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--sign",), "--key is required for signing a package"),
        (("--sign", "--key", "nobody"), "private key not found"),
        (("--sign", "--key", "Locked", "--passphrase-file", "wrong"), ""),
    ],
)
def test_both_refuse_to_sign(
    gpg: Gpg, helm: User, pyhelm: User, chart: str, work: Path, flags: tuple[str, ...], said: str
) -> None:
    (work / "wrong").write_text("not it\n", encoding="utf-8")
    ring = ("--keyring", str(gpg.exports / "locked.gpg"), "--destination", "out")
    theirs, ours = helm("package", chart, *flags, *ring), pyhelm("package", chart, *flags, *ring)
    assert (theirs.code, ours.code) == (1, 1)
    assert said in theirs.err
    assert said in ours.err
    assert "Stack backtrace" not in ours.err


def test_verify_before_use(gpg: Gpg, helm: User, pyhelm: User, chart: str, work: Path) -> None:
    archive = package(helm, chart, gpg, "ed")
    ring = ("--verify", "--keyring", gpg.ring("pubring.kbx"))
    for line in (("template", "x", archive), ("show", "chart", archive)):
        assert pyhelm.ok(*line, *ring).out == helm.ok(*line, *ring).out
    with (work / archive).open("ab") as file:
        file.write(b"x")
    for line in (("template", "x", archive), ("show", "chart", archive), ("install", "x", archive)):
        assert "sha256 sum does not match" in helm(*line, *ring).err
        refused = pyhelm(*line, *ring)
        assert refused.code == 1
        assert "sha256 sum does not match" in refused.err


def test_the_documentations_commands(gpg: Gpg, work: Path) -> None:
    shutil.copy(gpg.exports / "locked.gpg", work / "secring.gpg")
    shutil.copy(gpg.ring("pubring.gpg"), work / "pubring.gpg")
    (work / "passphrase.txt").write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    documents.check("docs/provenance.md", work, {"Ann <ann@example.com>": OWNERS["locked"]})
