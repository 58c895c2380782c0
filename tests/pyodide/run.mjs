// Runs pytest over the core inside Pyodide: node run.mjs ROOT PACKAGES PYODIDE [pytest arguments]
import { readFileSync, existsSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [root, packages, pyodidePath, ...args] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${pyodidePath}/pyodide.mjs`));
const py = await loadPyodide();
py.FS.mkdir("/project");
py.FS.mount(py.FS.filesystems.NODEFS, { root }, "/project");
py.FS.mkdir("/packages");
py.FS.mount(py.FS.filesystems.NODEFS, { root: packages }, "/packages");
py.globals.set("arguments", py.toPy(args));
process.exitCode = await py.runPythonAsync(`
import os, sys
sys.dont_write_bytecode = True
sys.path[:0] = ["/project/simulator", "/packages"]
os.chdir("/project")
import pytest
int(pytest.main(["-q", "-p", "no:cacheprovider", "-o", "addopts=--import-mode=importlib", *arguments]))
`);
