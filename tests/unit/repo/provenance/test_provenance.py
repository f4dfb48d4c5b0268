"""Signing and verifying with keys made here; gpg and helm are beside in tests/peers."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pysequoia import ArmorKind, CipherSuite, Profile, SignatureMode, Tsk, armor, sign

from pyhelm import ChartOptions, Client, PullOptions, Settings
from pyhelm.actions.package import PackageOptions
from pyhelm.errors import ProvenanceError, PyHelmError
from pyhelm.repo.options import AccessOptions
from pyhelm.repo.provenance import charts, keyring
from tests.unit.repo.archives import archive
from tests.unit.repo.registry.fake import FakeRegistry, running

ANN = "Ann Signer <ann@example.com>"
NAME = "web-1.0.0.tgz"
DATA = archive()


@pytest.fixture(scope="module")
def keys():
    """Ann's key in Ed25519, Bob's in RSA."""
    made = {"ann": Tsk.generate(ANN), "bob": Tsk.generate("Bob", cipher_suite=CipherSuite.RSA2k)}
    return made


@pytest.fixture(scope="module")
def rings(keys, tmp_path_factory):
    """The path of a keyring file of each kind."""
    folder = tmp_path_factory.mktemp("rings")

    def write(name: str, data: bytes) -> str:
        (folder / name).write_bytes(data)
        return str(folder / name)

    public = [bytes(key.extract_certificate()) for key in keys.values()]
    secret = [bytes(key) for key in keys.values()]
    armored = "".join(armor(each, ArmorKind.PublicKey) for each in public)
    return {
        "public": write("pubring.gpg", b"".join(public)),
        "armored": write("public.asc", armored.encode()),
        "keybox": write("pubring.kbx", keybox(*public)),
        "secret": write("secring.gpg", b"".join(secret)),
        "ann": write("ann.gpg", public[0]),
        "ann-secret": write("ann-secret.gpg", secret[0]),
        "bob": write("bob.gpg", public[1]),
    }


def keybox(*keys: bytes, flags: int = 0) -> bytes:
    """A keybox as GnuPG lays it out: a header blob, a deleted one, one for each key."""
    header = (32).to_bytes(4) + b"\x01\x01\x00\x02KBXf" + bytes(20)
    blobs = [header, (16).to_bytes(4) + b"\x00" * 12]
    for key in keys:
        size = 32 + len(key) + 20
        start = size.to_bytes(4) + b"\x02\x01" + flags.to_bytes(2)
        start += (32).to_bytes(4) + len(key).to_bytes(4)
        blobs.append(start.ljust(32, b"\0") + key + bytes(20))
    return b"".join(blobs)


def no_passphrase(owner: str) -> str:
    raise AssertionError(f"the key of {owner} has none")


@pytest.fixture(scope="module")
def signed(rings):
    """Ann's signature of the archive."""
    return charts.sign(DATA, NAME, rings["secret"], "ann@", no_passphrase)


def test_the_text_is_helms(signed):
    assert signed.startswith(
        b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n"
        b"apiVersion: v2\nname: web\nversion: 1.0.0\n\n...\nfiles:\n  web-1.0.0.tgz: sha256:"
    )


@pytest.mark.parametrize("kind", ["public", "armored", "keybox", "secret", "ann"])
def test_every_kind_of_keyring(rings, keys, signed, kind):
    found = charts.verify(DATA, signed, NAME, rings[kind])
    assert found.signed_by == (ANN,)
    assert found.fingerprint == keys["ann"].extract_certificate().fingerprint.upper()
    assert found.lines[2] == f"Chart Hash Verified: {found.file_hash}"


def test_rsa_and_a_name_that_fits_exactly(rings):
    made = charts.sign(DATA, NAME, rings["secret"], "Bob", no_passphrase)
    assert charts.verify(DATA, made, NAME, rings["public"]).signed_by == ("Bob",)


def test_windows_line_ends_are_no_tampering(rings, signed):
    assert charts.verify(DATA, signed.replace(b"\n", b"\r\n"), NAME, rings["ann"])


@pytest.mark.parametrize(
    ("ring", "key", "said"),
    [
        ("public", "Ann", "provided key is not a private key. Try providing a keyring with secret"),
        ("secret", "nobody", "private key not found"),
        ("secret", "", "more than one key contain the id"),
    ],
)
def test_no_key_to_sign_with(rings, ring, key, said):
    with pytest.raises(ProvenanceError) as caught:
        charts.sign(DATA, NAME, rings[ring], key, no_passphrase)
    assert said in str(caught.value)


