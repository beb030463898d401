// Chromium decodes our encoder's streams to the encoder's own reconstruction, plane by plane, bit for bit; transparent ones, whose planes
// it does not give, to libwebp's alpha and to its colours, as far as these are seen. `WEBP_STREAMS=FOLDER cargo test -p webp-encoder` makes them.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { launchBrowser, startElsewhere } from './support/service.mjs';

// In the page: what is shown of each stream, planes or RGBA.
const decodeAll = (streams) => Promise.all(streams.map(async (stream) => {
  const data = Uint8Array.from(atob(stream), (byte) => byte.charCodeAt(0));
  const decoder = new ImageDecoder({ data, type: 'image/webp', premultiplyAlpha: 'none', colorSpaceConversion: 'none' });
  const { image } = await decoder.decode();
  const planar = image.format === 'I420';
  const options = planar ? {} : { format: 'RGBA' };
  const bytes = new Uint8Array(image.allocationSize(options));
  const layout = await image.copyTo(bytes, options);
  const { codedWidth: width, codedHeight: height } = image;
  const halves = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const sizes = planar ? [[width, height], halves, halves] : [[width * 4, height]];
  let shown = '';
  for (const [i, [across, down]] of sizes.entries()) {
    for (let row = 0; row < down; row += 1) {
      const at = layout[i].offset + row * layout[i].stride;
      for (let start = at; start < at + across; start += 8192) {
        shown += String.fromCharCode(...bytes.subarray(start, Math.min(start + 8192, at + across)));
      }
    }
  }
  image.close();
  return { planar, shown: btoa(shown) };
}));

test('Chromium shows what the encoder meant', async (t) => {
  const folder = process.env.WEBP_STREAMS;
  assert.ok(folder, 'WEBP_STREAMS names the folder of streams');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.webp'));
  assert.ok(names.length >= 100, `${names.length} streams`);
  const browser = await launchBrowser();
  t.after(() => browser.close());
  // Decoders are for pages of a secure origin only.
  const site = await startElsewhere((_, answer) => answer.setHeader('content-type', 'text/html').end('<!doctype html>'));
  t.after(site.stop);
  const page = await browser.newPage();
  await page.goto(site.url);
  let planar = 0;
  for (let at = 0; at < names.length; at += 40) {
    const some = names.slice(at, at + 40);
    const streams = await Promise.all(some.map((name) => readFile(join(folder, name), 'base64')));
    for (const [i, shown] of (await page.evaluate(decodeAll, streams)).entries()) {
      const wanted = await readFile(join(folder, some[i].replace('.webp', shown.planar ? '.yuv' : '.pixels')));
      const bytes = Buffer.from(shown.shown, 'base64');
      const isRight = (byte, at) => byte === wanted[at] || !shown.planar && at % 4 < 3 && Math.abs(byte - wanted[at]) * wanted[at | 3] <= 255;
      assert.ok(bytes.length === wanted.length && bytes.every(isRight), `${some[i]} is shown otherwise`);
      planar += shown.planar;
    }
  }
  assert.ok(planar >= names.length / 2, `${planar} of ${names.length} as planes`);
});
