"""find: walks trees. Its expression is parsed in `find_tests`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..program import Process
from ..streams import Output
from ..syscalls import Body, Getdents, Lstat, Stat, SyscallError
from .find_expression import Expression, Visit
from .find_tests import parse_expression
from .options import Misuse, complain, is_busybox, tool
from .quoting import quoted
from .status import is_directory, is_link

if TYPE_CHECKING:
    from .status import Status


@tool("find")
def find(process: Process, args: list[str]) -> Body[int]:
    follow = ""
    while args and args[0] in ("-H", "-L", "-P"):
        follow = args[0][1]
        args = args[1:]
    cut = next(
        (
            i
            for i, arg in enumerate(args)
            if (arg[:1] == "-" and len(arg) > 1) or arg in ("(", ")", "!")
        ),
        len(args),
    )
    paths, words = args[:cut] or ["."], args[cut:]
    try:
        expression = yield from parse_expression(process, words)
    except Misuse as wrong:
        wrong.hint = is_busybox(process) and wrong.hint
        raise
    walk = _Walk(process, expression, "L" if expression.follow else follow)
    for path in paths:
        yield from walk.start(path)
        if expression.done:
            break
    yield from expression.finish()
    yield from walk.out.flush()
    return walk.status or expression.status


class _Walk:
    """One run of find."""

    def __init__(self, process: Process, expression: Expression, follow: str) -> None:
        self.process, self.expression, self.follow = process, expression, follow
        self.out = Output()
        expression.out = self.out
        self.status = 0

    def refuse(self, path: str, error: SyscallError) -> Body[None]:
        self.status = 1
        yield from self.out.flush()
        shown = path if is_busybox(self.process) else quoted(self.process, path)
        yield from complain(self.process, f"{shown}: {error}")

    def start(self, path: str) -> Body[None]:
        try:
            status = yield from Lstat(path)
            if is_link(status) and self.follow in ("L", "H"):
                status = yield from self.followed(path)
        except SyscallError as error:
            yield from self.refuse(path, error)
            return
        name = path.rstrip("/").rpartition("/")[2] or "/"
        yield from self.visit(Visit(path, name, status, 0, path))

    def followed(self, path: str) -> Body[Status]:
        try:
            found: Status = yield from Stat(path)
        except SyscallError:
            found = yield from Lstat(path)
        return found

    def visit(self, visit: Visit) -> Body[None]:
        expression = self.expression
        late = expression.depth_first
        if not late:
            yield from self.apply(visit)
        deeper = expression.max_depth is None or visit.depth < expression.max_depth
        if is_directory(visit.status) and deeper and not visit.pruned and not expression.done:
            yield from self.inside(visit)
        if late and not expression.done:
            yield from self.apply(visit)

    def apply(self, visit: Visit) -> Body[None]:
        if visit.depth >= self.expression.min_depth and not self.expression.done:
            yield from self.expression.run(visit)

    def inside(self, visit: Visit) -> Body[None]:
        try:
            entries = yield from Getdents(visit.path)
        except SyscallError as error:
            yield from self.refuse(visit.path, error)
            return
        for entry in entries:
            path = f"{visit.path}{'' if visit.path.endswith('/') else '/'}{entry.name}"
            try:
                status = yield from Lstat(path)
                if is_link(status) and self.follow == "L":
                    status = yield from self.followed(path)
            except SyscallError as error:
                yield from self.refuse(path, error)
                continue
            if self.expression.one_device and status.dev != visit.status.dev:
                continue
            yield from self.visit(Visit(path, entry.name, status, visit.depth + 1, visit.root))
            if self.expression.done:
                return
