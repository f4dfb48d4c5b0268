"""What people print or log of the API's data: short, times as times, and no secret in it."""

from __future__ import annotations

import pprint
import typing

import pytest

import pyhelm
from pyhelm import Chart, InstallOptions, Release, Status, ValueSources
from pyhelm._dataclass import names
from pyhelm.actions.plan import Change, FieldDrift, Plan
from pyhelm.actions.session import Progress
from pyhelm.actions.uninstall import UninstallResult
from pyhelm.chart.model import File, Metadata
from pyhelm.kube.cluster import ObjectRef, WatchEvent
from pyhelm.release.model import Hook, Info, Manifest
from pyhelm.release.timestamp import Timestamp
from pyhelm.repo.file import Entry

SECRET = "s3cret"
MOMENT = Timestamp.parse("2026-01-31T12:00:00.5Z")
CHART = Chart(
    Metadata(name="db", version="1.2.3"),
    values={"password": SECRET},
    templates=(File("templates/a.yaml", SECRET.encode()),),
    files=(File("a.key", SECRET.encode()),),
    raw=(File("values.yaml", SECRET.encode()),),
)
INFO = Info(
    last_deployed=MOMENT,
    status=Status.DEPLOYED,
    notes=SECRET,
    resources={"v1/Secret": [{"data": SECRET}]},
)
HOOK = Hook("a", "Job", "db/templates/a.yaml", SECRET)
RELEASE = Release(
    "shop", "prod", 3, INFO, CHART, {"password": SECRET}, f"data: {SECRET}", hooks=(HOOK,)
)
REF = ObjectRef("v1", "Secret", "a", "prod")
DRIFT = FieldDrift("data.a", SECRET, SECRET)
CHANGE = Change("change", REF, {"data": SECRET}, {"data": SECRET}, drift=(DRIFT,))


def test_a_release_is_one_short_line() -> None:
    assert str(RELEASE) == (
        "Release(name='shop', namespace='prod', version=3, status='deployed', "
        "last_deployed='2026-01-31T12:00:00.5Z', chart='db-1.2.3')"
    )


def test_pretty_printing_prints_the_same() -> None:
    assert pprint.pformat(RELEASE) == repr(RELEASE)
    assert pprint.pformat(REF) == repr(REF)


def test_a_chart_is_its_name_and_version() -> None:
    assert str(CHART) == "Chart(name='db', version='1.2.3')"


def test_times_print_as_times() -> None:
    assert str(MOMENT) == f"{MOMENT}" == "2026-01-31T12:00:00.5Z"
    assert repr(MOMENT) == "Timestamp.parse('2026-01-31T12:00:00.5Z')"
    assert "last_deployed=Timestamp.parse('2026-01-31T12:00:00.5Z')" in repr(INFO)


@pytest.mark.parametrize(
    "shown",
    [
        *(RELEASE, CHART, CHART.templates[0], INFO, HOOK, UninstallResult(RELEASE)),
        *(DRIFT, CHANGE, Plan("shop", "prod", 1, 2, (CHANGE,))),
        Manifest("db/templates/a.yaml", SECRET, {"data": SECRET}),
        WatchEvent("ADDED", {"data": SECRET}),
        Progress("log", "pod/a", text=SECRET),
        Entry("a", f"https://me:{SECRET}@example.com/charts", "me", SECRET),
        ValueSources(
            files=(f"https://me:{SECRET}@example.com/values.yaml",),
            **dict.fromkeys(("set", "set_string", "set_json", "set_literal"), (SECRET,)),
        ),
        InstallOptions(post_renderer_args=("--token", SECRET)),
    ],
    ids=lambda shown: type(shown).__name__,
)
def test_no_secret_is_shown(shown: object) -> None:
    for text in (repr(shown), str(shown), f"{[shown]}", pprint.pformat(shown)):
        assert SECRET not in text
        assert len(text) < 1500


def test_of_an_url_the_rest_is_shown() -> None:
    shown = repr(ValueSources(files=("https://me:pw@x.io/v.yaml", "https://x.io/@a", "a@b")))
    assert shown.startswith(
        "ValueSources(files=('https://***@x.io/v.yaml', 'https://x.io/@a', 'a@b')"
    )


SECRETS = ("password", "passphrase", "token", "username", "connection_string")


def test_no_public_class_shows_a_field_that_is_named_like_a_secret() -> None:
    classes = [getattr(pyhelm, name) for name in pyhelm.__all__]
    found: list[typing.Any] = [each for each in classes if hasattr(each, "__fields__")]
    assert found
    shown = {
        f"{each.__name__}.{name}"
        for each in found
        for name in names(each)
        if each.__repr__.__name__ == "_repr" and each.__fields__[name].repr
        if name.endswith(SECRETS)
    }
    # Whose it is, beside the password that is not shown.
    assert shown <= {"Entry.username"}
