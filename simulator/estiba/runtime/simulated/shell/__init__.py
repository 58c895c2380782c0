"""The shells: bash, dash and BusyBox ash, as one language with three dialects.

From text to effect: `lexer` and `grammar` make the tree of `syntax`; `evaluator` walks it, with
`expansion` for words, `redirection` for files, `jobs` for processes and `builtins` for the
commands a shell does itself. `interactive`, `readline` and `history` are the part that talks with
a person. Entry point: `main`.

Simplified: no `coproc`, no name references, no `{name}>file`, no programmable completion, no time
zones.
"""
