"""Charts pushed to and pulled from a registry that keeps to the protocol, or breaks off."""

from __future__ import annotations

import json

import pytest

from pyhelm.errors import DigestError, RegistryError, RepositoryError
from pyhelm.repo import cache
from pyhelm.repo.options import AccessOptions, ChartOptions, PullOptions
from pyhelm.repo.pull import pull as pull_file
from pyhelm.repo.registry import charts, client, transport
from pyhelm.repo.resolve import load_chart
from tests.unit.repo.registry.conftest import PLAIN
from tests.unit.repo.registry.fake import Answer, refusal


def resolve(settings, registry, rest="", version=""):
    return charts.resolve(settings, f"oci://{registry.host}/charts/web{rest}", version, PLAIN)


@pytest.mark.parametrize(
    ("rest", "version", "tag"),
    [
        ("", "", "1.2.0"),
        ("", "^1", "1.2.0"),
        ("", "<1", "0.9.0"),
        ("", ">0.0.0-0", "2.0.0-rc.1"),
        ("", "1.2.0+build.7", "1.2.0_build.7"),
        (":1.2.0+build.7", "1.2.0+build.7", "1.2.0_build.7"),
        (":1.2.0_build.7", "", "1.2.0_build.7"),
        ("", "5.0.0", "5.0.0"),
    ],
)
def test_versions(settings, filled, rest, version, tag):
    assert resolve(settings, filled, rest, version).tag == tag


def test_a_whole_version_asks_nobody(settings, filled):
    resolve(settings, filled, ":1.0.0")
    assert filled.seen == []


def test_tags_come_in_pages_and_others_are_passed_over(settings, filled):
    filled.page = 2
    filled.manifests |= {"latest": b"", "v9.9.9": b"", "1.2": b""}
    url = f"oci://{filled.host}/charts/web"
    found = charts.list_versions(settings, url, PLAIN)
    assert found[0] == "2.0.0-rc.1"
    assert set(found) == {"2.0.0-rc.1", "1.2.0", "1.2.0+build.7", "1.0.0", "0.9.0"}


@pytest.mark.parametrize(
    ("rest", "version", "said"),
    [
        (":1.0.0", "1.2.0", "chart reference and version mismatch: 1.2.0 is not 1.0.0"),
        (":1.0.0", "^1", "chart reference and version mismatch: ^1 is not 1.0.0"),
        (":latest", "", 'improper constraint: "latest"; a chart\'s tag is its version'),
        ("", ">5", "could not locate a version matching provided version string >5"),
    ],
)
def test_no_version(settings, filled, rest, version, said):
    with pytest.raises(RepositoryError) as caught:
        resolve(settings, filled, rest, version)
    assert said in str(caught.value)


def test_pull_by_tag_by_digest_and_by_both(settings, filled, packed):
    data = packed("web", "1.0.0").read_bytes()
    reference = resolve(settings, filled, ":1.0.0")
    pulled = charts.pull(settings, reference, PLAIN)
    assert pulled.data == data
    for rest in (f"@{pulled.digest}", f":1.0.0@{pulled.digest}", f":7.7.7@{pulled.digest}"):
        assert charts.pull(settings, resolve(settings, filled, rest), PLAIN).data == data


def test_a_tag_that_means_another_digest(settings, filled):
    pulled = charts.pull(settings, resolve(settings, filled, ":1.0.0"), PLAIN)
    with pytest.raises(RegistryError, match="chart reference digest mismatch"):
        resolve(settings, filled, f":1.2.0@{pulled.digest}")


def test_lines_are_helms(settings, filled):
    said: list[str] = []
    reference = resolve(settings, filled, ":1.2.0+build.7")
    pulled = charts.pull(settings, reference, PLAIN, report=said.append)
    assert said[:2] == [
        f"Pulled: {filled.host}/charts/web:1.2.0_build.7",
        f"Digest: {pulled.digest}",
    ]
    assert said[2].startswith(f"{filled.host}/charts/web:1.2.0_build.7 contains an underscore.\n\n")


def test_what_was_pulled_once_comes_from_the_cache(settings, filled):
    reference = resolve(settings, filled, ":1.0.0")
    charts.pull(settings, reference, PLAIN)
    filled.seen.clear()
    charts.pull(settings, reference, PLAIN)
    assert [each.path.rpartition("/")[0] for each in filled.seen] == ["/v2/charts/web/manifests"]


def test_the_archive_in_a_file(settings, filled, packed, tmp_path):
    options = PullOptions(plain_http=True, destination=str(tmp_path / "here"))
    (tmp_path / "here").mkdir()
    path = pull_file(settings, f"oci://{filled.host}/charts/web:1.2.0+build.7", options)
    assert path.name == "web-1.2.0+build.7.tgz"
    assert path.read_bytes() == packed("web", "1.2.0+build.7").read_bytes()


