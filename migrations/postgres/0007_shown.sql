-- What is shown of a reference, as JSON, so that a page of the gallery is one walk along an index. All are entered again.
TRUNCATE gallery, gallery_word, gallery_count;
ALTER TABLE gallery ADD COLUMN shown text COLLATE "C" NOT NULL;
INSERT INTO gallery_progress (after) SELECT '00000000-0000-0000-0000-000000000000' WHERE EXISTS (SELECT 1 FROM media)
ON CONFLICT (singleton) DO UPDATE SET after = excluded.after;
