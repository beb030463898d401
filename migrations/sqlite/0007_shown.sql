-- What is shown of a reference, as JSON, so that a page of the gallery is one walk along an index. All are entered again.
DELETE FROM gallery;
DELETE FROM gallery_word;
DELETE FROM gallery_count;
ALTER TABLE gallery ADD COLUMN shown TEXT NOT NULL DEFAULT '';
INSERT INTO gallery_progress (singleton, after) SELECT 1, zeroblob(16) WHERE EXISTS (SELECT 1 FROM media)
ON CONFLICT (singleton) DO UPDATE SET after = excluded.after;
