-- Trash that owners can restore from, quotas, and the scrubber.

-- When its owner put it in the trash. Such a reference is seen by nobody, and still holds its content.
ALTER TABLE media ADD COLUMN trashed_at timestamptz;
CREATE INDEX media_in_trash ON media (trashed_at) WHERE trashed_at IS NOT NULL;

-- Whose quota an unfinished upload is reserved from: only while it is being written, and only where there are quotas.
ALTER TABLE object ADD COLUMN owner text;
CREATE INDEX object_by_owner ON object (owner) WHERE owner IS NOT NULL;

-- When all bytes were last read and hashed, or begun to be; verified_at is also set by a mere look at the length.
ALTER TABLE blob ADD COLUMN scrubbed_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE variant ADD COLUMN scrubbed_at timestamptz NOT NULL DEFAULT now();
CREATE INDEX blob_by_scrub ON blob (scrubbed_at);
CREATE INDEX variant_by_scrub ON variant (scrubbed_at);
