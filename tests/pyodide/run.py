"""Run the core's tests inside Pyodide on Node: proof that the core needs no compiled part and no thread.

    python tests/pyodide/run.py [pytest arguments]

Fetches the npm package `pyodide` and pure-Python test packages into `.cache/` once. Without Node or npm
it says so and does nothing.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "pyodide"
PYODIDE = "pyodide@314.0.7"
PACKAGES = ("pytest", "pluggy", "iniconfig", "packaging", "pygments", "sortedcontainers")
HYPOTHESIS = "hypothesis==6.148.0"  # a release without a compiled part
# What the core is: everything below the doors, and the doors themselves over the loopback.
SUITES = (
    "tests/tasks",
    "tests/trace",
    "tests/spec",
    "tests/filesystem",
    "tests/layer",
    "tests/distribution",
    "tests/store",
    "tests/snapshot",
    "tests/runtime",
    "tests/network",
    "tests/engine",
    "tests/api",
    "tests/cli",
    "tests/projections",
    "tests/view",
    "tests/demo",
    "tests/shell",
)
# What needs this machine: its kernel, its programs, its sockets, its disk.
OUTSIDE = (
    "tests/cli/test_big_files.py",
    "tests/cli/test_same_words.py",
    "tests/demo/test_demo_on_kernel.py",
    "tests/filesystem/test_kernel_overlay.py",
    "tests/network/test_sockets.py",
    "tests/runtime/linux",
    "tests/runtime/programs/test_programs_against_real.py",
    "tests/runtime/programs/test_programs_web.py",
    "tests/snapshot/test_overlay_snapshotter.py",
    "tests/store/test_disk.py",
    "tests/store/test_disk_contracts.py",
    "tests/store/test_disk_model.py",
)


def fetch() -> tuple[Path, Path]:
    packages, node = CACHE / "packages", CACHE / "node_modules" / "pyodide"
    CACHE.mkdir(parents=True, exist_ok=True)
    if not node.exists():
        npm = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(CACHE)]
        subprocess.run([*npm, PYODIDE], check=True)
    if not packages.exists():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile"]
        pip += ["--upgrade"]
        constraints = ["-c", str(ROOT / ".ci" / "constraints.txt")]
        subprocess.run([*pip, *constraints, "--target", str(packages), *PACKAGES], check=True)
        subprocess.run([*pip, "--target", str(packages), HYPOTHESIS], check=True)
    return packages, node


def main() -> int:
    if shutil.which("node") is None or shutil.which("npm") is None:
        print("SKIPPED: the run inside Pyodide needs Node.js and npm, which are not here")
        return 0
    packages, node = fetch()
    suites = sys.argv[1:] or [suite for suite in SUITES if (ROOT / suite).exists()]
    script = ["node", str(ROOT / "tests" / "pyodide" / "run.mjs")]
    command = [*script, str(ROOT), str(packages), str(node), *suites]
    command += [f"--ignore={path}" for path in OUTSIDE]
    return subprocess.run(command, check=False, cwd=ROOT).returncode


if __name__ == "__main__":
    raise SystemExit(main())