def test_a_signer_who_is_not_known(rings, signed):
    with pytest.raises(ProvenanceError, match="openpgp: signature made by unknown entity: the key"):
        charts.verify(DATA, signed, NAME, rings["bob"])


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (DATA[:-1] + b"\1", NAME, "sha256 sum does not match for web-1.0.0.tgz"),
        (DATA, "web-2.0.0.tgz", 'does not contain a SHA for a file named "web-2.0.0.tgz"'),
    ],
)
def test_another_archive_or_name(rings, signed, data, name, said):
    with pytest.raises(ProvenanceError, match=said):
        charts.verify(data, signed, name, rings["ann"])


@pytest.mark.parametrize(
    "text",
    [b"no parts\n", b"a: b\n\n...\n- files\n", b"a\n\n...\nfiles: {web: [\n", b"a\n...\n7\n"],
)
def test_signed_but_not_of_a_chart(rings, keys, text):
    made = sign(keys["ann"].signer(), text, mode=SignatureMode.CLEAR)
    with pytest.raises(ProvenanceError):
        charts.verify(DATA, made, NAME, rings["ann"])


def test_the_first_sums_count_and_no_later_ones(rings, keys):
    """What helm reads is the second part of the text; a third is no way in."""
    good = f"a: b\n\n...\nfiles:\n  {NAME}: sha256:{'0' * 64}\n\n...\nfiles:\n  {NAME}: x\n"
    made = sign(keys["ann"].signer(), good.encode(), mode=SignatureMode.CLEAR)
    with pytest.raises(ProvenanceError, match="sum does not match"):
        charts.verify(DATA, made, NAME, rings["ann"])


def test_two_messages_or_text_around_one(rings, signed):
    for data in (signed + signed, b"x\n" + signed, signed + b"x\n", b"", b"x" * 2_000_000):
        with pytest.raises(ProvenanceError):
            charts.verify(DATA, data, NAME, rings["ann"])


def test_a_key_of_the_new_standard(tmp_path):
    key = Tsk.generate("New", profile=Profile.RFC9580)
    (tmp_path / "ring").write_bytes(bytes(key))
    made = charts.sign(DATA, NAME, str(tmp_path / "ring"), "New", no_passphrase)
    assert charts.verify(DATA, made, NAME, str(tmp_path / "ring")).signed_by == ("New",)


def test_a_key_that_was_revoked_vouches_for_nothing(tmp_path, keys):
    key = keys["ann"]
    made = charts.sign(DATA, NAME, write(tmp_path, bytes(key)), "Ann", no_passphrase)
    old = key.extract_certificate()
    revoked = bytes(old) + bytes(old.revoke(certifier=key.certifier()))
    with pytest.raises(ProvenanceError, match="openpgp: invalid signature"):
        charts.verify(DATA, made, NAME, write(tmp_path, revoked))


def write(folder, data: bytes) -> str:
    path = folder / f"ring-{len(data)}"
    path.write_bytes(data)
    return str(path)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"junk",
        keybox(),
        keybox(b"x", flags=2),
        keybox(b"abc")[:-30],
        keybox(b"abc")[:90].ljust(120, b"\xff"),
        b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n!!\n",
    ],
)
def test_a_keyring_that_is_none(tmp_path, signed, data):
    with pytest.raises(ProvenanceError):
        charts.verify(DATA, signed, NAME, write(tmp_path, data))


def test_a_keyring_that_is_not_there():
    with pytest.raises(ProvenanceError, match="failed to load keyring: open /nowhere"):
        keyring.load("/nowhere/ring")


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_any_altered_byte_of_either_file_is_caught(rings, signed, data):
    """Of both files, every byte and every other value of it may be tried."""
    which = data.draw(st.sampled_from(["archive", "provenance"]))
    before = DATA if which == "archive" else signed
    at = data.draw(st.integers(0, len(before) - 1))
    value = data.draw(st.integers(0, 255).filter(lambda found: found != before[at]))
    after = before[:at] + bytes([value]) + before[at + 1 :]
    archive, provenance = (after, signed) if which == "archive" else (DATA, after)
    with pytest.raises(ProvenanceError):
        charts.verify(archive, provenance, NAME, rings["public"])


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_a_cut_or_longer_file_is_caught(rings, signed, data):
    at = data.draw(st.integers(0, len(signed) - 2))
    more = data.draw(st.binary(max_size=5).filter(lambda found: found.strip(b"\r\n")))
    for altered in (signed[:at], signed[:at] + more + signed[at:]):
        with pytest.raises(ProvenanceError):
            charts.verify(DATA, altered, NAME, rings["public"])


