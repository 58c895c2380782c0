"""Real images without a network: made of this machine's own programs and the libraries they need.

`elf` reads what a program needs, `selection` finds the files, `archive` writes them as a root file system, `command`
is `estiba image from-host`. The engine imports the archive, so the image's identity is computed as always.
"""
