"""The tables, and how an older database becomes one of this release.

Each migration is a list of statements; the n-th makes version n+1 of version n. They are never
changed once released: a change of the tables is one more migration.
"""

APPLICATION = 0x45737462  # "Estb"

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE images (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
            config BLOB NOT NULL, recorded INTEGER NOT NULL, chain_id TEXT, size INTEGER NOT NULL,
            facts TEXT NOT NULL, last_tagged_ns INTEGER)""",
        """CREATE TABLE parents (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT, image TEXT NOT NULL UNIQUE,
            parent TEXT NOT NULL)""",
        "CREATE INDEX children ON parents (parent)",
        """CREATE TABLE layers (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT, chain_id TEXT NOT NULL UNIQUE,
            diff_id TEXT NOT NULL, parent TEXT, size INTEGER NOT NULL, total_size INTEGER NOT NULL,
            cache_id TEXT NOT NULL, blob TEXT, blob_size INTEGER)""",
        "CREATE TABLE names (name TEXT PRIMARY KEY, image TEXT NOT NULL) WITHOUT ROWID",
        """CREATE TABLE blob_sums (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT, diff_id TEXT NOT NULL, digest TEXT NOT NULL,
            size INTEGER NOT NULL, media_type TEXT NOT NULL, repository TEXT NOT NULL,
            UNIQUE (diff_id, digest, size, media_type, repository))""",
        """CREATE TABLE documents (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, key TEXT NOT NULL,
            value TEXT NOT NULL, UNIQUE (kind, key))""",
        """CREATE TABLE inodes (
            tree TEXT NOT NULL, number INTEGER NOT NULL, attributes TEXT NOT NULL,
            layout TEXT NOT NULL, small BLOB NOT NULL, PRIMARY KEY (tree, number)) WITHOUT ROWID""",
        "CREATE TABLE pieces (digest TEXT PRIMARY KEY, users INTEGER NOT NULL, data BLOB NOT NULL)",
        "CREATE INDEX unused ON pieces (users) WHERE users <= 0",
    ),
    (  # the files of a recorded layer stand in for the real ones: its blob has a digest of its own
        "ALTER TABLE layers ADD COLUMN stand_in INTEGER NOT NULL DEFAULT 0",
        "UPDATE layers SET stand_in = 1 WHERE blob <> diff_id",
    ),
)

VERSION = len(MIGRATIONS)