# What uses it.


@pytest.fixture
def client(tmp_path, rings):
    from dataclasses import replace

    return Client(replace(Settings.under(tmp_path / "home"), keyring=rings["public"]))


@pytest.fixture
def beside(tmp_path, signed):
    (tmp_path / NAME).write_bytes(DATA)
    (tmp_path / f"{NAME}.prov").write_bytes(signed)
    return tmp_path / NAME


def test_package_signs_before_it_writes(client, tmp_path, rings):
    client.create("web", tmp_path, engine="gotpl")
    options = PackageOptions(
        sign=True, key="Ann", keyring=rings["secret"], destination=str(tmp_path / "out")
    )
    made = client.package(tmp_path / "web", options)
    assert client.verify(made).signed_by == (ANN,)
    bad = PackageOptions(sign=True, key="nobody", keyring=rings["secret"], destination="nowhere")
    with pytest.raises(ProvenanceError):
        client.package(tmp_path / "web", bad)
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("lack", ["key", "keyring"])
def test_package_wants_key_and_keyring(tmp_path, lack):
    client = Client(Settings.under(tmp_path / "home"))
    client.create("web", tmp_path)
    given_ = {"key": "Ann", "keyring": "ring"} | {lack: ""}
    with pytest.raises(PyHelmError, match=f"--{lack} is required for signing a package"):
        client.package(tmp_path / "web", PackageOptions(sign=True, **given_))


def test_load_verifies(client, beside):
    assert client.load(str(beside), ChartOptions(verify=True)).name == "web"
    beside.write_bytes(DATA[:-1] + b"\1")
    with pytest.raises(ProvenanceError, match="sum does not match"):
        client.load(str(beside), ChartOptions(verify=True))


def test_cve_2026_35205_without_a_provenance_file_nothing_is_verified(client, beside, tmp_path):
    beside.with_name(f"{NAME}.prov").unlink()
    for use in (
        lambda: client.verify(beside),
        lambda: client.load(str(beside), ChartOptions(verify=True)),
        lambda: client.template("x", str(beside), source=ChartOptions(verify=True)),
        lambda: client.install("x", str(beside), source=ChartOptions(verify=True)),
        lambda: client.upgrade("x", str(beside), source=ChartOptions(verify=True)),
        lambda: client.pull(str(beside), PullOptions(verify=True, destination=str(tmp_path))),
    ):
        with pytest.raises(ProvenanceError, match="could not load provenance file"):
            use()


def test_cve_2026_35205_nor_from_a_registry(client, beside, tmp_path):
    with running(FakeRegistry()) as registry:
        place = f"oci://{registry.host}/charts"
        plain = AccessOptions(plain_http=True)
        beside.with_name(f"{NAME}.prov").unlink()
        client.push(beside, place, plain)
        out = tmp_path / "out"
        out.mkdir()
        options = PullOptions(verify=True, plain_http=True, destination=str(out))
        with pytest.raises(ProvenanceError, match="failed to fetch provenance"):
            client.pull(f"{place}/web", options)
        assert list(out.iterdir()) == []


def test_from_a_registry(client, beside, tmp_path):
    lines = []
    client._reporter = lambda progress: lines.append(progress.message)
    with running(FakeRegistry()) as registry:
        place = f"oci://{registry.host}/charts"
        pushed = client.push(beside, place, AccessOptions(plain_http=True))
        out = tmp_path / "out"
        out.mkdir()
        options = PullOptions(verify=True, plain_http=True, destination=str(out))
        for rest in ("", f"@{pushed.digest}"):
            client.pull(f"{place}/web{rest}", options)
        assert {path.name for path in out.iterdir()} >= {NAME, f"{NAME}.prov"}
        assert f"Signed by: {ANN}" in lines
        chart = client.load(f"{place}/web", ChartOptions(verify=True, plain_http=True))
        assert chart.name == "web"


@pytest.mark.parametrize(
    ("path", "said"),
    [(".", "unpacked charts cannot be verified"), ("gone.tgz", "stat gone.tgz: no such file")],
)
def test_what_can_not_be_verified(rings, path, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ProvenanceError, match=said):
        charts.verify_file(path, rings["public"])
