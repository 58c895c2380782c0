"""Signal numbers and names of Linux on x86-64.

Source: signal(7); texts of the GNU C library's strsignal.
"""

from __future__ import annotations

from typing import Final

SIGHUP: Final = 1
SIGINT: Final = 2
SIGQUIT: Final = 3
SIGILL: Final = 4
SIGTRAP: Final = 5
SIGABRT: Final = 6
SIGBUS: Final = 7
SIGFPE: Final = 8
SIGKILL: Final = 9
SIGUSR1: Final = 10
SIGSEGV: Final = 11
SIGUSR2: Final = 12
SIGPIPE: Final = 13
SIGALRM: Final = 14
SIGTERM: Final = 15
SIGSTKFLT: Final = 16
SIGCHLD: Final = 17
SIGCONT: Final = 18
SIGSTOP: Final = 19
SIGTSTP: Final = 20
SIGTTIN: Final = 21
SIGTTOU: Final = 22
SIGURG: Final = 23
SIGXCPU: Final = 24
SIGXFSZ: Final = 25
SIGVTALRM: Final = 26
SIGPROF: Final = 27
SIGWINCH: Final = 28
SIGIO: Final = 29
SIGPWR: Final = 30
SIGSYS: Final = 31
SIGRTMIN: Final = 34
SIGRTMAX: Final = 64

NAMES: Final = tuple(
    """EXIT HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT
    STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS""".split()
)
"""By number, without SIG; 0 is the shells' EXIT."""

TEXTS: Final = {
    SIGHUP: "Hangup",
    SIGINT: "Interrupt",
    SIGQUIT: "Quit",
    SIGILL: "Illegal instruction",
    SIGTRAP: "Trace/breakpoint trap",
    SIGABRT: "Aborted",
    SIGBUS: "Bus error",
    SIGFPE: "Floating point exception",
    SIGKILL: "Killed",
    SIGUSR1: "User defined signal 1",
    SIGSEGV: "Segmentation fault",
    SIGUSR2: "User defined signal 2",
    SIGPIPE: "Broken pipe",
    SIGALRM: "Alarm clock",
    SIGTERM: "Terminated",
    SIGSTKFLT: "Stack fault",
    SIGCHLD: "Child exited",
    SIGCONT: "Continued",
    SIGSTOP: "Stopped (signal)",
    SIGTSTP: "Stopped",
    SIGTTIN: "Stopped (tty input)",
    SIGTTOU: "Stopped (tty output)",
    SIGXCPU: "CPU time limit exceeded",
    SIGXFSZ: "File size limit exceeded",
    SIGVTALRM: "Virtual timer expired",
    SIGPROF: "Profiling timer expired",
    SIGWINCH: "Window changed",
    SIGIO: "I/O possible",
    SIGPWR: "Power failure",
    SIGSYS: "Bad system call",
}

IGNORED_BY_DEFAULT: Final = frozenset((SIGCHLD, SIGURG, SIGWINCH))
STOPPING: Final = frozenset((SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU))


def signal_number(text: str) -> int | None:
    """`9`, `KILL`, `SIGKILL`, `kill`, `RTMIN+3`; None if there is no such signal.

    >>> signal_number("sigterm"), signal_number("RTMAX-1"), signal_number("NOPE")
    (15, 63, None)
    """
    if text.isdecimal():
        return int(text) if int(text) <= SIGRTMAX else None
    name = text.upper().removeprefix("SIG")
    if name in NAMES:
        return NAMES.index(name)
    for base, number in (("RTMIN", SIGRTMIN), ("RTMAX", SIGRTMAX)):
        if name.startswith(base):
            offset = name[len(base) :] or "+0"
            if offset[0] in "+-" and offset[1:].isdecimal():
                found = number + int(offset)
                return found if SIGRTMIN <= found <= SIGRTMAX else None
    return {"CLD": SIGCHLD, "POLL": SIGIO, "IOT": SIGABRT}.get(name)


def signal_name(number: int) -> str:
    """Without SIG, as `kill -l NUMBER` prints it; "" if there is no such signal."""
    if number < len(NAMES):
        return NAMES[number]
    if SIGRTMIN <= number <= SIGRTMAX:
        near_end = number > (SIGRTMIN + SIGRTMAX) // 2
        base, offset = ("RTMAX", number - SIGRTMAX) if near_end else ("RTMIN", number - SIGRTMIN)
        return f"{base}{offset:+d}" if offset else base
    return ""
