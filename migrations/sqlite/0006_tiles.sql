-- What a grid shows of a picture, in one value of the index that the timeline's buckets are read from.
ALTER TABLE gallery ADD COLUMN tile TEXT GENERATED ALWAYS AS
    (json_array(hex(media_id), taken_at, is_dated, width, height, mime, hex(placeholder), color, name, size_bytes)) VIRTUAL;
DROP INDEX gallery_by_taken;
CREATE INDEX gallery_by_taken ON gallery (owner, taken_at, media_id, tile);
