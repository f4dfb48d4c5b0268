"""What lint says of Chart.yaml: each rule, tripped and kept, in Helm's words."""

from __future__ import annotations

import pytest

from pyhelm.authoring import definition

GOOD = {
    "apiVersion": "v2",
    "name": "web",
    "version": "0.1.0",
    "icon": "https://example.com/i.svg",
}


def said(text="", **fields):
    """The findings in a good Chart.yaml with other fields, and text below it."""
    lines = [f"{key}: {value}" for key, value in {**GOOD, **fields}.items() if value is not None]
    return [str(each) for each in definition.check(("\n".join(lines) + f"\n{text}").encode())]


def errors(*texts):
    return [f"[ERROR] Chart.yaml: {text}" for text in texts]


def strictly(text):
    return [f"[WARNING] Chart.yaml: failed to strictly parse chart metadata file\n\t{text}"]


def unknown(key):
    return strictly(f'error unmarshaling JSON: while decoding JSON: json: unknown field "{key}"')


def test_a_good_one():
    assert said() == []


def test_an_empty_one_lacks_everything():
    assert [str(each) for each in definition.check(b"")] == [
        *errors(
            "name is required",
            'apiVersion is required. The value must be either "v1" or "v2"',
            "version is required",
        ),
        "[INFO] Chart.yaml: icon is recommended",
        "[WARNING] Chart.yaml: version '' is not a valid SemVerV2",
    ]


DECODING = "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[]", f"{DECODING} array into Go value of type v2.Metadata"),
        (
            "a: [",
            "error converting YAML to JSON: yaml: line 1: did not find expected node content",
        ),
        ("name: {}", f"{DECODING} object into Go struct field Metadata.name of type string"),
        (
            "maintainers: x",
            f"{DECODING} string into Go struct field Metadata.maintainers of type []*v2.Maintainer",
        ),
        (
            "dependencies: [{tags: [[a]]}]",
            f"{DECODING} array into Go struct field Dependency.dependencies.tags of type string",
        ),
    ],
)
def test_what_can_not_be_read(text, fault):
    found = [str(each) for each in definition.check(text.encode())]
    assert found == errors(f"unable to parse YAML\n\t{fault}")


FIELDS = {
    "name with a path": ({"name": "a/b"}, errors('chart name "a/b" is invalid')),
    "name that ends a path": ({"name": "a/"}, errors('chart name "a/" is invalid')),
    "name with a dot": ({"name": "a.b"}, []),
    "unknown apiVersion": (
        {"apiVersion": "v3"},
        errors('apiVersion \'v3\' is not valid. The value must be either "v1" or "v2"'),
    ),
    "first apiVersion": ({"apiVersion": "v1"}, []),
    "version with a build": ({"version": "1.2.3-rc.1+b"}, []),
    "version of four numbers": (
        {"version": "1.2.3.4"},
        [
            *errors("version '1.2.3.4' is not a valid SemVer"),
            "[WARNING] Chart.yaml: version '1.2.3.4' is not a valid SemVerV2",
        ],
    ),
    "loose version": (
        {"version": "v1.2"},
        ["[WARNING] Chart.yaml: version 'v1.2' is not a valid SemVerV2"],
    ),
    "version that is a number": (
        {"version": "1.2"},
        [
            *errors("version should be of type string but it's of type float64"),
            "[WARNING] Chart.yaml: version '1.2' is not a valid SemVerV2",
        ],
    ),
    "large number for a version": (
        {"version": "72445e2"},
        [
            *errors(
                "version should be of type string but it's of type float64",
                "version '7.2445e+06' is not a valid SemVer",
            ),
            "[WARNING] Chart.yaml: version '7.2445e+06' is not a valid SemVerV2",
        ],
    ),
    "least version": (
        {"version": "0.0.0-0"},
        errors('version "0.0.0-0" is less than or equal to "0.0.0-0"'),
    ),
    "next to the least version": ({"version": "0.0.0"}, []),
    "quoted appVersion": ({"appVersion": "'1.0'"}, []),
    "appVersion that is a number": (
        {"appVersion": "1.0"},
        errors("appVersion should be of type string but it's of type float64"),
    ),
    "appVersion that is true": (
        {"appVersion": "true"},
        errors("appVersion should be of type string but it's of type bool"),
    ),
    "appVersion that is nothing": (
        {"appVersion": ""},
        errors("appVersion should be of type string but it's of type <nil>"),
    ),
    "no icon": ({"icon": None}, ["[INFO] Chart.yaml: icon is recommended"]),
    "icon that is no address": ({"icon": "i.svg"}, errors("invalid icon URL 'i.svg'")),
    "sources": ({"sources": "[https://a.example, 'file:///x']"}, []),
    "source that is no address": (
        {"sources": "[a.example, https://b.example, '']"},
        errors("invalid source URL 'a.example'"),
    ),
    "type in the second version": ({"type": "library"}, []),
    "type in the first version": (
        {"apiVersion": "v1", "type": "application"},
        errors("chart type is not valid in apiVersion 'v1'. It is valid in apiVersion 'v2'"),
    ),
    "dependencies in the second version": ({"dependencies": "[{name: a}]"}, []),
    "dependencies in the first version": (
        {"apiVersion": "v1", "dependencies": "[{name: a}]"},
        errors(
            "dependencies are not valid in the Chart file with apiVersion 'v1'. "
            "They are valid in apiVersion 'v2'"
        ),
    ),
    "key that nobody knows": ({"licence": "MIT"}, unknown("licence")),
    "key in capitals": ({"Home": "https://example.com"}, []),
    "several keys that nobody knows": ({"b": 1, "a": 2}, unknown("a")),
    "key of a dependency": ({"dependencies": "[{name: a, alis: b}]"}, unknown("alis")),
    "engine": ({"engine": "jinja"}, []),
    "engine in an annotation": ({"annotations": "{pyhelm/engine: jinja}"}, []),
    "unknown engine": (
        {"annotations": "{pyhelm/engine: mako}"},
        errors('chart.metadata.engine "mako" is unknown; it can be gotpl or jinja'),
    ),
}


