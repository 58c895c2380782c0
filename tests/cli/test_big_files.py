"""Archives of any size: what is read and written piece by piece, and what a failure leaves."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from daemon_house import DaemonHouse
from daemon_house import house as daemon

from estiba.cli.disk import DiskFiles
from estiba.tasks import Drawn

__all__ = ["daemon"]


def test_a_drawn_channel_takes_chunks_only_when_it_is_read() -> None:
    taken: list[int] = []

    def source() -> Iterator[bytes]:
        for number in range(3):
            taken.append(number)
            yield b"" if number == 1 else b"%d" % number

    channel = Drawn(source())
    assert (channel.ready, channel.closed, taken) == (True, False, [])
    assert (channel.poll(), taken) == (b"0", [0])
    assert (channel.poll(), taken) == (b"2", [0, 1, 2])
    assert (channel.poll(), channel.poll(), channel.closed) == (None, None, True)


def test_a_cancelled_one_takes_no_more() -> None:
    channel = Drawn([b"a", b"b"])
    channel.cancel()
    assert channel.poll() is None


def test_a_file_is_whole_or_what_it_was(tmp_path: Path) -> None:
    path, files = tmp_path / "out", DiskFiles()

    def failing() -> Iterator[bytes]:
        yield b"half"
        raise KeyboardInterrupt

    for before in (None, b"old"):
        if before is not None:
            path.write_bytes(before)
        with pytest.raises(KeyboardInterrupt):
            files.fill(str(path), failing(), 0o600)
        assert [one.name for one in tmp_path.iterdir()] == ["out"] * (before is not None)
        assert before is None or path.read_bytes() == before
    files.fill(str(path), iter([b"a", b"b"]), 0o600)
    assert b"".join(files.chunks(str(path))) == b"ab"


def test_a_link_and_a_device_stay_what_they_are(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"")
    (tmp_path / "link").symlink_to("real")
    DiskFiles().fill(str(tmp_path / "link"), [b"x"])
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"x"
    DiskFiles().fill("/dev/null", [b"x"])
    assert not Path("/dev/null").is_file()


def test_what_cannot_be_opened_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        DiskFiles().chunks(str(tmp_path / "none"))
    with pytest.raises(IsADirectoryError):
        DiskFiles().chunks(str(tmp_path))


def test_an_image_goes_out_and_comes_in_over_the_socket(
    daemon: DaemonHouse, tmp_path: Path
) -> None:
    saved, flat = str(tmp_path / "a.tar"), str(tmp_path / "flat.tar")
    daemon.docker("pull", "-q", "ubuntu")
    before = daemon.docker("images", "--no-trunc")
    daemon.docker("save", "-o", saved, "ubuntu")
    daemon.docker("create", "--name", "c1", "ubuntu")
    daemon.docker("export", "-o", flat, "c1")
    assert min(os.stat(saved).st_size, os.stat(flat).st_size) > 72_000_000
    daemon.docker("rm", "c1")
    daemon.docker("rmi", "ubuntu")
    daemon.docker("load", "-i", saved)
    assert [line.split()[2] for line in daemon.docker("images", "--no-trunc").splitlines()] == [
        line.split()[2] for line in before.splitlines()
    ]
    imported = daemon.docker("import", flat, "flat:1").strip()
    assert daemon.docker("images", "-q", "--no-trunc", "flat").strip() == imported
