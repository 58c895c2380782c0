"""The course document, replayed: its commands in a real engine, and its values beside the engine's.

Entry points: `command.run`; `Play` with a `Script`. Texts are in `texts.es.toml` and `texts.en.toml`.
"""

from .play import Play
from .script import Script, load_script, load_texts

__all__ = ["Play", "Script", "load_script", "load_texts"]
