-- What lives where, and who holds it. Every time is the database's now(); see COMMIT rules in ARCHITECTURE.md.

-- One row: the identity that the store's meta/store-id must repeat, and the epoch that fences a database gone back in time.
CREATE TABLE store_identity (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    store_id  uuid    NOT NULL,
    epoch     bigint  NOT NULL DEFAULT 0
);

-- Physical objects that are not live: being written, or waiting to be deleted. An id is used once.
CREATE TABLE object (
    id          uuid        PRIMARY KEY,
    sha256      bytea       NOT NULL CHECK (octet_length(sha256) = 32),
    size_bytes  bigint      NOT NULL CHECK (size_bytes >= 0),
    state       text        NOT NULL CHECK (state IN ('writing', 'trash')),
    since       timestamptz NOT NULL DEFAULT now(),
    lease_until timestamptz,
    upload_id   text
);
CREATE INDEX object_by_state ON object (state, since);
CREATE INDEX object_by_key ON object (sha256, id);

-- Live content, once per distinct bytes. work_due_at is set while processing is wanted; a live lease is a claim on it.
-- probe is what any uploader's own probe tells, and all that is shown to owners who still wait or who skipped: facts may come
-- from processing for somebody else. (json and not jsonb here and below: jsonb refuses \u0000.)
CREATE TABLE blob (
    sha256        bytea       PRIMARY KEY CHECK (octet_length(sha256) = 32),
    object_id     uuid        NOT NULL UNIQUE,
    size_bytes    bigint      NOT NULL CHECK (size_bytes >= 0),
    mime          text        NOT NULL,
    probe         json        NOT NULL,
    facts         json        NOT NULL,
    status        text        NOT NULL CHECK (status IN ('unprocessed', 'ready', 'failed')),
    recipe        integer     NOT NULL DEFAULT 0,
    error_code    text,
    error_message text,
    work_due_at   timestamptz,
    claim_token   uuid,
    lease_until   timestamptz,
    attempts      integer     NOT NULL DEFAULT 0,
    created_at    timestamptz NOT NULL DEFAULT now(),
    verified_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX blob_work ON blob (work_due_at) WHERE work_due_at IS NOT NULL;

-- Renditions: derived, may be lost and made again.
CREATE TABLE variant (
    sha256     bytea   NOT NULL REFERENCES blob (sha256),
    name       text    NOT NULL,
    object_id  uuid    NOT NULL UNIQUE,
    size_bytes bigint  NOT NULL CHECK (size_bytes >= 0),
    digest     bytea   NOT NULL CHECK (octet_length(digest) = 32),
    width      integer NOT NULL,
    height     integer NOT NULL,
    recipe     integer NOT NULL,
    PRIMARY KEY (sha256, name)
);

-- An owner's reference to content. Everything that belongs to a user is here and in media_app, and nowhere else.
-- status is what this owner sees; it never tells what others hold. The columns after it are copies to list by.
CREATE TABLE media (
    id         uuid        PRIMARY KEY,
    owner      text        NOT NULL,
    sha256     bytea       NOT NULL REFERENCES blob (sha256),
    created_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now()),
    status     text        NOT NULL CHECK (status IN ('processing', 'ready', 'failed')),
    skipped    boolean     NOT NULL DEFAULT false,
    taken_at   timestamptz NOT NULL,
    size_bytes bigint      NOT NULL,
    mime       text        NOT NULL,
    camera     text,
    latitude   double precision,
    longitude  double precision,
    UNIQUE (owner, sha256)
);
CREATE INDEX media_by_hash ON media (sha256);
CREATE INDEX media_by_created ON media (owner, created_at, id);
CREATE INDEX media_by_taken ON media (owner, taken_at, id);
CREATE INDEX media_by_size ON media (owner, size_bytes, id);
CREATE INDEX media_all_by_created ON media (created_at, id);

-- Which apps of the owner use it, under which name.
CREATE TABLE media_app (
    media_id   uuid        NOT NULL REFERENCES media (id) ON DELETE CASCADE,
    app        text        NOT NULL,
    name       text,
    metadata   json,
    created_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now()),
    PRIMARY KEY (media_id, app)
);
CREATE INDEX media_app_by_app ON media_app (app, media_id);

-- What each owner holds; maintained with media, recomputed by fsck.
CREATE TABLE owner_usage (
    owner       text   PRIMARY KEY,
    media_count bigint NOT NULL,
    size_bytes  bigint NOT NULL
);

-- Content that may have lost its last reference. A hint only: the foreign keys decide.
CREATE TABLE gc_hint (
    sha256 bytea       PRIMARY KEY,
    since  timestamptz NOT NULL DEFAULT now()
);

-- First answers, for repeats under the same Idempotency-Key.
CREATE TABLE idempotency (
    owner       text        NOT NULL,
    key         text        NOT NULL,
    fingerprint bytea       NOT NULL,
    lease_until timestamptz NOT NULL,
    status      integer,
    answer      json,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (owner, key)
);
