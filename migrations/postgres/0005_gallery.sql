-- What the gallery lists, finds and counts: one row for each reference that is ready and not in the trash, led by its owner. It follows
-- from media, media_app and blob, is written in the same transactions, and can be made anew.

-- Times in microseconds since 1970. taken_at is the camera's wall clock as if it were UTC, or created_at where there is no date.
-- apps are the names of all that use it, one a line. cell is the place in Z-order, 24 bits of longitude and of latitude.
CREATE TABLE gallery (
    media_id    uuid             PRIMARY KEY,
    owner       text COLLATE "C" NOT NULL,
    taken_at    bigint           NOT NULL,
    is_dated    boolean          NOT NULL,
    created_at  bigint           NOT NULL,
    size_bytes  bigint           NOT NULL,
    mime        text COLLATE "C" NOT NULL,
    apps        text COLLATE "C" NOT NULL,
    camera      text COLLATE "C",
    lens        text COLLATE "C",
    located     text COLLATE "C",
    latitude    double precision,
    longitude   double precision,
    cell        bigint,
    width       bigint,
    height      bigint,
    placeholder bytea,
    color       text COLLATE "C",
    name        text COLLATE "C",
    phash       bigint,
    words       text COLLATE "C" NOT NULL
);
-- What a month's grid shows is in the index itself, and below what is counted in a box: rows lie where they were written, and each is
-- another page to read.
CREATE INDEX gallery_by_taken ON gallery (owner, taken_at, media_id)
    INCLUDE (is_dated, width, height, mime, placeholder, color, name, size_bytes);
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
CREATE INDEX gallery_by_cell ON gallery (owner, cell, media_id) INCLUDE (taken_at, created_at, latitude, longitude) WHERE cell IS NOT NULL;
-- Hashes that differ in few bits are equal, or nearly so, in one of four bands.
CREATE INDEX gallery_by_band_0 ON gallery (owner, (phash & 65535), phash, media_id) WHERE phash IS NOT NULL;
CREATE INDEX gallery_by_band_1 ON gallery (owner, (phash >> 16 & 65535), phash, media_id) WHERE phash IS NOT NULL;
CREATE INDEX gallery_by_band_2 ON gallery (owner, (phash >> 32 & 65535), phash, media_id) WHERE phash IS NOT NULL;
CREATE INDEX gallery_by_band_3 ON gallery (owner, (phash >> 48 & 65535), phash, media_id) WHERE phash IS NOT NULL;

-- Words of file names, captions and prompts.
CREATE TABLE gallery_word (
    owner    text COLLATE "C" NOT NULL,
    word     text COLLATE "C" NOT NULL,
    media_id uuid             NOT NULL,
    PRIMARY KEY (owner, word, media_id)
);

-- How many rows of the gallery there are, in all (facet '') and of each kind.
CREATE TABLE gallery_count (
    owner       text COLLATE "C" NOT NULL,
    facet       text COLLATE "C" NOT NULL,
    value       text COLLATE "C" NOT NULL,
    media_count bigint           NOT NULL,
    size_bytes  bigint           NOT NULL,
    PRIMARY KEY (owner, facet, value)
);

-- What happened, for whoever looks on; kept for a day. Transactions end in another order than they begin: whoever reads by (tx, id)
-- and no further than the oldest that is running misses none.
CREATE TABLE event (
    id       bigint           GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tx       bigint           NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
    owner    text COLLATE "C" NOT NULL,
    kind     text             NOT NULL,
    media_id uuid             NOT NULL,
    at       timestamptz      NOT NULL DEFAULT now()
);
CREATE INDEX event_in_order ON event (tx, id);
CREATE INDEX event_by_owner ON event (owner, tx, id);
CREATE INDEX event_by_time ON event (at);

-- How far rows from before the gallery, or before its present version, have been entered; no row when all are.
CREATE TABLE gallery_progress (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    after     uuid    NOT NULL
);
INSERT INTO gallery_progress (after) SELECT '00000000-0000-0000-0000-000000000000' WHERE EXISTS (SELECT 1 FROM media);

-- What the owner says of it instead of the file: date, offset, place, caption.
ALTER TABLE media ADD COLUMN edit json;

-- A trash is small, and its owner's library is not.
CREATE INDEX media_in_trash_by_owner ON media (owner, created_at, id) WHERE trashed_at IS NOT NULL;

-- The gallery has these now.
DROP INDEX media_by_taken;
DROP INDEX media_by_size;
ALTER TABLE media DROP COLUMN taken_at, DROP COLUMN camera, DROP COLUMN latitude, DROP COLUMN longitude;
