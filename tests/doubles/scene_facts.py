"""Facts for scenes: a few images that share layers, containers on them, and one scene of each kind."""

from __future__ import annotations

import hashlib

from estiba.projections.scenes import (
    ContainerFacts,
    ImageFacts,
    Inventory,
    LayerFacts,
    LayerFile,
    LifeScene,
    MountFacts,
    Scene,
    cow_scene,
    life_scene,
    mounts_scene,
    name_scene,
    sharing_scene,
    stack_scene,
    with_removal,
)
from estiba.projections.scenes.life import LifeStep
from estiba.projections.scenes.pull import PullBlob, PullScene

TABLE = {
    ("created", "start"): "running",
    ("running", "exit"): "exited",
    ("exited", "start"): "running",
    ("exited", "remove"): "removing",
}
BASE = (
    LayerFile("/etc", "directory"),
    LayerFile("/etc/passwd", "file", 926),
    LayerFile("/etc/motd", "file", 40),
    LayerFile("/usr/lib/big", "file", 5000),
)
ON_TOP = (
    LayerFile("/etc/passwd", "file", 950),
    LayerFile("/etc/motd", "whiteout"),
    LayerFile("/app/run", "file", 11),
)


def digest(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def layers(*names: str, size: int = 1_000_000) -> tuple[LayerFacts, ...]:
    """Layers whose chain IDs follow from all names up to them."""
    found, chain = [], ""
    for at, name in enumerate(names):
        chain += f"/{name}"
        step = f"/bin/sh -c install {name}"
        found.append(LayerFacts(digest(name), digest(chain), size + at, step))
    return tuple(found)


def image(title: str, *names: str, parent: str = "", also: tuple[str, ...] = ()) -> ImageFacts:
    tags = (title, *also) if title else ()
    found = layers(*names)
    return ImageFacts(digest("/".join(names) + title), tags, found, parent=parent)


def looked_into(count: int = 2) -> ImageFacts:
    """An image whose layers somebody looked into: the second hides and repeats files of the first."""
    files = (BASE, ON_TOP, *[(LayerFile(f"/srv/{n}", "file", n),) for n in range(count)])
    found = tuple(
        LayerFacts(digest(f"d{n}"), digest(f"c{n}"), 1000 * n + 7, f"COPY {n} /srv", files[n])
        for n in range(count)
    )
    return ImageFacts(digest("looked"), ("shop:1.0",), found, ('/bin/sh -c #(nop)  CMD ["sh"]',))


CONTAINER = ContainerFacts(
    digest("box"),
    "contenedor1",
    digest("looked"),
    "shop:1.0",
    "exited",
    52,
    (("C", "/etc/passwd"), ("A", "/file.txt"), ("D", "/app/run")),
    (MountFacts("volume", "data", "/data"), MountFacts("bind", "/srv/conf", "/conf", False)),
    {"net": "host", "pid": "web"},
    "3f2a9c0d",
    "172.17.0.2",
    4242,
)


def inventory() -> Inventory:
    base = image("ubuntu:20.04", "root", "policy", also=("ubuntu:latest",))
    one = image("web:1", "root", "policy", "nginx", "site")
    two = image("web:2", "root", "policy", "nginx", "new-site")
    box = ContainerFacts(digest("k"), "front", one.image_id, "web:1", "running", 1093)
    orphan = ContainerFacts(digest("o"), "left-over", digest("gone"), digest("gone"), "exited", 7)
    images = (base, one, two, image("alpine:3", "alpine"), image("", "lost"))
    return Inventory(images, (box, orphan))


def staircase(count: int) -> Inventory:
    """Images each built on the one before."""
    names = [f"step{n}" for n in range(count)]
    return Inventory(tuple(image(f"s{n}:1", *names[: n + 1]) for n in range(count)))


def life() -> LifeScene:
    steps = (
        LifeStep("start", "created", "running", 10),
        LifeStep("exit", "running", "exited", 20, 3),
    )
    return life_scene(TABLE, "contenedor1", steps)


def pull() -> PullScene:
    blobs = (
        PullBlob(digest("b1"), existed=True),
        PullBlob(digest("b2"), size=843, fetched_ns=10**6, verified_ns=2 * 10**6, unpacked=811),
        PullBlob(digest("b3"), False, 162, 3 * 10**6, 4 * 10**6, True, 9 * 10**6, 7),
    )
    return PullScene("ubuntu:latest", digest("m"), digest("i"), blobs, 0, 12 * 10**6)


def scenes() -> dict[str, Scene]:
    """One of each kind, and the variants that look different."""
    shop = looked_into()
    return {
        "stack": stack_scene(shop),
        "stack-container": stack_scene(shop, CONTAINER),
        "stack-empty": stack_scene(ImageFacts(digest("none"), ())),
        "stack-60": stack_scene(looked_into(60)),
        "sharing": sharing_scene(inventory()),
        "sharing-stairs": sharing_scene(staircase(20)),
        "sharing-empty": sharing_scene(Inventory()),
        "removal": with_removal(sharing_scene(inventory()), "web:2"),
        "removal-refused": with_removal(sharing_scene(inventory()), "web:1"),
        "cow": cow_scene(shop, CONTAINER),
        "cow-path": cow_scene(shop, CONTAINER, path="/etc/passwd"),
        "cow-unknown": cow_scene(image("web:1", "root"), CONTAINER),
        "name": name_scene("josedom24/servidorweb:v1"),
        "name-long": name_scene("registry.example.com:5000/a/very/long/path/to/an-image:1.2.3"),
        "name-invalid": name_scene("Ubuntu:20.04"),
        "name-empty": name_scene(""),
        "life": life(),
        "life-table": life_scene(TABLE),
        "pull": pull(),
        "mounts": mounts_scene(CONTAINER, shop, {"/etc/hosts": "/var/lib/docker/x/hosts"}),
    }
