"""An engine with real images over doubles: archives made here, a hub of a few images in memory."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from container_house import PATH, House, SmallSnapshots, SmallTrees
from small_files import SmallMount

from estiba.distribution import (
    AuthenticationRequired,
    Credentials,
    Denied,
    HubImage,
    HubLayer,
    HubManifest,
    ManifestUnknown,
    Provenance,
    SearchRow,
)
from estiba.distribution.errors import SeveralErrors
from estiba.engine.images import Images
from estiba.filesystem.content import Content
from estiba.filesystem.errors import FilesystemError
from estiba.filesystem.tree import Tree, TreeBuilder
from estiba.layer import Layer, read_layer, write_layer
from estiba.spec import (
    ContainerConfig,
    Descriptor,
    Digest,
    HistoryEntry,
    ImageConfig,
    ImageFields,
    Manifest,
    MediaType,
    Platform,
    Reference,
)

CREATED = "2023-05-18T22:34:17Z"
ANA = Credentials("ana", "secreto")


def tree_of(files: Mapping[str, str]) -> Tree:
    builder = TreeBuilder()
    for path, text in files.items():
        builder.file(path, Content.of(text.encode()))
    return builder.build()


def layer_of(files: Mapping[str, str]) -> Layer:
    return read_layer(write_layer(tree_of(files)).chunks())


def config_of(layers: list[Layer], **config: Any) -> ImageConfig:
    """A configuration of that many layers, each with its step."""
    created = config.pop("created", CREATED)
    platform = config.pop("platform", Platform())
    own = ContainerConfig(**{"env": (PATH,), "cmd": ("sh",), **config})
    steps = tuple(
        HistoryEntry(created=created, created_by=f"/bin/sh -c step {number}")
        for number, _ in enumerate(layers)
    )
    last = HistoryEntry(created=created, created_by="/bin/sh -c #(nop)  CMD", empty_layer=True)
    return ImageConfig.create(
        ImageFields(
            platform=platform,
            created=created,
            config=own,
            history=(*steps, last),
            diff_ids=tuple(layer.diff_id for layer in layers),
        )
    )


class HubLayerDouble:
    """A layer whose blob's digest is invented."""

    stand_in = False

    def __init__(self, layer: Layer) -> None:
        self.layer = layer
        digest = Digest.of(b"blob of " + layer.diff_id.encode())
        self.descriptor = Descriptor(MediaType.LAYER, digest, 100_000)
        self.unpacked = 0

    @property
    def diff_id(self) -> Digest:
        return self.layer.diff_id

    def unpack(self) -> Layer:
        self.unpacked += 1
        return self.layer


def hub_image(layers: list[Layer], config: ImageConfig) -> HubImage:
    offered: list[HubLayer] = [HubLayerDouble(layer) for layer in layers]
    described = Descriptor(MediaType.CONFIG, config.id, len(config.raw))
    manifest = Manifest.create(described, [layer.descriptor for layer in offered])
    return HubImage(
        digest=manifest.digest,
        manifest=manifest.descriptor,
        manifest_json=manifest.raw,
        image_id=config.id,
        config=config.raw,
        layers=tuple(offered),
        platform=config.platform,
        provenance=Provenance(stand_in=False),
    )


class HubDouble:
    """Repositories in memory; `ana` may push to her own."""

    def __init__(self) -> None:
        self.repositories: dict[str, dict[str, HubImage]] = {}
        self.blobs: dict[str, set[Digest]] = {}
        self.rows: tuple[SearchRow, ...] = ()

    def put(self, name: str, tag: str, image: HubImage) -> None:
        self.repositories.setdefault(name, {})[tag] = image
        blobs = self.blobs.setdefault(name, set())
        blobs.update(layer.descriptor.digest for layer in image.layers)

    def resolve(
        self,
        reference: Reference,
        platform: Platform | None = None,
        *,
        credentials: Credentials | None = None,
    ) -> HubImage:
        if reference.path not in self.repositories:
            raise Denied
        for tag, image in self.repositories[reference.path].items():
            if reference.digest == image.digest or (
                reference.digest is None and reference.tag == tag
            ):
                return image
        raise ManifestUnknown

    def manifest(
        self, reference: Reference, *, credentials: Credentials | None = None
    ) -> HubManifest:
        image = self.resolve(reference)
        return HubManifest(image.manifest, image.manifest_json)

    def tags(
        self, reference: Reference, *, credentials: Credentials | None = None
    ) -> tuple[str, ...]:
        if reference.path not in self.repositories:
            raise Denied
        return tuple(sorted(self.repositories[reference.path]))

    def search(self, term: str) -> tuple[SearchRow, ...]:
        return tuple(row for row in self.rows if term in row.name)

    def login(self, credentials: Credentials) -> None:
        if credentials != ANA:
            raise AuthenticationRequired("incorrect username or password")

    def has_layer(self, reference: Reference, digest: Digest) -> bool:
        return digest in self.blobs.get(reference.path, ())

    def mount_layer(
        self,
        reference: Reference,
        digest: Digest,
        source: str,
        *,
        credentials: Credentials | None = None,
    ) -> str | None:
        self._check(reference, credentials)
        if digest not in self.blobs.get(source, ()):
            return None
        self.blobs.setdefault(reference.path, set()).add(digest)
        return source

    def push_layer(
        self, reference: Reference, layer: HubLayer, *, credentials: Credentials | None = None
    ) -> None:
        self._check(reference, credentials)
        layer.unpack()
        self.blobs.setdefault(reference.path, set()).add(layer.descriptor.digest)

    def push_image(
        self, reference: Reference, image: HubImage, *, credentials: Credentials | None = None
    ) -> Digest:
        try:
            self._check(reference, credentials)
        except Denied as error:
            raise SeveralErrors((error, AuthenticationRequired())) from None
        self.put(reference.path, str(reference.tag), image)
        return image.digest

    def _check(self, reference: Reference, credentials: Credentials | None) -> None:
        if credentials != ANA or not reference.path.startswith("ana/"):
            raise Denied


