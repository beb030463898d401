-- A library as the service would have made it, in both databases; see run, which puts in what stands behind an @.

INSERT INTO blob (sha256, object_id, size_bytes, mime, probe, facts, status, recipe, created_at, verified_at, scrubbed_at)
SELECT @HASH, @ID, 1000 + i * 7919 % 8000000, 'image/jpeg', '{}',
       (CASE WHEN i % @EVERY = 0 THEN '@FACTS' ELSE '{}' END)@ASJSON,
       'ready', 1, @INSTANT(1700000000000000), @INSTANT(1700000000000000), @INSTANT(1700000000000000)
FROM @NUMBERS;

INSERT INTO variant (sha256, name, object_id, size_bytes, digest, width, height, recipe, scrubbed_at)
SELECT @HASH, 'thumb', @ID, 5000, @HASH, 200, 200, 1, @INSTANT(1700000000000000)
FROM @NUMBERS WHERE i % @EVERY = 0;

INSERT INTO media (id, owner, sha256, created_at, status, size_bytes, mime)
SELECT @ID, CASE WHEN i % @EVERY = 0 THEN 'anna' ELSE 'owner-' || (i % 9973) END, @HASH, @INSTANT(1700000000000000 + i * 5000000), 'ready',
       1000 + i * 7919 % 8000000, 'image/jpeg'
FROM @NUMBERS;

INSERT INTO media_app (media_id, app, name, created_at)
SELECT @ID, CASE WHEN i * 31 % 100 < 75 THEN 'picture' WHEN i * 31 % 100 < 90 THEN 'chat' ELSE 'storage' END, 'IMG_' || @NUMBER || '.jpg', @INSTANT(1700000000000000)
FROM @NUMBERS;

INSERT INTO media_app (media_id, app, name, created_at)
SELECT @ID, 'chat', 'IMG_' || @NUMBER || '.jpg', @INSTANT(1700000000000000)
FROM @NUMBERS WHERE i * 31 % 100 < 5;

INSERT INTO owner_usage (owner, media_count, size_bytes) SELECT owner, COUNT(*), SUM(size_bytes) FROM media GROUP BY owner;

-- u and v are 32 bits that look random. Half of all have a place: a city, and some kilometres from its middle.
INSERT INTO gallery (media_id, owner, taken_at, created_at, size_bytes, mime, apps, camera, lens, located, latitude, longitude, cell,
                     phash, words, tile, shown)
SELECT @ID, CASE WHEN i % @EVERY = 0 THEN 'anna' ELSE 'owner-' || (i % 9973) END,
       1136073600000000 + u * 147000, 1700000000000000 + i * 5000000, 1000 + i * 7919 % 8000000,
       CASE WHEN v % 100 < 90 THEN 'image/jpeg' WHEN v % 100 < 95 THEN 'image/heic' WHEN v % 100 < 98 THEN 'image/png' ELSE 'video/mp4' END,
       CASE WHEN i * 31 % 100 < 5 THEN 'chat
picture' WHEN i * 31 % 100 < 75 THEN 'picture' WHEN i * 31 % 100 < 90 THEN 'chat' ELSE 'storage' END,
       CASE WHEN v % 10 > 0 THEN 'Mana ' || (v / 1000 % 12) END, CASE WHEN v % 10 > 5 THEN 'Mana lens ' || (v / 1000 % 20) END,
       CASE WHEN x IS NOT NULL THEN '1' END, y, x, cx * 2 + cy,
       ((u - 2147483648) * 4294967296) + v,
       ' img ' || @NUMBER || ' jpg theme' || (v % 1000) || ' ',
       '["' || @IDTEXT || '",' || (1136073600000000 + u * 147000) || ',true,4032,3024,"'
       || CASE WHEN v % 100 < 90 THEN 'image/jpeg' WHEN v % 100 < 95 THEN 'image/heic' WHEN v % 100 < 98 THEN 'image/png' ELSE 'video/mp4' END
       || '","AQIDBAUGBwgJCgsMDQ4PEBESExQV","#445566","IMG_' || @NUMBER || '.jpg",' || (1000 + i * 7919 % 8000000) || ']',
       '{"id":"' || @IDTEXT || '","owner":"' || CASE WHEN i % @EVERY = 0 THEN 'anna' ELSE 'owner-' || (i % 9973) END || '","hash":"' || @HASHTEXT
       || '","size_bytes":' || (1000 + i * 7919 % 8000000) || ',"kind":"image/jpeg","facts":@FACTS'
       || ',"status":"Ready","apps":[{"app":"' || CASE WHEN i * 31 % 100 < 75 THEN 'picture' WHEN i * 31 % 100 < 90 THEN 'chat' ELSE 'storage' END
       || '","name":"IMG_' || @NUMBER || '.jpg","metadata":null}],"variants":["thumb"],"created_at":' || (1700000000000 + i * 5000)
       || ',"trashed_at":null,"caption":null}'
