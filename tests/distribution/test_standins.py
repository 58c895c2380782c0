"""Stand-in trees: believable, of the recorded size to the byte, the same for all who share them."""

import json
from collections.abc import Iterator

import pytest

from estiba.distribution import DamagedHub, EmbeddedHub, HubImage
from estiba.distribution.data import catalogue_names
from estiba.distribution.draft import Attributes, Draft
from estiba.distribution.records import recorded_repository
from estiba.distribution.standin import draft, stand_in
from estiba.filesystem.inode import Directory, Inode, RegularFile, Symlink
from estiba.filesystem.tree import Tree
from estiba.layer import read_layer
from estiba.spec import Platform, normalize

REPOSITORIES = [
    name.removesuffix(".json").replace("josedom24_", "josedom24/")
    for name in catalogue_names()
    if not name.startswith("_")
]


def pull(name: str) -> HubImage:
    return EmbeddedHub().resolve(normalize(name).with_default_tag())


def view(image: HubImage) -> dict[str, Inode]:
    """What a container would see: no layer of the catalogue deletes anything."""
    seen: dict[str, Inode] = {}
    for layer in image.layers:
        seen.update((p, e) for p, e in layer.unpack().tree.walk() if isinstance(e, Inode))
    return seen


def resolve(seen: dict[str, Inode], path: str) -> Inode | None:
    """The inode at a path, all symlinks followed."""
    pending, done = path.split("/")[::-1], list[str]()
    for _ in range(200):
        if not pending:
            return seen.get("/".join(done))
        part = pending.pop()
        found = seen.get("/".join([*done, part]))
        if part in ("", "."):
            continue
        if part == "..":
            done = done[:-1]
        elif isinstance(found, Symlink):
            done = [] if found.target.startswith("/") else done
            pending.extend(found.target.split("/")[::-1])
        else:
            done.append(part)
    return None


def text(seen: dict[str, Inode], path: str) -> str:
    found = resolve(seen, path)
    assert isinstance(found, RegularFile)
    return bytes(found.content).decode()


def files_of(tree: Tree) -> int:
    sizes = {e.ino: e.size for _, e in tree.walk() if isinstance(e, RegularFile)}
    return sum(sizes.values())


def images(name: str) -> Iterator[HubImage]:
    repository = recorded_repository(name)
    assert repository is not None
    for tag in repository.tags:
        digest = repository.digest_of(tag)
        assert digest is not None
        for platform in ("linux/amd64", "linux/arm64"):
            image = repository.image(digest, Platform.parse(platform))
            if image is not None:
                yield image


@pytest.mark.parametrize("name", REPOSITORIES)
def test_every_layer_is_of_its_size_to_the_byte(name: str) -> None:
    layers = {layer.descriptor.digest: layer for image in images(name) for layer in image.layers}
    for layer in layers.values():
        unpacked = layer.unpack()
        assert files_of(unpacked.tree) == unpacked.size


def test_all_repositories_are_there() -> None:
    assert len(REPOSITORIES) == 71


@pytest.mark.parametrize("name", sorted({*REPOSITORIES} - {"busybox"}))
def test_what_an_image_starts_is_in_it(name: str) -> None:
    image = next(images(name))
    config = json.loads(image.config)["config"]
    seen = view(image)
    words = (config["Entrypoint"] or config["Cmd"] or ["/"])[:1]
    places = [""]
    if not words[0].startswith("/"):
        environment = dict(value.partition("=")[::2] for value in config["Env"])
        places = [*environment["PATH"].split(":"), config["WorkingDir"]]
    found = [resolve(seen, f"{place}/{words[0]}") for place in places]
    assert words == ["/"] or any(isinstance(inode, RegularFile) for inode in found), words


def test_a_derived_diff_id_is_the_hash_of_the_stand_in() -> None:
    for layer in pull("httpd:2.4").layers:
        archive = layer.unpack().archive
        assert layer.diff_id == archive.digest
        assert files_of(read_layer(archive.chunks()).tree) == layer.unpack().size


def test_a_recorded_diff_id_is_kept_although_the_stand_in_has_another() -> None:
    layer = pull("ubuntu").layers[2].unpack()
    assert layer.diff_id.short == "02473afd360b"
    assert layer.archive.digest != layer.diff_id


def test_ubuntu_looks_like_ubuntu() -> None:
    seen = view(pull("ubuntu"))
    top = sorted(path for path in seen if "/" not in path)
    assert " ".join(top) == (
        "bin boot dev etc home lib lib64 media mnt opt proc root run sbin srv sys tmp usr var"
    )
    assert isinstance(seen["bin"], Symlink)
    assert seen["root"].permissions == 0o700
    assert seen["tmp"].permissions == 0o1777
    assert 'PRETTY_NAME="Ubuntu 20.04.1 LTS"' in text(seen, "etc/os-release")
    assert text(seen, "etc/debian_version") == "bullseye/sid\n"
    assert text(seen, "etc/passwd").startswith("root:x:0:0:root:/root:/bin/bash\n")
    assert "root/.bashrc" in seen
    assert "root/.bash_history" not in seen
    assert "etc/hostname" not in seen
    assert {e.target for p, e in seen.items() if p == "usr/bin/sh" and isinstance(e, Symlink)} == {
        "dash"
    }
    assert (
        sum(isinstance(e, RegularFile) for p, e in seen.items() if p.startswith("usr/bin/")) > 200
    )


