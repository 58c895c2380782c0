"""The reserved words."""

KEYWORDS = frozenset("if then else elif fi do done case esac while until for { } ! in".split())
BASH_KEYWORDS = KEYWORDS | frozenset(("[[", "]]", "function", "time", "select", "coproc"))
