"""The programs of the simulated containers: implementations by executable name.

`MODULES` maps each name to the module here that registers it; a module loads when one of its
programs first runs.
"""

MODULES: dict[str, str] = {}
