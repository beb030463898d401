-- Uploads that come in pieces (tus): what is there so far, and who is adding to it.

-- offset_bytes is what was acknowledged: so many bytes are in the store, in the parts below. Once all are there, media_id is set and the
-- parts are given up; the row stays until it expires, for clients that lost the answer.
CREATE TABLE upload (
    id           uuid        PRIMARY KEY,
    owner        text        NOT NULL,
    metadata     text        NOT NULL,
    size_bytes   bigint      NOT NULL CHECK (size_bytes > 0),
    offset_bytes bigint      NOT NULL DEFAULT 0 CHECK (offset_bytes BETWEEN 0 AND size_bytes),
    expires_at   timestamptz NOT NULL,
    lock_token   uuid,
    lock_until   timestamptz,
    media_id     uuid
);
CREATE INDEX upload_by_owner ON upload (owner);
CREATE INDEX upload_by_expiry ON upload (expires_at);

-- Each is an object in the ledger, `writing` under a lease that ends with its upload.
CREATE TABLE upload_part (
    upload_id    uuid   NOT NULL REFERENCES upload (id) ON DELETE CASCADE,
    offset_bytes bigint NOT NULL,
    size_bytes   bigint NOT NULL CHECK (size_bytes > 0),
    sha256       bytea  NOT NULL CHECK (octet_length(sha256) = 32),
    object_id    uuid   NOT NULL UNIQUE,
    PRIMARY KEY (upload_id, offset_bytes)
);
