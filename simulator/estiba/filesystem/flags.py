"""Numbers of the system-call interface: open flags, access bits, limits. Linux on x86-64.

Source: Linux, include/uapi/asm-generic/fcntl.h, include/uapi/linux/limits.h.
"""

from typing import Final

O_RDONLY: Final = 0
O_WRONLY: Final = 1
O_RDWR: Final = 2
O_ACCMODE: Final = 3
O_CREAT: Final = 0o100
O_EXCL: Final = 0o200
O_NOCTTY: Final = 0o400
O_TRUNC: Final = 0o1000
O_APPEND: Final = 0o2000
O_NONBLOCK: Final = 0o4000
O_DIRECTORY: Final = 0o200000
O_NOFOLLOW: Final = 0o400000
O_CLOEXEC: Final = 0o2000000

F_OK: Final = 0
X_OK: Final = 1
W_OK: Final = 2
R_OK: Final = 4

SEEK_SET: Final = 0
SEEK_CUR: Final = 1
SEEK_END: Final = 2

XATTR_CREATE: Final = 1
XATTR_REPLACE: Final = 2

NAME_MAX: Final = 255
PATH_MAX: Final = 4096
MAX_SYMLINKS: Final = 40
MAX_FILE_SIZE: Final = (1 << 63) - 1
