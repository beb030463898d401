-- The same as migrations/postgres/0003_renditions.sql. There is one node, which needs no claims.

CREATE TABLE rendition (
    media_id   BLOB    NOT NULL REFERENCES media (id),
    recipe     TEXT    NOT NULL,
    sha256     BLOB    NOT NULL CHECK (length(sha256) = 32),
    object_id  BLOB    NOT NULL UNIQUE,
    size_bytes INTEGER NOT NULL CHECK (size_bytes >= 0),
    digest     BLOB    NOT NULL CHECK (length(digest) = 32),
    used_at    INTEGER NOT NULL,
    PRIMARY KEY (media_id, recipe)
) STRICT, WITHOUT ROWID;
CREATE INDEX rendition_by_key ON rendition (sha256, object_id);
CREATE INDEX rendition_by_use ON rendition (used_at, size_bytes);
