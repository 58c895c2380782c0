"""Platforms: spellings, defaults, and the refusals of client and engine."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estiba.spec import InvalidPlatform, Platform, Rule

ENGINE_FORM = '"^[A-Za-z0-9_-]+$"'
CLIENT_FORM = '"^[A-Za-z0-9_.-]+$"'
SYSTEM_FORM = r'"^([A-Za-z0-9_-]+)(?:\\(([A-Za-z0-9_.-]*)\\))?$"'


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("linux", "linux/amd64"),
        ("macOS", "darwin/amd64"),
        ("arm", "linux/arm"),
        ("x86_64", "linux/amd64"),
        ("i386", "linux/386"),
        ("armel", "linux/arm/v6"),
        ("linux/armhf", "linux/arm"),
        ("linux/arm/7", "linux/arm/v7"),
        ("linux/arm/v5", "linux/arm/v5"),
        ("linux/aarch64", "linux/arm64"),
        ("linux/arm64/v8", "linux/arm64/v8"),
        ("linux/arm64/8", "linux/arm64/v8"),
        ("linux/ARM64", "linux/arm64"),
        ("linux/amd64/v1", "linux/amd64"),
        ("linux/amd64/v2", "linux/amd64/v2"),
        ("plan10/mmix", "plan10/mmix"),
    ],
)
def test_each_spelling_has_its_normal_form(text: str, printed: str) -> None:
    assert str(Platform.parse(text)) == str(Platform.parse(text, rule=Rule.ENGINE)) == printed


def test_what_is_not_said_is_the_hosts() -> None:
    host = Platform("linux", "arm", "v6")
    assert Platform.parse("linux", host) == host
    assert Platform.parse("s390x", host) == Platform("linux", "s390x")


def test_a_client_reads_an_os_version() -> None:
    assert Platform.parse("windows(10.0.1)/amd64").os_version == "10.0.1"
    assert Platform.parse("windows(10.0.1)").os_version == "10.0.1"


@pytest.mark.parametrize(
    ("text", "rule", "message"),
    [
        ("linux/*", Rule.ENGINE, '"linux/*": wildcards not yet supported'),
        ("bogus", Rule.CLIENT, '"bogus": unknown operating system or architecture'),
        ("linux/arm64/v8/x", Rule.CLIENT, '"linux/arm64/v8/x": cannot parse platform specifier'),
        ("linux/arm64/v8/x", Rule.ENGINE, '"linux/arm64/v8/x": cannot parse platform specifier'),
        (
            "li nux",
            Rule.ENGINE,
            '"li nux" is an invalid component of "li nux": platform specifier component must match '
            + ENGINE_FORM,
        ),
        (
            "li nux",
            Rule.CLIENT,
            '"li nux" is an invalid OS component of "li nux": OSAndVersion specifier component'
            " must match " + SYSTEM_FORM,
        ),
        (
            "linux//",
            Rule.CLIENT,
            '"" is an invalid component of "linux//": platform specifier component must match '
            + CLIENT_FORM,
        ),
    ],
)
def test_what_is_no_platform_is_refused_in_dockers_words(
    text: str, rule: Rule, message: str
) -> None:
    with pytest.raises(InvalidPlatform) as caught:
        Platform.parse(text, rule=rule)
    assert str(caught.value) == f"{message}: invalid argument"


def test_platforms_match_however_they_are_spelled() -> None:
    assert Platform("linux", "arm64").matches(Platform("Linux", "aarch64", "v8"))
    assert Platform("linux", "arm").matches(Platform("linux", "armhf"))
    assert not Platform("linux", "arm", "v6").matches(Platform("linux", "arm", "v7"))


def test_newer_arms_run_older_programs() -> None:
    runs = [str(platform) for platform in Platform("linux", "arm64").runs()]
    assert runs == [
        "linux/arm64",
        "linux/arm/v8",
        "linux/arm/v7",
        "linux/arm/v6",
        "linux/arm/v5",
    ]


def test_an_index_entry_is_read_and_written_in_dockers_order() -> None:
    platform = Platform("windows", "amd64", "v2", "10.0", ("win32k",))
    value = platform.to_json()
    assert list(value) == ["architecture", "os", "os.version", "os.features", "variant"]
    assert Platform.from_json(value) == platform


parts = st.sampled_from(["linux", "arm", "arm64", "armhf", "amd64", "x86_64", "v7", "8", "v8", "x"])


@settings(max_examples=60, deadline=None)
@given(parts, parts, st.just("") | parts)
def test_normalising_twice_changes_nothing(os: str, architecture: str, variant: str) -> None:
    once = Platform(os, architecture, variant).normalized()
    assert once.normalized() == once
