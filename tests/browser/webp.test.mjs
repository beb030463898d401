// Chromium shows our encoder's streams as libwebp does, byte for byte. `WEBP_STREAMS=FOLDER cargo test -p webp-encoder` makes them.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { launchBrowser } from './support/service.mjs';

test('Chromium shows what the encoder meant', async (t) => {
  const folder = process.env.WEBP_STREAMS;
  assert.ok(folder, 'WEBP_STREAMS names the folder of streams');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.webp'));
  assert.ok(names.length >= 100, `${names.length} streams`);
  const browser = await launchBrowser();
  t.after(() => browser.close());
  const page = await browser.newPage();
  for (const name of names) {
    const wanted = await readFile(join(folder, name.replace('.webp', '.rgb')), 'base64');
    const shown = await page.evaluate(async (stream) => {
      const bytes = Uint8Array.from(atob(stream), (byte) => byte.charCodeAt(0));
      const picture = await createImageBitmap(new Blob([bytes], { type: 'image/webp' }), { colorSpaceConversion: 'none' });
      const context = new OffscreenCanvas(picture.width, picture.height).getContext('2d');
      context.drawImage(picture, 0, 0);
      const { data } = context.getImageData(0, 0, picture.width, picture.height);
      let rgb = '';
      for (let at = 0; at < data.length; at += 4) rgb += String.fromCharCode(data[at], data[at + 1], data[at + 2]);
      return btoa(rgb);
    }, await readFile(join(folder, name), 'base64'));
    assert.ok(shown === wanted, `${name} is shown otherwise`);
  }
});