def test_load_with_development_versions(settings, filled):
    options = ChartOptions(plain_http=True, devel=True)
    chart = load_chart(settings, f"oci://{filled.host}/charts/web", options)
    assert chart.metadata.version == "2.0.0-rc.1"


def test_an_index_of_manifests(settings, filled):
    manifest = filled.manifests["1.0.0"]
    digest = next(k for k, v in filled.manifests.items() if v == manifest and ":" in k)
    rows = [
        {"mediaType": "other", "digest": "sha256:" + "00" * 32, "size": 7},
        {"mediaType": "manifest", "digest": digest, "size": len(manifest)},
    ]
    filled.manifests["sha256:" + "00" * 32] = b'{"layers": [], "config": {}}'
    filled.manifests["3.0.0"] = json.dumps({"manifests": rows[1:]}).encode()
    assert charts.pull(settings, resolve(settings, filled, ":3.0.0"), PLAIN).digest == digest


def test_provenance_goes_along(settings, registry, packed):
    path = packed()
    path.with_name(f"{path.name}.prov").write_bytes(b"signed")
    charts.push(settings, path, f"oci://{registry.host}/charts", PLAIN)
    reference = resolve(settings, registry, ":1.0.0")
    assert charts.pull(settings, reference, PLAIN, provenance=True).provenance == b"signed"
    assert charts.pull(settings, reference, PLAIN).provenance is None


def test_without_provenance_there_is_none(settings, filled):
    reference = resolve(settings, filled, ":1.0.0")
    assert charts.pull(settings, reference, PLAIN, provenance=True).provenance is None


def test_what_is_there_is_not_sent_again(settings, filled, packed):
    charts.push(settings, packed("web", "1.0.0"), f"oci://{filled.host}/charts", PLAIN)
    assert filled.methods == ["HEAD", "HEAD", "PUT"]


@pytest.mark.parametrize(
    ("remote", "said"),
    [
        ("https://h/charts", 'scheme "https" not supported'),
        ("charts", 'scheme prefix missing from remote (e.g. "oci://")'),
    ],
)
def test_push_goes_to_registries_only(settings, packed, remote, said):
    with pytest.raises(RegistryError) as caught:
        charts.push(settings, packed(), remote, PLAIN)
    assert str(caught.value) == said


def test_push_wants_an_archive(settings, tmp_path):
    with pytest.raises(RegistryError, match="cannot push directory, must provide chart archive"):
        charts.push(settings, tmp_path, "oci://h/charts", PLAIN)
    with pytest.raises(RegistryError, match="no such file"):
        charts.push(settings, tmp_path / "nope.tgz", "oci://h/charts", PLAIN)


def test_a_large_chart_goes_up_in_pieces(settings, registry, packed, monkeypatch):
    monkeypatch.setattr(client, "PIECE", 100)
    path = packed()
    charts.push(settings, path, f"oci://{registry.host}/charts", PLAIN)
    size = len(path.read_bytes())
    spans = [each.headers["content-range"] for each in registry.seen if each.method == "PATCH"]
    assert spans[0] == "0-99"
    assert spans[-1].endswith(f"-{size - 1}")
    assert path.read_bytes() in registry.blobs.values()


def test_a_registry_may_want_larger_pieces(settings, registry, packed, monkeypatch):
    monkeypatch.setattr(client, "PIECE", 50)

    def hook(seen):
        if seen.method != "POST":
            return None
        registry.hooks.clear()
        answer = registry.answer(seen)
        registry.hooks.append(hook)
        answer.headers["OCI-Chunk-Min-Length"] = "120"
        return answer

    registry.hooks.append(hook)
    charts.push(settings, packed(), f"oci://{registry.host}/charts", PLAIN)
    spans = [each.headers["content-range"] for each in registry.seen if each.method == "PATCH"]
    assert spans[0] == "0-119"


def test_an_upload_that_broke_off_goes_on(settings, registry, packed, monkeypatch):
    monkeypatch.setattr(client, "PIECE", 100)
    failed: list[object] = []

    def hook(seen):
        second = seen.headers.get("content-range", "").startswith("100-")
        if not second or len(failed) == 2:
            return None
        failed.append(seen)
        return refusal(503, "UNAVAILABLE", "later")

    registry.hooks.append(hook)
    path = packed()
    charts.push(settings, path, f"oci://{registry.host}/charts", PLAIN)
    assert len(failed) == 2
    assert path.read_bytes() in registry.blobs.values()