def test_the_second_layer_of_ubuntu_holds_what_its_command_wrote() -> None:
    tree = pull("ubuntu").layers[1].unpack().tree
    written = {p: e.size for p, e in tree.walk() if isinstance(e, RegularFile)}
    assert written["usr/sbin/policy-rc.d"] == len("#!/bin/sh\nexit 101\n")
    assert written["usr/sbin/initctl"] == len("#!/bin/sh\nexit 0\n")
    assert sum(written.values()) == 811


def test_the_third_layer_of_ubuntu_names_the_container() -> None:
    seen = {p: e for p, e in pull("ubuntu").layers[2].unpack().tree.walk() if isinstance(e, Inode)}
    assert text(seen, "run/systemd/container") == "docker\n"


@pytest.mark.parametrize(
    ("name", "merged", "line"),
    [
        ("debian:buster-slim", False, "VERSION_CODENAME=buster"),
        ("debian:8", False, "VERSION_CODENAME=jessie"),
        ("ubuntu:18.04", False, "VERSION_CODENAME=bionic"),
        ("ubuntu:24.04", True, "VERSION_CODENAME=noble"),
        ("alpine", False, "VERSION_ID=3.13.2"),
        ("centos:7", True, 'ID="centos"'),
        ("fedora:37", True, 'PRETTY_NAME="Fedora Linux 37 (Container Image)"'),
    ],
)
def test_each_release_has_its_layout(name: str, merged: bool, line: str) -> None:
    seen = view(pull(name))
    assert isinstance(seen["bin"], Symlink) is merged
    assert line in text(seen, "etc/os-release").splitlines()
    assert isinstance(resolve(seen, "bin/sh"), RegularFile)
    assert isinstance(resolve(seen, "bin/ls"), RegularFile)


def test_busybox_is_one_file_under_many_names() -> None:
    seen = view(pull("busybox"))
    assert seen["bin/ls"] is seen["bin/busybox"]
    assert seen["bin/busybox"].nlink > 300


def test_httpd_serves_its_page_from_where_it_should() -> None:
    seen = view(pull("httpd:2.4"))
    page = text(seen, "usr/local/apache2/htdocs/index.html")
    assert page == "<html><body><h1>It works!</h1></body></html>\n"
    assert text(seen, "usr/local/bin/httpd-foreground").startswith("#!/bin/sh\n")
    assert seen["usr/local/apache2/bin/httpd"].permissions == 0o755


def test_a_layer_of_two_images_is_one_tree() -> None:
    ubuntu, mariadb = pull("ubuntu"), pull("mariadb")
    for mine, other in zip(ubuntu.layers, mariadb.layers[:3], strict=True):
        assert mine.unpack().tree is other.unpack().tree


def test_sizes_keep_their_proportion_and_sum_up() -> None:
    made = Draft()
    made.texts["readme"] = b"12345", Attributes(0o644)
    made.programs["bin/a"] = 100, Attributes(0o755)
    made.programs["bin/b"] = 300, Attributes(0o755)
    made.fill["lib/c"] = 1, Attributes(0o644)
    tree = made.build(1005, 0, "here")
    sizes = {p: e.size for p, e in tree.walk() if isinstance(e, RegularFile)}
    assert sizes == {"readme": 5, "bin/a": 100, "bin/b": 300, "lib/c": 600}
    small = made.build(105, 0, "here")
    sizes = {p: e.size for p, e in small.walk() if isinstance(e, RegularFile)}
    assert sizes == {"readme": 5, "bin/a": 17, "bin/b": 53, "lib/c": 30}


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        ([["text", "/a", "too long"]], "its texts are 8 bytes, more than its 3"),
        ([["conjure", "/a"]], "a recipe with an unknown step 'conjure'"),
        ([["base", "debian", "woody", "amd64"]], "no release 'woody'"),
        ([["service", "gopher", {}]], "no service 'gopher'"),
    ],
)
def test_a_bad_recipe_is_told_in_one_line(recipe: list[list[object]], message: str) -> None:
    with pytest.raises(DamagedHub, match=message):
        stand_in(json.dumps(recipe), 3, 0, "layer 0123")


def test_a_user_added_by_a_layer_is_in_its_list() -> None:
    made = draft([["users", "debian", "buster", "mysql:999:999:/home/mysql:/bin/sh"]], "here")
    content = made.texts["etc/passwd"][0]
    assert isinstance(content, bytes)
    assert b"root:x:0:0:" in content
    assert content.endswith(b"mysql:x:999:999::/home/mysql:/bin/sh\n")


def test_directories_keep_mode_and_owner() -> None:
    seen = view(pull("redis"))
    assert isinstance(seen["data"], Directory)
    assert (seen["data"].uid, seen["data"].permissions) == (999, 0o755)
