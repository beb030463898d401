-- The same as migrations/postgres/0004_resumable.sql.

CREATE TABLE upload (
    id           BLOB    PRIMARY KEY,
    owner        TEXT    NOT NULL,
    metadata     TEXT    NOT NULL,
    size_bytes   INTEGER NOT NULL CHECK (size_bytes > 0),
    offset_bytes INTEGER NOT NULL DEFAULT 0 CHECK (offset_bytes BETWEEN 0 AND size_bytes),
    expires_at   INTEGER NOT NULL,
    lock_token   BLOB,
    lock_until   INTEGER,
    media_id     BLOB
) STRICT, WITHOUT ROWID;
CREATE INDEX upload_by_owner ON upload (owner);
CREATE INDEX upload_by_expiry ON upload (expires_at);

CREATE TABLE upload_part (
    upload_id    BLOB    NOT NULL REFERENCES upload (id) ON DELETE CASCADE,
    offset_bytes INTEGER NOT NULL,
    size_bytes   INTEGER NOT NULL CHECK (size_bytes > 0),
    sha256       BLOB    NOT NULL CHECK (length(sha256) = 32),
    object_id    BLOB    NOT NULL UNIQUE,
    PRIMARY KEY (upload_id, offset_bytes)
) STRICT, WITHOUT ROWID;