FROM (SELECT i, u, v, x, y, (x4 | (x4 << 1)) & 6148914691236517205 AS cx, (y4 | (y4 << 1)) & 6148914691236517205 AS cy
FROM (SELECT i, u, v, x, y, (x3 | (x3 << 2)) & 3689348814741910323 AS x4, (y3 | (y3 << 2)) & 3689348814741910323 AS y4
FROM (SELECT i, u, v, x, y, (x2 | (x2 << 4)) & 1085102592571150095 AS x3, (y2 | (y2 << 4)) & 1085102592571150095 AS y3
FROM (SELECT i, u, v, x, y, (x1 | (x1 << 8)) & 71777214294589695 AS x2, (y1 | (y1 << 8)) & 71777214294589695 AS y2
FROM (SELECT i, u, v, x, y, (x0 | (x0 << 16)) & 281470681808895 AS x1, (y0 | (y0 << 16)) & 281470681808895 AS y1
FROM (SELECT i, u, v, x, y, CAST((x + 180) / 360 * 16777216 - 0.5 AS bigint) AS x0, CAST((y + 90) / 180 * 16777216 - 0.5 AS bigint) AS y0
FROM (SELECT i, u, v, CASE WHEN v % 2 = 0 THEN -170 + (u / 7 % 200) * 73 % 340 + (v / 64 % 1000) / 2000.0 END AS x,
             CASE WHEN v % 2 = 0 THEN -55 + (u / 7 % 200) * 37 % 120 + (u / 64 % 1000) / 3000.0 END AS y
FROM (SELECT i, i * 2654435761 % 4294967296 AS u, (i * 40503 % 65537 * 65521 + i * 7) % 4294967291 AS v
FROM @NUMBERS) a) b) c) d) e) f) g) h;

INSERT INTO gallery_word (owner, word, media_id)
SELECT CASE WHEN i % @EVERY = 0 THEN 'anna' ELSE 'owner-' || (i % 9973) END, word, @ID
FROM (SELECT i, 'img' AS word FROM @NUMBERS
      UNION ALL SELECT i, @NUMBER FROM @NUMBERS WHERE i % @EVERY = 0
      UNION ALL SELECT i, 'jpg' FROM @NUMBERS WHERE i % @EVERY = 0
      UNION ALL SELECT i, 'theme' || ((i * 40503 % 65537 * 65521 + i * 7) % 4294967291 % 1000) FROM @NUMBERS) words
ORDER BY 1, 2, 3;

INSERT INTO gallery_count SELECT owner, '', '', COUNT(*), SUM(size_bytes) FROM gallery GROUP BY owner;
INSERT INTO gallery_count SELECT owner, 'apps', apps, COUNT(*), SUM(size_bytes) FROM gallery GROUP BY owner, apps;
INSERT INTO gallery_count SELECT owner, 'mime', mime, COUNT(*), SUM(size_bytes) FROM gallery GROUP BY owner, mime;
INSERT INTO gallery_count SELECT owner, 'camera', camera, COUNT(*), SUM(size_bytes) FROM gallery WHERE camera IS NOT NULL GROUP BY owner, camera;
INSERT INTO gallery_count SELECT owner, 'lens', lens, COUNT(*), SUM(size_bytes) FROM gallery WHERE lens IS NOT NULL GROUP BY owner, lens;
INSERT INTO gallery_count SELECT owner, 'located', located, COUNT(*), SUM(size_bytes) FROM gallery WHERE located IS NOT NULL GROUP BY owner, located;
INSERT INTO gallery_count SELECT owner, 'place8', @HEX6(cell >> 32), COUNT(*), SUM(size_bytes) FROM gallery WHERE cell IS NOT NULL GROUP BY 1, 3;
INSERT INTO gallery_count SELECT owner, 'place12', @HEX6(cell >> 24), COUNT(*), SUM(size_bytes) FROM gallery WHERE cell IS NOT NULL GROUP BY 1, 3;
INSERT INTO gallery_count SELECT owner, 'day', @DAY(taken_at), COUNT(*), SUM(size_bytes) FROM gallery GROUP BY 1, 3;
INSERT INTO gallery_count SELECT owner, 'month', @MONTH(taken_at), COUNT(*), SUM(size_bytes) FROM gallery GROUP BY 1, 3;
INSERT INTO gallery_count SELECT owner, 'uploaded', @YEAR(created_at), COUNT(*), SUM(size_bytes) FROM gallery GROUP BY 1, 3;
