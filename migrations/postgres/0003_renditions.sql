-- Renditions that were made on request, kept while there is room: they belong to one owner's reference, so that nobody learns from
-- an answer's speed what another has asked for. object_id is empty while a node has the claim to make one.
CREATE TABLE rendition (
    media_id    uuid        NOT NULL REFERENCES media (id),
    recipe      text        NOT NULL,
    sha256      bytea       NOT NULL CHECK (octet_length(sha256) = 32),
    object_id   uuid        UNIQUE,
    size_bytes  bigint      NOT NULL DEFAULT 0 CHECK (size_bytes >= 0),
    digest      bytea       CHECK (octet_length(digest) = 32),
    claim_token uuid,
    lease_until timestamptz,
    used_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (media_id, recipe)
);
CREATE INDEX rendition_by_key ON rendition (sha256, object_id);
CREATE INDEX rendition_by_use ON rendition (used_at, size_bytes);
