"""What a student hands in: a script, answers, files; from a folder, a zip, a notebook or one file.

Nothing of it is trusted: names are checked, sizes bounded, encodings guessed. A notebook's Python is
never run: only cells that begin with `%%docker` (their lines are the script) and `%%answers` (TOML).
"""

from __future__ import annotations

import io
import json
import posixpath
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import InvalidInput

LARGEST = 16 << 20
MOST_FILES = 2000
SCRIPTS = ("solution.sh", "script.sh")
ANSWERS = "answers.toml"
BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class MalformedSubmission(InvalidInput):
    """What was handed in cannot be read. `file` names the part."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file}: {reason}")
        self.file, self.reason = file, reason


@dataclass(frozen=True, slots=True)
class Submission:
    """A script of lines as typed, answers by question, and files for the home directory."""

    script: tuple[str, ...] = ()
    answers: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)


def read_submission(path: Path) -> Submission:
    """Read a folder, zip, notebook, script or TOML file. Raises: MalformedSubmission."""
    if path.is_dir():
        return assemble(dict(_folder(path)))
    try:
        if path.stat().st_size > LARGEST:
            raise MalformedSubmission(path.name, f"larger than {LARGEST} bytes")
        data = path.read_bytes()
    except OSError as error:
        raise MalformedSubmission(path.name, (error.strerror or str(error)).lower()) from None
    if data[:4] == b"PK\x03\x04":
        return assemble(_unzipped(path.name, data))
    if path.suffix.lower() == ".zip":
        raise MalformedSubmission(path.name, "not a zip archive")
    return assemble({path.name: data})


def assemble(files: Mapping[str, bytes]) -> Submission:
    """The submission in these files, by relative path. Raises: MalformedSubmission."""
    files = _without_common_folder(files)
    script: list[str] = []
    answers: dict[str, Any] = {}
    rest: dict[str, bytes] = {}
    scripts = [name for name in files if name in SCRIPTS] or [
        name for name in files if name.endswith((".sh", ".txt")) and "/" not in name
    ][:1]
    for name, data in files.items():
        if name in scripts:
            script += text_lines(decode(name, data))
        elif name == ANSWERS or (name.endswith(".toml") and len(files) == 1):
            answers |= _toml(name, decode(name, data))
        elif name.endswith(".ipynb"):
            cells, told = _notebook(name, data)
            script += cells
            answers |= told
        else:
            rest[name] = data
    return Submission(tuple(script), answers, rest)


def decode(name: str, data: bytes) -> str:
    """Text in whatever encoding editors write. Raises: MalformedSubmission."""
    for mark, encoding in BOMS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                raise MalformedSubmission(name, f"not {encoding}, though it begins so") from None
    if b"\0" in data:
        raise MalformedSubmission(name, "not a text file")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def text_lines(text: str) -> list[str]:
    """Lines, whatever ends them; comments and empty lines stay, the shell knows them."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [line for line in lines if not line.startswith("#!") and line.strip()]


def _toml(name: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        raise MalformedSubmission(name, str(error).lower()) from None


def _folder(path: Path) -> Iterator[tuple[str, bytes]]:
    size = 0
    for count, found in enumerate(sorted(p for p in path.rglob("*") if p.is_file())):
        if found.is_symlink():
            continue
        size += found.stat().st_size
        if size > LARGEST or count >= MOST_FILES:
            raise MalformedSubmission(path.name, "too many or too large files")
        yield found.relative_to(path).as_posix(), found.read_bytes()


def _unzipped(name: str, data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > LARGEST:
                raise MalformedSubmission(name, "too many or too large files")
            return {_safe(name, entry.filename): _member(archive, entry) for entry in entries}
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise MalformedSubmission(name, f"a damaged zip archive: {error}") from None


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as opened:
        return opened.read(LARGEST)


def _safe(name: str, path: str) -> str:
    clean = posixpath.normpath(path.replace("\\", "/"))
    if clean.startswith(("/", "../")) or clean == ".." or ":" in clean.split("/")[0]:
        raise MalformedSubmission(name, f'"{path}" leads out of the archive')
    return clean


def _without_common_folder(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Zips made of a folder have it in front of every name; what operating systems add is dropped."""
    kept = {
        name: data
        for name, data in files.items()
        if not name.startswith("__MACOSX/")
        and posixpath.basename(name) not in (".DS_Store", "Thumbs.db")
    }
    folders = {name.partition("/")[0] for name in kept}
    if len(folders) == 1 and all("/" in name for name in kept):
        return {name.partition("/")[2]: data for name, data in kept.items()}
    return kept


def _notebook(name: str, data: bytes) -> tuple[list[str], dict[str, Any]]:
    try:
        cells = json.loads(data)["cells"]
        sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError):
        raise MalformedSubmission(name, "not a notebook") from None
    script: list[str] = []
    answers: dict[str, Any] = {}
    for source in sources:
        magic, _, body = source.lstrip().partition("\n")
        if magic.split()[:1] == ["%%docker"]:
            script += text_lines(body)
        elif magic.split()[:1] == ["%%answers"]:
            answers |= _toml(name, body)
        elif magic.startswith("%docker "):
            script.append("docker " + magic.removeprefix("%docker "))
    return script, answers
