"""The sharing scene as a networkx graph, for analysis (extra `notebook`).

Nodes are identifiers and names, with a `kind`: `name`, `image`, `layer` or `container`. Edges lead from what needs
to what is needed: name → image, image → its top layer, layer → the layer below it, container → image. So what
an image stands on are its descendants, who shares a layer are its ancestors, and two images have their common layers
in the intersection of their descendants.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..projections.scenes import SharingScene
from .figure import MissingExtra

if TYPE_CHECKING:
    import networkx

    Graph = networkx.DiGraph[str]


def sharing_graph(scene: SharingScene) -> Graph:
    """Nodes have `kind`, `label` and, where known, `size` in bytes. Raises: MissingExtra."""
    try:
        import networkx  # noqa: PLC0415  (an extra)
    except ImportError:
        raise MissingExtra("notebook", "networkx") from None
    graph: Graph = networkx.DiGraph()
    for layer in scene.layers:
        label = layer.diff_id.removeprefix("sha256:")[:12]
        graph.add_node(layer.chain_id, kind="layer", label=label, size=layer.size)
        if layer.parent is not None:
            graph.add_edge(layer.chain_id, layer.parent)
    for image in scene.images:
        graph.add_node(image.image_id, kind="image", label=image.title, size=image.size)
        if image.top is not None:
            graph.add_edge(image.image_id, image.top)
        for name in image.names:
            graph.add_node(name, kind="name", label=name)
            graph.add_edge(name, image.image_id)
        for container in image.containers:
            facts = {"label": container.name, "size": container.size}
            graph.add_node(container.container_id, kind="container", **facts)
            graph.add_edge(container.container_id, image.image_id)
    return graph


def unreachable(graph: Graph, gone: Iterable[str]) -> frozenset[str]:
    """The layers that nothing would need any more if these images were gone."""
    import networkx  # noqa: PLC0415

    gone = set(gone)
    kinds = {node: graph.nodes[node]["kind"] for node in graph}
    needed: set[str] = set()
    for node, kind in kinds.items():
        if kind == "image" and node not in gone:
            needed |= networkx.descendants(graph, node)
    return frozenset(node for node, kind in kinds.items() if kind == "layer" and node not in needed)
