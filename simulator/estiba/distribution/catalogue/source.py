"""Reads the recorded facts and brings their exceptions into one form."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

Document = dict[str, Any]

DEFAULT_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
STORED = "/bin/sh -c"

# What a source does not tell of three images, as plain as can be.
HELLO_CREATED = "2020-01-03T01:21:37Z"
COURSE_CREATED = "2024-01-15T00:00:00Z"
PREFIX_LENGTH = 12


def read_documents(source: Path) -> list[Document]:
    """All repositories of a source directory, by name."""
    paths = sorted(path for path in source.glob("*.json") if not path.name.startswith("_"))
    documents = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    for document in documents:
        for key, image in list(document["images"].items()):
            if document.get("partial"):
                _complete_partial(document, key, image)
            _complete(document, image)
    return documents


def stored_form(entry: Document) -> str:
    """An instruction as the image's configuration stores it."""
    text: str = entry["created_by"]
    if recorded := entry.get("created_by_recorded_form"):
        return str(recorded)
    word = text.partition(" ")[0]
    if word.startswith(("/bin/sh", "|")) or not word.isupper():
        return text
    if word == "RUN":
        arguments = entry.get("args")
        if arguments:
            words = arguments.split() if isinstance(arguments, str) else list(arguments)
            return f"|{len(words)} {' '.join(words)} {STORED} {text[4:]}"
        return f"{STORED} {text[4:]}"
    return f"{STORED} #(nop) {'' if word in ('ADD', 'COPY') else ' '}{text}"


def dockerfile_form(text: str) -> str:
    """The other way: a stored instruction as in a Dockerfile."""
    if text.startswith(f"{STORED} #(nop)"):
        return text[len(f"{STORED} #(nop)") :].strip()
    return f"RUN {text[len(STORED) + 1 :]}" if text.startswith(STORED) else text


def stretched(prefix: str, what: str) -> str:
    """A whole digest that begins with the recorded digits."""
    rest = hashlib.sha256(f"{what} {prefix}".encode()).hexdigest()
    return f"sha256:{prefix}{rest[len(prefix) :]}"


def _complete_partial(document: Document, key: str, image: Document) -> None:
    """A repository of which only the first digits of digests are public."""
    name = document["repository"]
    image["image_id"] = stretched(image["image_id_prefix"], name)
    document["images"][image["image_id"]] = document["images"].pop(key)
    for tag in document["tags"].values():
        if tag["platforms"].get("linux/amd64") == key:
            tag["platforms"]["linux/amd64"] = image["image_id"]
            tag["index_digest"] = tag["index_digest"] or tag["repo_digest"]
            image["manifest_digest"] = tag["repo_digest"]
    for layer in image["layers"]:
        layer["digest"] = stretched(layer["digest_prefix"], "layer")
    image["partial"] = True
    image["config"] = {
        "ExposedPorts": {"80/tcp": {}},
        "Cmd": ["apache2ctl", "-D", "FOREGROUND"],
        "Env": [DEFAULT_PATH],
    }
    page = "Curso Docker" if image["layers"][2]["uncompressed_size"] == 22 else "Curso Docker v2"
    image["page"] = f"<h1>{page}</h1>\n"
    image["created"] = COURSE_CREATED
    image["history"] = [
        {"created": COURSE_CREATED, "created_by": text, "empty_layer": empty}
        for text, empty in (
            ("ADD file:0 in / ", False),
            ("RUN apt-get update && apt-get install -y apache2", False),
            ("COPY file:0 in /var/www/html/ ", False),
            ("EXPOSE 80", True),
            ('CMD ["apache2ctl" "-D" "FOREGROUND"]', True),
        )
    ]
    image["invented"] = {"created", "history", "config"}


def _complete(document: Document, image: Document) -> None:
    invented: set[str] = image.setdefault("invented", set())
    if not image["created"]:
        image["created"] = HELLO_CREATED
        invented.add("created")
    if not image["history"]:
        image["history"] = [
            {"created": image["created"], "created_by": text, "empty_layer": empty}
            for text, empty in (("COPY file:0 in / ", False), ('CMD ["/hello"]', True))
        ]
        invented.add("history")
    environment = list(image["config"].get("Env") or ())
    if not any(value.startswith("PATH=") for value in environment):
        environment.insert(0, DEFAULT_PATH)
        invented.add("environment")
    image["config"]["Env"] = environment
    recorded = image.get("config_json")
    if recorded:
        image["history"] = [
            {
                **entry,
                "created_by": dockerfile_form(entry["created_by"]),
                "created_by_recorded_form": entry["created_by"],
            }
            for entry in image["history"]
        ]
