"""Plays the script in an engine, as a terminal session, and compares the document's values with the engine's."""

from __future__ import annotations

import re
import shlex
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from textwrap import fill

from ..app import House
from ..http.poller import Poller
from ..tasks import Duplex
from .script import Browse, Check, Script, Step
from .scripted import ScriptedConsole

Show = Callable[[str], None]
WIDTH = 100
TURNS = 500
PROMPT = re.compile(r"root@([0-9a-f]{12}):")


@dataclass(frozen=True, slots=True)
class Finding:
    """One value: what the document says and what the engine said (None: it did not)."""

    check: Check
    engine: str | None

    @property
    def equal(self) -> bool:
        return self.engine == self.check.document


@dataclass(slots=True)
class Play:
    """A run of the script. After `run`, `findings` and `failures` say how it went."""

    house: House
    script: Script
    texts: dict[str, dict[str, str]]
    show: Show
    poller: Poller | None = None
    note: str = ""
    """Said before a request that does not go through a port of this machine."""
    findings: list[Finding] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    _container: str = ""

    def run(self) -> bool:
        """Play every step and print the table. True if all is as the document says."""
        page = self.texts["page"]
        self.show(f"{page['title']}\n{'=' * len(page['title'])}\n")
        self._say(page["intro"].format(start=self.script.start))
        for step in self.script.steps:
            self._step(step)
        self._table()
        self._slips()
        return not self.failures and all(finding.equal for finding in self.findings)

    def _say(self, text: str) -> None:
        self.show(fill(text, WIDTH, initial_indent="  ", subsequent_indent="  ") + "\n\n")

    def _step(self, step: Step) -> None:
        self.house.pass_time(step.after_s)
        output = self._output(step)
        self.show("" if output.endswith("\n") or not output else "\n")
        self._say(self.texts["step"][step.id])
        prompt = PROMPT.search(output)
        if prompt and not self._container:
            self._container = prompt.group(1)
        self.findings += [Finding(check, check.find(output)) for check in step.checks]

    def _output(self, step: Step) -> str:
        if step.browse is not None:
            return self._browse(step.browse)
        if step.why:
            self.show(f"estiba> why {step.why}\n")
            answer = self.house.why(step.why, self.texts["page"]["language"])
            self.show(answer)
            return answer
        return self._docker(step)

    def _docker(self, step: Step) -> str:
        self.show(f"$ {step.command}\n")
        console = ScriptedConsole(
            step.keys, terminal=step.tty, show=self.show, pause=self.house.pass_time
        )
        code = self.house.docker(shlex.split(step.command)[1:], console)
        if code != step.exit:
            message = self.texts["page"]["exit"].format(got=code, wanted=step.exit)
            self.failures.append(f"{step.command}: {message}")
        return console.text

    def _browse(self, browse: Browse) -> str:
        self.show(f"$ curl -i {browse.url}\n" + (f"{self.note}\n" if self.note else ""))
        answer = self._get(browse).replace("\r\n", "\n")
        self.show(answer)
        return answer

    def _get(self, browse: Browse) -> str:
        """Ask over a real socket where ports are published, else inside the process."""
        request = f"GET / HTTP/1.1\r\nHost: {browse.host}\r\nConnection: close\r\n\r\n".encode()
        if self.poller is not None:
            return self._get_by_socket(browse, request, self.poller)
        container = self.house.engine.containers.get(browse.container)
        duplex = self.house.engine.host.runtime.connect(container.id, browse.port)
        return "" if duplex is None else self._get_inside(duplex, request)

    def _get_by_socket(self, browse: Browse, request: bytes, poller: Poller) -> str:
        name, _, port = browse.host.partition(":")
        with socket.create_connection((name, int(port)), timeout=5) as client:
            client.sendall(request)
            client.setblocking(False)
            parts: list[bytes] = []
            for _ in range(TURNS):
                self.house.scheduler.run_idle()
                poller.poll(0.01)
                try:
                    parts.append(client.recv(1 << 16))
                except BlockingIOError:
                    continue
                if not parts[-1]:
                    break
        return b"".join(parts).decode()

    def _get_inside(self, duplex: Duplex, request: bytes) -> str:
        duplex.outgoing.put(request)
        parts: list[bytes] = []
        while (chunk := duplex.incoming.poll()) is not None:
            parts.append(chunk)
            if not chunk and not self.house.scheduler.run_ready():
                break
        return b"".join(parts).decode()

    def _table(self) -> None:
        page = self.texts["page"]
        rows = [("", page["document"], page["engine"], page["why"])]
        for finding in self.findings:
            mark = "=" if finding.equal else "≠"
            engine = finding.engine if finding.engine is not None else page["missing"]
            reason = self.texts["check"][finding.check.id]
            rows.append((mark, _short(finding.check.document), _short(engine), reason))
        widths = [max(len(row[i]) for row in rows) for i in range(3)]
        self.show(f"{page['table']}\n{'-' * len(page['table'])}\n")
        for mark, document, engine, reason in rows:
            cells = (mark.ljust(widths[0]), document.ljust(widths[1]), engine.ljust(widths[2]))
            self.show("  ".join((*cells, reason)).rstrip() + "\n")
        self.show("\n")
        for failure in self.failures:
            self.show(f"≠  {failure}\n")
        differ = sum(not finding.equal for finding in self.findings)
        summary = page["differ"] if differ else page["equal"]
        self.show(summary.format(count=len(self.findings), differ=differ) + "\n\n")

    def _slips(self) -> None:
        page, slip = self.texts["page"], self.texts["slip"]
        self.show(f"{page['slips']}\n{'-' * len(page['slips'])}\n")
        for text in slip.values():
            self._say(text.format(container=self._container))


def _short(text: str) -> str:
    """A digest cut to its first digits, so that the table fits a screen."""
    return text[:19] + "…" if text.startswith("sha256:") else text
