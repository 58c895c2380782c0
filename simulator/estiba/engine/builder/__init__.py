"""`docker build`, the classic builder: a Dockerfile and a context become images, step by step.

`lines` reads a Dockerfile into statements, `instructions` checks them, `expansion` replaces
variables, `settings` does what only changes configuration, `context` and `copying` bring files,
`building` runs it all. Entry point: `building.Building`. The same instructions serve `--change` of
`commit` and `import` (`changes`).
"""
