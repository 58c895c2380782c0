"""The embedded hub answers as Docker Hub does."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from estiba.distribution import (
    AuthenticationRequired,
    Credentials,
    DamagedHub,
    Denied,
    EmbeddedHub,
    HubImage,
    ManifestUnknown,
    RegistryError,
    TooManyRequests,
    Unreachable,
)
from estiba.distribution.data import CATALOGUE
from estiba.distribution.embedded import Conditions, conditions_of
from estiba.distribution.errors import DigestMismatch, NoMatchingManifest
from estiba.errors import InvalidInput
from estiba.layer import chain_ids
from estiba.spec import Digest, ImageConfig, Manifest, Platform, normalize

DOCUMENT = "f63181f19b2fe819156dcb068b3b5bc036820bec7014c5f77277cfa341d4cb5e"
ANA = Credentials("ana", "secreto")


def hub(**changes: object) -> EmbeddedHub:
    return EmbeddedHub({"ana": "secreto"}, conditions=Conditions(**changes))  # type: ignore[arg-type]


def pull(name: str, at: EmbeddedHub | None = None, **options: object) -> HubImage:
    reference = normalize(name).with_default_tag()
    return (at or hub()).resolve(reference, **options)  # type: ignore[arg-type]


def test_the_documents_image_is_the_recorded_one() -> None:
    image = pull("ubuntu")
    assert image.image_id.encoded == DOCUMENT
    assert image.digest.short == "703218c04650"
    assert image.manifest.digest == Digest.of(image.manifest_json)
    assert image.manifest.digest.short == "3093096ee188"
    layers = [layer.unpack() for layer in image.layers]
    assert [layer.size for layer in layers] == [72900462, 811, 7]
    chains = chain_ids([layer.diff_id for layer in layers])
    assert [chain.short for chain in chains] == ["9f32931c9d28", "476e931831a5", "0770b7f116f8"]


def test_its_configuration_says_what_docker_history_shows() -> None:
    config = ImageConfig.from_json(pull("ubuntu").config)
    assert config.config is not None
    assert config.config.cmd == ("/bin/bash",)
    assert config.created == "2021-01-21T03:38:23Z"
    assert [entry.empty_layer for entry in config.history] == [False, False, True, False, True]
    assert config.history[-1].created_by == '/bin/sh -c #(nop)  CMD ["/bin/bash"]'
    assert config.history[0].created_by.startswith("/bin/sh -c #(nop) ADD file:2a90223d9f00")
    assert config.diff_ids == tuple(layer.diff_id for layer in pull("ubuntu").layers)


def test_every_fact_tells_where_it_comes_from() -> None:
    provenance = pull("ubuntu").provenance
    assert provenance.stand_in
    bases = {fact.name: fact.basis for fact in provenance.facts}
    assert bases["image ID"] == bases["diff IDs"] == "recorded"
    assert bases["manifest digest"] == bases["chain IDs"] == "computed"
    assert bases["environment"] == bases["files"] == "derived"
    unpacked = pull("httpd:2.4").provenance.of("diff IDs")
    assert unpacked is not None
    assert unpacked.basis == "derived"


def test_an_image_is_found_by_the_digest_of_its_index_and_of_its_manifest() -> None:
    image = pull("ubuntu")
    for digest in (image.digest, image.manifest.digest):
        found = hub().resolve(normalize("ubuntu").with_digest(digest))
        assert (found.image_id, found.digest) == (image.image_id, digest)


@pytest.mark.parametrize(
    ("wanted", "image_id"),
    [
        (Platform("linux", "amd64"), "f63181f19b2f"),
        (Platform("linux", "arm64"), "306e6575a9e4"),
        (Platform("linux", "arm64", "v8"), "306e6575a9e4"),
        (Platform("linux", "arm", "v7"), "612a7284cf7c"),
    ],
)
def test_each_platform_has_its_own_image(wanted: Platform, image_id: str) -> None:
    assert pull("ubuntu", platform=wanted).image_id.short == image_id


def test_an_index_without_the_platform_says_so() -> None:
    message = "no matching manifest for linux/s390x in the manifest list entries"
    with pytest.raises(NoMatchingManifest, match=message):
        pull("ubuntu", platform=Platform("linux", "s390x"))


def test_the_index_lists_its_platforms() -> None:
    found = hub().manifest(normalize("ubuntu:20.04"))
    platforms = [entry["platform"] for entry in json.loads(found.content)["manifests"]]
    assert [platform["architecture"] for platform in platforms] == ["amd64", "arm64", "arm"]
    assert found.descriptor.digest.short == "703218c04650"


def test_tags_are_sorted_and_many_may_lead_to_one_image() -> None:
    tags = hub().tags(normalize("ubuntu"))
    assert list(tags) == sorted(tags)
    assert {"20.04", "focal", "latest"} <= set(tags)
    assert pull("ubuntu:focal").image_id == pull("ubuntu:latest").image_id


@pytest.mark.parametrize(
    ("name", "kind", "message"),
    [
        ("debian:nosuchtag", ManifestUnknown, "manifest unknown: manifest unknown"),
        (f"debian@sha256:{'0' * 64}", ManifestUnknown, "manifest unknown: manifest unknown"),
        ("nosuchimage", Denied, "denied: requested access to the resource is denied"),
        ("someone/nosuch", Denied, "denied: requested access to the resource is denied"),
        (
            "127.0.0.1:5009/x",
            Unreachable,
            'Get "http://127.0.0.1:5009/v2/": dial tcp 127.0.0.1:5009: connect: connection refused',
        ),
        (
            "noexiste.example/x",
            Unreachable,
            'Get "https://noexiste.example/v2/": dial tcp: lookup noexiste.example on '
            "127.0.0.53:53: no such host",
        ),
    ],
)  # fmt: skip
def test_what_is_not_there_is_refused_in_the_registrys_words(
    name: str, kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind) as caught:
        pull(name)
    assert str(caught.value) == message


def test_the_pull_limit_counts_anonymous_pulls_only() -> None:
    limited = hub(pulls_left=1)
    pull("ubuntu", limited)
    with pytest.raises(TooManyRequests, match=r"^toomanyrequests: You have reached your pull rate"):
        pull("ubuntu", limited)
    pull("ubuntu", limited, credentials=ANA)


def test_without_a_network_nothing_answers() -> None:
    with pytest.raises(
        Unreachable, match=r"lookup registry-1\.docker\.io on 127\.0\.0\.53:53: server misbehaving"
    ):
        pull("ubuntu", hub(online=False))
    with pytest.raises(Unreachable):
        hub(online=False).search("ubuntu")


@pytest.mark.parametrize(
    ("environment", "online", "outside"),
    [
        ({}, True, True),
        ({"ESTIBA_HUB": ""}, False, False),
        ({"ESTIBA_HUB": "https://127.0.0.1:1"}, True, False),
    ],
)
def test_the_environment_says_what_can_be_reached(
    environment: dict[str, str], online: bool, outside: bool
) -> None:
    found = conditions_of(environment)
    assert (found.online, found.outside, found.pulls_left) == (online, outside, None)


def test_the_pull_limit_can_be_asked_for() -> None:
    limited = EmbeddedHub(conditions=conditions_of({"ESTIBA_HUB_LIMIT": "1"}))
    pull("ubuntu", limited)
    with pytest.raises(TooManyRequests, match=r"increase-rate-limit$"):
        pull("debian", limited)
    with pytest.raises(InvalidInput, match="ESTIBA_HUB_LIMIT must be a number of pulls"):
        conditions_of({"ESTIBA_HUB_LIMIT": "many"})


def test_a_login_is_checked() -> None:
    hub().login(ANA)
    with pytest.raises(
        AuthenticationRequired, match=r"unauthorized: incorrect username or password"
    ):
        hub().login(Credentials("ana", "otra"))


def test_a_search_gives_the_name_itself_first_and_then_by_stars() -> None:
    rows = hub().search("ubuntu")
    assert (rows[0].name, rows[0].official, rows[0].stars) == ("ubuntu", True, 11708)
    assert [row.stars for row in rows[1:]] == sorted((row.stars for row in rows[1:]), reverse=True)
    assert hub().search("nothing has this name") == ()


def pushed(image: HubImage) -> HubImage:
    """An image with a manifest of its own, as an engine would push it."""
    manifest = Manifest.create(
        Manifest.from_json(image.manifest_json).config,
        [layer.descriptor for layer in image.layers],
    )
    return replace(image, manifest=manifest.descriptor, manifest_json=manifest.raw)


def test_an_image_is_pushed_by_mounting_its_layers_and_pulled_again() -> None:
    at, image, name = hub(), pull("busybox"), normalize("ana/mia:1.0")
    digest = image.layers[0].descriptor.digest
    assert not at.has_layer(name, digest)
    assert at.mount_layer(name, digest, "library/ubuntu", credentials=ANA) is None
    assert at.mount_layer(name, digest, "library/busybox", credentials=ANA) == "library/busybox"
    assert at.has_layer(name, digest)
    given = at.push_image(name, pushed(image), credentials=ANA)
    found = at.resolve(name)
    assert (found.image_id, found.digest) == (image.image_id, given)
    assert at.tags(name) == ("1.0",)


def test_pushing_needs_ones_own_name() -> None:
    digest = pull("busybox").layers[0].descriptor.digest
    with pytest.raises(Denied, match=r"^denied: requested access to the resource is denied$"):
        hub().mount_layer(normalize("ana/mia"), digest, "library/busybox")
    with pytest.raises(RegistryError) as caught:
        hub().push_image(normalize("ubuntu:latest"), pull("ubuntu"), credentials=ANA)
    assert str(caught.value) == (
        "errors:\ndenied: requested access to the resource is denied\n"
        "unauthorized: authentication required\n"
    )


def test_a_manifest_is_refused_without_its_layers() -> None:
    with pytest.raises(RegistryError, match=r"^blob unknown: blob unknown to registry: sha256:"):
        hub().push_image(normalize("ana/mia:1"), pushed(pull("busybox")), credentials=ANA)


def test_a_manifest_under_a_wrong_digest_is_refused() -> None:
    image = replace(pull("busybox"), manifest_json=b"{}")
    with pytest.raises(
        DigestMismatch, match=r"^manifest of ana/mia: digest is sha256:44136fa355b3"
    ):
        hub().push_image(normalize("ana/mia:1"), image, credentials=ANA)


def test_a_private_repository_is_denied_to_others() -> None:
    at = hub()
    at.make_private("ana/privada")
    with pytest.raises(Denied):
        at.tags(normalize("ana/privada"))
    assert at.tags(normalize("ana/privada"), credentials=ANA) == ()


@pytest.mark.parametrize(
    ("offset", "message"),
    [(200, r"^embedded hub: catalogue.zip: adminer.json: cannot be unpacked: ")],
)
def test_a_damaged_catalogue_is_told_in_one_line(tmp_path: Path, offset: int, message: str) -> None:
    damaged = tmp_path / "catalogue.zip"
    content = bytearray(Path(CATALOGUE).read_bytes())
    place = content.index(b"adminer.json") + offset
    content[place : place + 8] = b"\xff" * 8
    damaged.write_bytes(content)
    with pytest.raises(DamagedHub, match=message) as caught:
        pull("adminer", EmbeddedHub(catalogue=str(damaged)))
    assert "\n" not in str(caught.value)


def test_a_catalogue_that_is_cut_or_missing_is_told_in_one_line(tmp_path: Path) -> None:
    cut = tmp_path / "catalogue.zip"
    shutil.copy(CATALOGUE, cut)
    cut.write_bytes(cut.read_bytes()[:5000])
    for path in (cut, tmp_path / "none.zip"):
        with pytest.raises(DamagedHub, match=f"^embedded hub: {path.name}: cannot be read"):
            pull("ubuntu", EmbeddedHub(catalogue=str(path)))
