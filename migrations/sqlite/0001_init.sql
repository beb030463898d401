-- The same catalogue as migrations/postgres/0001_init.sql. Times are microseconds since 1970, ids and hashes are blobs,
-- JSON is text. "Now" is CAST(round(unixepoch('subsec') * 1000) AS INTEGER) * 1000: SQLite's clock has milliseconds.

CREATE TABLE store_identity (
    singleton INTEGER PRIMARY KEY CHECK (singleton = 1),
    store_id  BLOB    NOT NULL,
    epoch     INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE object (
    id          BLOB    PRIMARY KEY,
    sha256      BLOB    NOT NULL CHECK (length(sha256) = 32),
    size_bytes  INTEGER NOT NULL CHECK (size_bytes >= 0),
    state       TEXT    NOT NULL CHECK (state IN ('writing', 'trash')),
    since       INTEGER NOT NULL,
    lease_until INTEGER,
    upload_id   TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX object_by_state ON object (state, since);
CREATE INDEX object_by_key ON object (sha256, id);

CREATE TABLE blob (
    sha256        BLOB    PRIMARY KEY CHECK (length(sha256) = 32),
    object_id     BLOB    NOT NULL UNIQUE,
    size_bytes    INTEGER NOT NULL CHECK (size_bytes >= 0),
    mime          TEXT    NOT NULL,
    probe         TEXT    NOT NULL,
    facts         TEXT    NOT NULL,
    status        TEXT    NOT NULL CHECK (status IN ('unprocessed', 'ready', 'failed')),
    recipe        INTEGER NOT NULL DEFAULT 0,
    error_code    TEXT,
    error_message TEXT,
    work_due_at   INTEGER,
    claim_token   BLOB,
    lease_until   INTEGER,
    attempts      INTEGER NOT NULL DEFAULT 0,
    created_at    INTEGER NOT NULL,
    verified_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX blob_work ON blob (work_due_at) WHERE work_due_at IS NOT NULL;

CREATE TABLE variant (
    sha256     BLOB    NOT NULL REFERENCES blob (sha256),
    name       TEXT    NOT NULL,
    object_id  BLOB    NOT NULL UNIQUE,
    size_bytes INTEGER NOT NULL CHECK (size_bytes >= 0),
    digest     BLOB    NOT NULL CHECK (length(digest) = 32),
    width      INTEGER NOT NULL,
    height     INTEGER NOT NULL,
    recipe     INTEGER NOT NULL,
    PRIMARY KEY (sha256, name)
) STRICT;

CREATE TABLE media (
    id         BLOB    PRIMARY KEY,
    owner      TEXT    NOT NULL,
    sha256     BLOB    NOT NULL REFERENCES blob (sha256),
    created_at INTEGER NOT NULL,
    status     TEXT    NOT NULL CHECK (status IN ('processing', 'ready', 'failed')),
    skipped    INTEGER NOT NULL DEFAULT 0,
    taken_at   INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    mime       TEXT    NOT NULL,
    camera     TEXT,
    latitude   REAL,
    longitude  REAL,
    UNIQUE (owner, sha256)
) STRICT;
CREATE INDEX media_by_hash ON media (sha256);
CREATE INDEX media_by_created ON media (owner, created_at, id);
CREATE INDEX media_by_taken ON media (owner, taken_at, id);
CREATE INDEX media_by_size ON media (owner, size_bytes, id);
CREATE INDEX media_all_by_created ON media (created_at, id);

CREATE TABLE media_app (
    media_id   BLOB    NOT NULL REFERENCES media (id) ON DELETE CASCADE,
    app        TEXT    NOT NULL,
    name       TEXT,
    metadata   TEXT,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (media_id, app)
) STRICT, WITHOUT ROWID;
CREATE INDEX media_app_by_app ON media_app (app, media_id);

CREATE TABLE owner_usage (
    owner       TEXT    PRIMARY KEY,
    media_count INTEGER NOT NULL,
    size_bytes  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE gc_hint (
    sha256 BLOB    PRIMARY KEY,
    since  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency (
    owner       TEXT    NOT NULL,
    key         TEXT    NOT NULL,
    fingerprint BLOB    NOT NULL,
    lease_until INTEGER NOT NULL,
    status      INTEGER,
    answer      TEXT,
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (owner, key)
) STRICT, WITHOUT ROWID;
