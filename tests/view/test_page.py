"""The Python of docs/pictures.md runs as it stands there."""

import re
import shlex
from pathlib import Path
from typing import Any

from estiba.cli.console import MemoryConsole

PAGE = Path(__file__).parents[2] / "docs" / "pictures.md"
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)


def test_the_page_runs() -> None:
    (code,) = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    making, asking = code.split("facts = ", 1)
    names: dict[str, Any] = {}
    exec(making, names)
    for line in ("pull -q ubuntu", "run --name c1 ubuntu sh -c 'echo x >> /etc/passwd'"):
        assert names["house"].docker(shlex.split(line), MemoryConsole()) == 0
    exec(f"facts = {asking}", names)
    observed, inferred = asking.splitlines()[-2:]
    assert not eval(observed.split("#")[0], names).steps[-1].inferred
    assert eval(inferred.split("#")[0], names).steps[-1].inferred
