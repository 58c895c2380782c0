# `make demo` needs Python 3.11 and nothing else; `make test` sets up .venv by itself.
PYTHON ?= python3
VENV := .venv/bin
QUICK := PYTHONPATH=simulator $(PYTHON)

.PHONY: demo shell test check pyodide bench parity notebooks clean

demo:  ## the course document, command by command (LANG_=en for English)
	@$(QUICK) -m estiba demo $(if $(LANG_),--lang $(LANG_))

shell:  ## a prompt where docker commands work
	@$(QUICK) -m estiba shell

.venv/installed: pyproject.toml .ci/constraints.txt .ci/environment.py
	@$(PYTHON) .ci/environment.py

test: .venv/installed check  ## everything that must hold
	$(VENV)/python -m pytest --cov=estiba --cov-report=term:skip-covered
	$(VENV)/python tests/pyodide/run.py

check: .venv/installed  ## the quick part: format, lint, types
	$(VENV)/ruff format --check .
	$(VENV)/ruff check .
	$(VENV)/mypy simulator tests

pyodide: .venv/installed  ## the core's tests inside Pyodide on Node
	$(VENV)/python tests/pyodide/run.py

parity: .venv/installed  ## docs/parity.md: recorded steps of a real Docker, replayed
	$(VENV)/python tests/parity/board.py

notebooks:  ## make the notebooks from the lessons anew
	@$(QUICK) -m estiba lesson notebooks lessons notebooks

bench: .venv/installed  ## the figures, as medians and ratios
	$(VENV)/python benchmarks/run.py
	$(VENV)/python benchmarks/store.py
	$(VENV)/python benchmarks/pictures.py
	$(VENV)/python benchmarks/load.py

clean:
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