@pytest.mark.parametrize(("fields", "found"), FIELDS.values(), ids=FIELDS)
def test_fields(fields, found):
    assert said(**fields) == found


def test_a_key_that_is_given_twice():
    fault = 'yaml: unmarshal errors:\n  line 5: key "name" already set in map'
    assert said("name: other") == strictly(f"error converting YAML to JSON: {fault}")


PEOPLE = {
    "name": ("[{name: jane}]", []),
    "name, email, url": ("[{name: jane, email: j@a.example, url: https://a.example}]", []),
    "empty entry": ("[{name: jane}, ]", []),
    "nothing": ("[~, {name: jane}]", errors("a maintainer entry is empty")),
    "no name": ("[{email: j@a.example}]", errors("each maintainer requires a name")),
    "bad email": (
        "[{name: jane, email: jane}]",
        errors("invalid email 'jane' for maintainer 'jane'"),
    ),
    # Helm looks at the address only where the email is right.
    "bad email and bad url": (
        "[{name: jane, email: jane, url: x}]",
        errors("invalid email 'jane' for maintainer 'jane'"),
    ),
    "bad url": ("[{name: jane, url: jane}]", errors("invalid url 'jane' for maintainer 'jane'")),
    "unknown key": ("[{name: jane, mail: x}]", unknown("mail")),
}


@pytest.mark.parametrize(("people", "found"), PEOPLE.values(), ids=PEOPLE)
def test_maintainers(people, found):
    assert said(maintainers=people) == found


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("https://example.com", True),
        ("http://example.com:80/a?b=c", True),
        ("http://user@example.com", True),
        ("http://[fd00::1]:80/", True),
        ("file:///x", True),
        ("mailto:jane", True),
        ("http:/x", True),
        ("example.com", False),
        ("jane@example", False),
        ("/a", False),
        ("1http://a", False),
        ("http://a b/", False),
        ("http://a/%zz", False),
        ("http://a/%20", True),
        ("http://a:b/", False),
        ("http://a/\n", False),
        ("http://a/\x7f", False),
    ],
)
def test_addresses_that_can_be_asked_for(text, is_one):
    assert definition.is_request_url(text) is is_one


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("example.com", True),
        ("https://example.com/a?b#c", True),
        ("ftp://localhost", True),
        ("https://localhost:8080", True),
        ("http://[fd00::1]", True),
        ("localhost", False),
        ("a.b", False),
        ("gopher://example.com", False),
        ("https://exa mple.com", False),
        ("example..com", False),
        (f"https://example.com/{'a' * 2083}", False),
    ],
)
def test_addresses_of_pages(text, is_one):
    assert definition.is_page(text) is is_one
