"""The daemon: an engine that stays, behind a Unix socket only its owner can reach.

`process` starts, stops and asks about it; `serve` is what the daemon itself runs; `places` says where its
files are. One daemon per user and `ESTIBA_HOME`.
"""