def test_a_download_that_broke_off_goes_on(settings, filled, monkeypatch):
    monkeypatch.setattr(transport, "CHUNK", 10)
    cuts = [40, 50]

    def hook(seen):
        if "/blobs/" not in seen.path or not cuts:
            return None
        filled.hooks.clear()
        answer = filled.answer(seen)
        filled.hooks.append(hook)
        answer.cut = cuts.pop(0)
        return answer

    filled.hooks.append(hook)
    reference = resolve(settings, filled, ":1.0.0")
    charts.pull(settings, reference, PLAIN)
    asked = [e.headers.get("range") for e in filled.seen if "/blobs/" in e.path]
    assert list(dict.fromkeys(asked)) == [None, "bytes=40-", "bytes=90-"]


def test_a_registry_that_knows_no_ranges_is_asked_for_all(settings, filled, packed):
    cuts = [40]

    def hook(seen):
        if "/blobs/" not in seen.path:
            return None
        data = filled.blobs[seen.path.rpartition("/")[2]]
        return Answer(body=data, cut=cuts.pop() if cuts else None)

    filled.hooks.append(hook)
    pulled = charts.pull(settings, resolve(settings, filled, ":1.0.0"), PLAIN)
    assert pulled.data == packed("web", "1.0.0").read_bytes()


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_busy_registry_is_asked_again(settings, filled, status):
    answers = [refusal(status, "X", "busy", Retry_After="1"), refusal(status, "X", "busy")]
    filled.hooks.append(lambda seen: answers.pop() if answers else None)
    assert charts.pull(settings, resolve(settings, filled, ":1.0.0"), PLAIN).data


def test_a_registry_that_stays_broken(settings, filled):
    filled.hooks.append(lambda seen: refusal(503, "UNAVAILABLE", "we are out"))
    with pytest.raises(RegistryError) as caught:
        charts.pull(settings, resolve(settings, filled, ":1.0.0"), PLAIN)
    url = f"{filled.url}/v2/charts/web/manifests/1.0.0"
    assert str(caught.value) == f'GET "{url}": response status code 503: unavailable: we are out'
    assert len(filled.seen) == 4


def test_a_pause_that_is_too_long_is_not_made(settings, filled):
    filled.hooks.append(lambda seen: refusal(429, "TOOMANYREQUESTS", "slow", Retry_After="3600"))
    with pytest.raises(RegistryError, match="status code 429"):
        charts.pull(settings, resolve(settings, filled, ":1.0.0"), PLAIN)
    assert len(filled.seen) == 1


def test_not_there(settings, filled):
    with pytest.raises(RegistryError) as caught:
        charts.pull(settings, resolve(settings, filled, ":5.0.0"), PLAIN)
    assert str(caught.value) == f"{filled.host}/charts/web:5.0.0: not found"


def test_nobody_listens(settings):
    reference = charts.resolve(settings, "oci://127.0.0.1:1/web:1.0.0", "", PLAIN)
    with pytest.raises(RegistryError) as caught:
        charts.pull(settings, reference, PLAIN)
    url = "http://127.0.0.1:1/v2/web/manifests/1.0.0"
    assert str(caught.value) == f'Get "{url}": connection refused'


def test_plain_http_only_when_asked(settings, filled):
    reference = resolve(settings, filled, ":1.0.0")
    with pytest.raises(RegistryError, match="ask for it with --plain-http"):
        charts.pull(settings, reference, AccessOptions(timeout=5))
    assert filled.seen == []


def test_what_is_no_chart(settings, filled):
    document = json.loads(filled.manifests["1.0.0"])
    document["config"]["mediaType"] = "application/vnd.oci.image.config.v1+json"
    filled.manifests["3.0.0"] = json.dumps(document).encode()
    with pytest.raises(RegistryError, match="not a chart"):
        charts.pull(settings, resolve(settings, filled, ":3.0.0"), PLAIN)


@pytest.mark.parametrize("kept", ["layer", "manifest"])
def test_an_index_may_point_into_a_registry(settings, filled, kept):
    reference = resolve(settings, filled, ":1.0.0")
    pulled = charts.pull(settings, reference, PLAIN)
    from pyhelm.repo.registry.artifact import digest_of
    from pyhelm.repo.resolve import Location, download

    digest = pulled.digest if kept == "manifest" else digest_of(pulled.data)
    url = f"oci://{reference}"
    location = Location(url=url, base="https://h", digest=digest, access=PLAIN)
    assert download(settings, location) == pulled.data
    wrong = Location(url=url, base="https://h", digest="00" * 32, access=PLAIN)
    with pytest.raises(DigestError):
        download(settings, wrong)
    assert cache.archive_of(settings.content_cache, digest_of(pulled.data)) == pulled.data