class LayeredSnapshots(SmallSnapshots):
    """Snapshots that remember which layers were given and taken."""

    def __init__(self) -> None:
        super().__init__()
        self.layers: dict[Digest, Tree] = {}
        self.parents: dict[Digest, Digest | None] = {}
        self.mounts: dict[str, SmallMount] = {}

    def add_layer(self, chain_id: Digest, parent: Digest | None, tree: Tree) -> None:
        assert parent is None or parent in self.layers
        self.layers[chain_id] = tree
        self.parents[chain_id] = parent

    def remove_layer(self, chain_id: Digest) -> None:
        del self.layers[chain_id]

    def prepare(self, key: str, parent: Digest | None) -> None:
        super().prepare(key, parent)
        self.mounts[key] = self._over(parent)

    def mount(self, key: str) -> Any:
        return self.mounts[key]

    def view(self, chain_id: Digest) -> Any:
        return self._over(chain_id)

    def upper(self, key: str) -> Tree:
        return self.mounts[key].tree()

    def remove(self, key: str) -> None:
        super().remove(key)
        self.mounts.pop(key, None)

    def _over(self, chain: Digest | None) -> SmallMount:
        lowers = []
        while chain is not None:
            lowers.append(self.layers[chain])
            chain = self.parents[chain]
        return SmallMount(lowers)


class SmallTreesWithFiles(SmallTrees):
    """Trees that can be looked into."""

    def make_directory(self, root: Any, path: str) -> bool:
        try:
            root.stat(path)
        except FilesystemError:
            root.mkdir(path, 0o755)
            return True
        return False

    def namespace(self, root: Any, mounts: Any) -> Any:
        return root


class ImageHouse(House):
    """A house with real images: busybox (one layer) and httpd (two, the first shared)."""

    def __init__(self) -> None:
        super().__init__()
        engine = self.engine
        for record in tuple(engine.stores.images):
            engine.stores.images.remove(record.id)
        for layer in tuple(engine.stores.layers):
            engine.stores.layers.release(layer.chain_id)
        engine.images = Images(engine)
        self.layered = LayeredSnapshots()
        engine.host = replace(
            engine.host, snapshotter=cast(Any, self.layered), trees=SmallTreesWithFiles()
        )
        self.hub = HubDouble()
        engine.hub = cast(Any, self.hub)
        self.recorder._records.clear()
        base, top = layer_of({"bin/sh": "x" * 1000}), layer_of({"usr/httpd": "y" * 234})
        self.base, self.top = base, top
        self.busybox = config_of([base])
        self.httpd = config_of(
            [base, top], cmd=("httpd",), created="2023-11-01T01:20:15Z", labels={"k": "v"}
        )
        self.add("busybox:latest", self.busybox, [base])
        self.add("httpd:2.4", self.httpd, [base, top])

    def add(self, name: str, config: ImageConfig, layers: list[Layer]) -> None:
        """Offer an image on the hub."""
        repository, _, tag = name.partition(":")
        path = repository if "/" in repository else f"library/{repository}"
        self.hub.put(path, tag, hub_image(layers, config))

    def pull(self, *names: str) -> None:
        for name in names:
            repository, _, tag = name.partition(":")
            result = self.ask("POST", f"/images/create?fromImage={repository}&tag={tag}")
            assert result.status == 200, result.body

    def lines(self, method: str, path: str, **headers: str) -> list[Any]:
        """The answer of a stream, line by line."""
        result = self.ask(method, path, **headers)
        assert result.status == 200, result.body
        return [json.loads(line) for line in result.body.split(b"\r\n") if line]

    def rmi(self, name: str, query: str = "") -> list[str]:
        """What was done, as the client prints it, or the refusal."""
        result = self.ask("DELETE", f"/images/{name}{query}")
        if result.status != 200:
            return [f"{result.status} {result.message}"]
        return [f"{key}: {value}" for item in result.json for key, value in item.items()]

    def names(self, query: str = "") -> list[str]:
        """The tags of the list, in order."""
        rows = self.ask("GET", f"/images/json{query}").json
        return [name for row in rows for name in row["RepoTags"] or row["RepoDigests"]]


def auth(credentials: Credentials = ANA) -> str:
    value = {"username": credentials.username, "password": credentials.password}
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()
