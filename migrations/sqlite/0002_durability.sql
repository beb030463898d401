-- The same as migrations/postgres/0002_durability.sql. Objects that were there before have never been scrubbed.

ALTER TABLE media ADD COLUMN trashed_at INTEGER;
CREATE INDEX media_in_trash ON media (trashed_at) WHERE trashed_at IS NOT NULL;

ALTER TABLE object ADD COLUMN owner TEXT;
CREATE INDEX object_by_owner ON object (owner) WHERE owner IS NOT NULL;

ALTER TABLE blob ADD COLUMN scrubbed_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE variant ADD COLUMN scrubbed_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX blob_by_scrub ON blob (scrubbed_at);
CREATE INDEX variant_by_scrub ON variant (scrubbed_at);
