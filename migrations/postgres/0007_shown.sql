-- What is shown of a reference, as JSON, so that a page of the gallery is one walk along an index, and what a grid needs of it in one
-- value of the index that the timeline's buckets are read from. All are entered again.
TRUNCATE gallery, gallery_word, gallery_count;
DROP INDEX gallery_by_taken;
ALTER TABLE gallery
    DROP COLUMN is_dated, DROP COLUMN width, DROP COLUMN height, DROP COLUMN placeholder, DROP COLUMN color, DROP COLUMN name,
    ADD COLUMN tile  text COLLATE "C" NOT NULL,
    ADD COLUMN shown text COLLATE "C" NOT NULL;
CREATE INDEX gallery_by_taken ON gallery (owner, taken_at, media_id) INCLUDE (tile);
-- Each upload changes the same few counters: where a page has room, no index is written for that, and what is old goes with the next.
ALTER TABLE gallery_count SET (fillfactor = 80);
INSERT INTO gallery_progress (after) SELECT '00000000-0000-0000-0000-000000000000' WHERE EXISTS (SELECT 1 FROM media)
ON CONFLICT (singleton) DO UPDATE SET after = excluded.after;
