"""Options of log drivers: those that are refused, and what keeps a driver from beginning.

Nothing listens where the drivers that send logs away would send them.
Source: Docker 20.10, daemon/logger: factory.go and each driver; its messages.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import EstibaError, InvalidInput
from ..spec import units
from ..spec.gotext import quote

DRIVERS = frozenset(
    "awslogs fluentd gcplogs gelf journald json-file local logentries none splunk syslog".split()
)
COMMON = frozenset("env env-regex labels labels-regex tag mode max-buffer-size".split())
SYSLOG = (
    "syslog-address syslog-facility syslog-tls-ca-cert syslog-tls-cert syslog-tls-key "
    "syslog-tls-skip-verify syslog-format"
)
ACCEPTED = {
    "json-file": COMMON | frozenset("compress max-file max-size".split()),
    "local": frozenset("compress max-file max-size mode max-buffer-size".split()),
    "syslog": COMMON | frozenset(SYSLOG.split()),
}
UNKNOWN = {
    "json-file": "for json-file log driver",
    "local": "for log driver local",
    "syslog": "for syslog log driver",
}
REQUIRED = {
    "gelf": ("gelf-address", "gelf-address is a required parameter"),
    "awslogs": ("awslogs-group", "must specify a value for log opt 'awslogs-group'"),
}
NOBODY_THERE = {
    "syslog": "Unix syslog delivery error",
    "journald": "journald is not enabled on this host",
    "fluentd": "dial tcp 127.0.0.1:24224: connect: connection refused",
    "splunk": "splunk: splunk-url is expected",
    "gcplogs": (
        "No project was specified and couldn't read project from the metadata server. "
        "Please specify a project"
    ),
}
TRUE, FALSE = ("1", "t", "T", "TRUE", "true", "True"), ("0", "f", "F", "FALSE", "false", "False")


def check_options(driver: str, options: Mapping[str, str]) -> None:
    """At the creation of a container. Raises: InvalidInput."""
    if driver not in DRIVERS:
        raise InvalidInput(f'error looking up logging plugin {driver}: plugin "{driver}" not found')
    if driver == "none":
        return
    mode = options.get("mode", "")
    if mode not in ("", "blocking", "non-blocking"):
        raise InvalidInput(f"logger: logging mode not supported: {mode}")
    if "max-buffer-size" in options:
        _check_buffer(mode, options["max-buffer-size"])
    for option in options:
        if driver in ACCEPTED and option not in ACCEPTED[driver]:
            raise InvalidInput(f"unknown log opt '{option}' {UNKNOWN[driver]}")
    needed, words = REQUIRED.get(driver, ("", ""))
    if needed and needed not in options:
        raise InvalidInput(words)


def _check_buffer(mode: str, size: str) -> None:
    if mode != "non-blocking":
        raise InvalidInput(
            "logger: max-buffer-size option is only supported with 'mode=non-blocking'"
        )
    try:
        units.ram_in_bytes(size)
    except EstibaError as error:
        raise InvalidInput(f"error parsing option max-buffer-size: {error}") from None


def start_problem(driver: str, options: Mapping[str, str]) -> str:
    """Why the driver cannot begin; "" if it can."""
    if driver in NOBODY_THERE:
        return NOBODY_THERE[driver]
    if driver not in ("json-file", "local"):
        return ""
    local = driver == "local"
    return (
        _size_problem(options.get("max-size"), local)
        or _files_problem(options.get("max-file"), local)
        or _compression_problem(options, local)
    )


def _size_problem(text: str | None, local: bool) -> str:
    try:
        units.from_human_size(text or "0")
    except EstibaError as error:
        return f"invalid value for max-size: {text}: {error}" if local else str(error)
    return ""


def _files_problem(text: str | None, local: bool) -> str:
    if text is None:
        return ""
    if not (text.lstrip("+-").isascii() and text.lstrip("+-").isdigit()):
        problem = f"strconv.Atoi: parsing {quote(text)}: invalid syntax"
        return f"invalid value for max-file: {text}: {problem}" if local else problem
    return "max-file cannot be less than 1" if int(text) < 1 else ""


def _compression_problem(options: Mapping[str, str], local: bool) -> str:
    text = options.get("compress")
    if text is None:
        return ""
    if text not in TRUE + FALSE:
        return f"strconv.ParseBool: parsing {quote(text)}: invalid syntax"
    few = int(options.get("max-file", "1")) < 2 or "max-size" not in options
    if text in TRUE and few and not local:
        return "compress cannot be true when max-file is less than 2 or max-size is not set"
    return ""
