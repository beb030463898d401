-- What the gallery lists, finds and counts; see the Postgres migration of the same number.

CREATE TABLE gallery (
    media_id    BLOB    PRIMARY KEY,
    owner       TEXT    NOT NULL,
    taken_at    INTEGER NOT NULL,
    is_dated    INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    size_bytes  INTEGER NOT NULL,
    mime        TEXT    NOT NULL,
    apps        TEXT    NOT NULL,
    camera      TEXT,
    lens        TEXT,
    located     TEXT,
    latitude    REAL,
    longitude   REAL,
    cell        INTEGER,
    width       INTEGER,
    height      INTEGER,
    placeholder BLOB,
    color       TEXT,
    name        TEXT,
    phash       INTEGER,
    words       TEXT    NOT NULL
) STRICT;
CREATE INDEX gallery_by_taken ON gallery (owner, taken_at, media_id, is_dated, width, height, mime, placeholder, color, name, size_bytes);
CREATE INDEX gallery_by_created ON gallery (owner, created_at, media_id);
CREATE INDEX gallery_by_size ON gallery (owner, size_bytes, media_id);
CREATE INDEX gallery_by_type_taken ON gallery (owner, mime, taken_at, media_id);
CREATE INDEX gallery_by_type_created ON gallery (owner, mime, created_at, media_id);
CREATE INDEX gallery_by_apps_taken ON gallery (owner, apps, taken_at, media_id);
CREATE INDEX gallery_by_apps_created ON gallery (owner, apps, created_at, media_id);
CREATE INDEX gallery_by_camera_taken ON gallery (owner, camera, taken_at, media_id) WHERE camera IS NOT NULL;
CREATE INDEX gallery_by_camera_created ON gallery (owner, camera, created_at, media_id) WHERE camera IS NOT NULL;
CREATE INDEX gallery_by_lens_taken ON gallery (owner, lens, taken_at, media_id) WHERE lens IS NOT NULL;
CREATE INDEX gallery_by_located_taken ON gallery (owner, located, taken_at, media_id) WHERE located IS NOT NULL;
CREATE INDEX gallery_by_located_created ON gallery (owner, located, created_at, media_id) WHERE located IS NOT NULL;
CREATE INDEX gallery_by_cell ON gallery (owner, cell, media_id, taken_at, created_at, latitude, longitude) WHERE cell IS NOT NULL;
CREATE INDEX gallery_by_band_0 ON gallery (owner, (phash & 65535), phash, media_id) WHERE phash IS NOT NULL;
CREATE INDEX gallery_by_band_1 ON gallery (owner, (phash >> 16 & 65535), phash, media_id) WHERE phash IS NOT NULL;
CREATE INDEX gallery_by_band_2 ON gallery (owner, (phash >> 32 & 65535), phash, media_id) WHERE phash IS NOT NULL;
CREATE INDEX gallery_by_band_3 ON gallery (owner, (phash >> 48 & 65535), phash, media_id) WHERE phash IS NOT NULL;

CREATE TABLE gallery_word (
    owner    TEXT NOT NULL,
    word     TEXT NOT NULL,
    media_id BLOB NOT NULL,
    PRIMARY KEY (owner, word, media_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE gallery_count (
    owner       TEXT    NOT NULL,
    facet       TEXT    NOT NULL,
    value       TEXT    NOT NULL,
    media_count INTEGER NOT NULL,
    size_bytes  INTEGER NOT NULL,
    PRIMARY KEY (owner, facet, value)
) STRICT, WITHOUT ROWID;

-- Writers take turns here: ids are in the order of commits, and tx is not needed.
CREATE TABLE event (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    tx       INTEGER NOT NULL DEFAULT 0,
    owner    TEXT    NOT NULL,
    kind     TEXT    NOT NULL,
    media_id BLOB    NOT NULL,
    at       INTEGER NOT NULL DEFAULT (unixepoch() * 1000000)
) STRICT;
CREATE INDEX event_in_order ON event (tx, id);
CREATE INDEX event_by_owner ON event (owner, tx, id);
CREATE INDEX event_by_time ON event (at);

CREATE TABLE gallery_progress (
    singleton INTEGER PRIMARY KEY DEFAULT 1 CHECK (singleton = 1),
    after     BLOB    NOT NULL
) STRICT;
INSERT INTO gallery_progress (after) SELECT zeroblob(16) WHERE EXISTS (SELECT 1 FROM media);

ALTER TABLE media ADD COLUMN edit TEXT;

CREATE INDEX media_in_trash_by_owner ON media (owner, created_at, id) WHERE trashed_at IS NOT NULL;

DROP INDEX media_by_taken;
DROP INDEX media_by_size;
ALTER TABLE media DROP COLUMN taken_at;
ALTER TABLE media DROP COLUMN camera;
ALTER TABLE media DROP COLUMN latitude;
ALTER TABLE media DROP COLUMN longitude;
