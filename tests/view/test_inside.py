"""A layer's tree as a list of files."""

from estiba.filesystem import TreeBuilder
from estiba.projections.scenes import LayerFile
from estiba.view.inside import layer_files


def test_every_kind_of_entry_is_told_and_hard_links_count_once() -> None:
    builder = TreeBuilder()
    builder.file("a/one", b"12345")
    builder.hardlink("a/two", "a/one")
    builder.symlink("link", "a/one")
    builder.node("pipe", 0o010644)
    builder.whiteout("gone")
    builder.opaque("a")
    assert set(layer_files(builder.build())) == {
        LayerFile("/a", "directory"),
        LayerFile("/a", "opaque"),
        LayerFile("/a/one", "file", 5),
        LayerFile("/a/two", "file", 0),
        LayerFile("/link", "symlink", 5),
        LayerFile("/pipe", "special"),
        LayerFile("/gone", "whiteout"),
    }


def test_an_opaque_root_hides_everything() -> None:
    builder = TreeBuilder()
    builder.opaque("")
    assert layer_files(builder.build()) == (LayerFile("/", "opaque"),)
