"""The document on the kernel itself: a real bash on a real overlayfs leaves the document's numbers."""

from __future__ import annotations

import shutil

import pytest

from estiba.demo.command import run_on_kernel
from estiba.demo.script import load_script, load_texts
from estiba.linux.requirements import missing

LACKS = [] if shutil.which("bash") else ["no bash on this machine"]
LACKS += list(missing())


@pytest.mark.skipif(bool(LACKS), reason="; ".join(LACKS))
def test_every_value_is_the_documents(capsys: pytest.CaptureFixture[str]) -> None:
    code = run_on_kernel("en")
    shown = capsys.readouterr().out
    assert code == 0, shown
    assert "9 values, all equal." in shown
    assert "52B (virtual " in shown


def test_every_step_and_value_has_a_text() -> None:
    script = load_script("linux")
    for language in ("es", "en"):
        texts = load_texts(language, "linux")
        assert {step.id for step in script.steps} <= texts["step"].keys()
        assert {check.id for step in script.steps for check in step.checks} <= texts["check"].keys()
