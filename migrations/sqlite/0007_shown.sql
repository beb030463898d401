-- What is shown of a reference, and what a grid needs of it; see the Postgres migration of the same number. All are entered again.
DELETE FROM gallery;
DELETE FROM gallery_word;
DELETE FROM gallery_count;
DROP INDEX gallery_by_taken;
ALTER TABLE gallery DROP COLUMN tile;
ALTER TABLE gallery DROP COLUMN is_dated;
ALTER TABLE gallery DROP COLUMN width;
ALTER TABLE gallery DROP COLUMN height;
ALTER TABLE gallery DROP COLUMN placeholder;
ALTER TABLE gallery DROP COLUMN color;
ALTER TABLE gallery DROP COLUMN name;
ALTER TABLE gallery ADD COLUMN tile TEXT NOT NULL DEFAULT '';
ALTER TABLE gallery ADD COLUMN shown TEXT NOT NULL DEFAULT '';
CREATE INDEX gallery_by_taken ON gallery (owner, taken_at, media_id, tile);
INSERT INTO gallery_progress (singleton, after) SELECT 1, zeroblob(16) WHERE EXISTS (SELECT 1 FROM media)
ON CONFLICT (singleton) DO UPDATE SET after = excluded.after;
