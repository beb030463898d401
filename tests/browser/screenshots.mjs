// Makes the README's pictures of the Photos page: node tests/browser/screenshots.mjs [FOLDER], by default docs/. The landscapes in them are
// painted here, so that the repository has nobody's photographs.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { launchBrowser, root, startService, upload } from './support/service.mjs';

const folder = process.argv[2] ?? join(root, 'docs');
const PICTURES = 64;
const NEWEST = Date.UTC(2026, 10, 21, 16, 40);
const PLACES = [[46.56, 7.69], [47.56, 13.65], [64.15, -21.94], [37.75, -119.59], [-44.67, 167.93], [35.36, 138.73]];
const CAMERAS = [['Fujifilm', 'X-T5', 'XF16-55mmF2.8 R LM WR'], ['Apple', 'iPhone 15', 'iPhone 15 back camera'], ['Nikon', 'Z 6II', 'NIKKOR Z 24-70mm f/4 S']];

// Runs in the browser: a sky, a sun, ridges behind ridges, and water; gives a JPEG in base64.
const paint = async ({ seed, width, height }) => {
  let state = seed * 7919 + 13;
  const random = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
  const canvas = new OffscreenCanvas(width, height);
  const pen = canvas.getContext('2d');
  const hour = random();
  const warm = 18 + random() * 30;
  const cold = 190 + random() * 50;
  const horizon = height * (0.5 + random() * 0.18);
  const sky = pen.createLinearGradient(0, 0, 0, horizon);
  sky.addColorStop(0, `hsl(${cold} ${40 + hour * 30}% ${18 + hour * 42}%)`);
  sky.addColorStop(0.65, `hsl(${cold - 10} ${35 + hour * 20}% ${45 + hour * 30}%)`);
  sky.addColorStop(1, `hsl(${warm} ${85 - hour * 30}% ${68 + hour * 18}%)`);
  pen.fillStyle = sky;
  pen.fillRect(0, 0, width, height);
  const [x, y, r] = [width * (0.15 + random() * 0.7), horizon * (0.45 + random() * 0.45), height * (0.02 + random() * 0.03)];
  const glow = pen.createRadialGradient(x, y, 0, x, y, r * 16);
  glow.addColorStop(0, 'hsl(45 100% 92% / 0.95)');
  glow.addColorStop(0.08, 'hsl(45 100% 88% / 0.6)');
  glow.addColorStop(1, 'hsl(40 100% 80% / 0)');
  pen.fillStyle = glow;
  pen.fillRect(0, 0, width, height);
  pen.filter = `blur(${height / 60}px)`;
  for (let cloud = 0; cloud < 14; cloud++) {
    pen.fillStyle = `hsl(${warm} 60% 96% / ${0.05 + random() * 0.14})`;
    pen.beginPath();
    pen.ellipse(random() * width, random() * horizon * 0.75, width * (0.08 + random() * 0.2), height * (0.01 + random() * 0.03), 0, 0, 7);
    pen.fill();
  }
  pen.filter = 'none';
  const ridges = 4 + Math.floor(random() * 3);
  for (let ridge = 0; ridge < ridges; ridge++) {
    const near = ridge / (ridges - 1);
    const points = [[0, random()], [1, random()]];
    for (let step = 0, rough = 0.5; step < 9; step++, rough *= 0.53) {
      for (let i = points.length - 1; i > 0; i--) points.splice(i, 0, [(points[i - 1][0] + points[i][0]) / 2, (points[i - 1][1] + points[i][1]) / 2 + (random() - 0.5) * rough]);
    }
    const base = horizon + height * (0.2 * near - 0.02);
    pen.fillStyle = `hsl(${cold - near * 60} ${18 + near * 22}% ${(62 - near * 38) * (0.55 + hour * 0.45)}%)`;
    pen.beginPath();
    pen.moveTo(0, height);
    for (const [along, up] of points) pen.lineTo(along * width, base - (up - 0.2) * height * (0.34 - near * 0.2));
    pen.lineTo(width, height);
    pen.fill();
  }
  if (random() > 0.4) {
    const shore = horizon + height * 0.16;
    pen.save();
    pen.globalAlpha = 0.82;
    pen.translate(0, 2 * shore);
    pen.scale(1, -1);
    pen.filter = `blur(${height / 260}px)`;
    pen.drawImage(canvas, 0, 2 * shore - height, width, height - shore, 0, 2 * shore - height, width, height - shore);
    pen.restore();
    for (let wave = 0; wave < 160; wave++) {
      pen.fillStyle = `hsl(${cold} 40% ${random() > 0.5 ? 85 : 20}% / 0.07)`;
      pen.fillRect(random() * width, shore + random() ** 1.6 * (height - shore), width * random() * 0.16, 1 + random() * 2);
    }
  }
  const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.86 })).arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCodePoint(byte)).join(''));
};

// An APP1 segment with what a camera would have written.
const exif = ({ make, model, lens, taken, place: [latitude, longitude], seed }) => {
  const parts = [];
  let end = 0;
  const put = (bytes) => {
    parts.push(bytes);
    end += bytes.length;
    return end - bytes.length;
  };
  const rational = (...values) => {
    const bytes = Buffer.alloc(values.length * 8);
    values.forEach((value, i) => {
      const below = value > 0 && value < 1 ? Math.round(1 / value) : 1000;
      bytes.writeUInt32BE(Math.round(value * below), i * 8);
      bytes.writeUInt32BE(below, i * 8 + 4);
    });
    return [5, values.length, bytes];
  };
  const ascii = (text) => [2, text.length + 1, Buffer.from(`${text}\0`)];
  const short = (value) => [3, 1, Buffer.from([value >> 8, value & 255])];
  const long = (value) => [4, 1, Buffer.from([value >> 24, value >> 16 & 255, value >> 8 & 255, value & 255])];
  const degrees = (value) => rational(Math.floor(Math.abs(value)), Math.abs(value) % 1 * 60, 0);
  const directory = (entries) => {
    const table = Buffer.alloc(2 + entries.length * 12 + 4);
    table.writeUInt16BE(entries.length, 0);
    entries.forEach(([tag, [type, count, bytes]], i) => {
      table.writeUInt16BE(tag, 2 + i * 12);
      table.writeUInt16BE(type, 4 + i * 12);
      table.writeUInt32BE(count, 6 + i * 12);
      if (bytes.length <= 4) bytes.copy(table, 10 + i * 12);
      else table.writeUInt32BE(put(bytes), 10 + i * 12);
    });
    return put(table);
  };
  const head = Buffer.from('MM\0*\0\0\0\0', 'latin1');
  put(head);
  const date = taken.toISOString().slice(0, 19).replaceAll('-', ':').replace('T', ' ');
  const photo = directory([
    [0x829a, rational(1 / [60, 125, 250, 500][seed % 4])], [0x829d, rational([1.8, 2.8, 4, 8][seed % 4])], [0x8827, short([64, 100, 200, 400][seed % 4])],
    [0x9003, ascii(date)], [0x920a, rational([16, 24, 35, 55][seed % 4])], [0xa434, ascii(lens)],
  ]);
  const gps = directory([[1, ascii(latitude < 0 ? 'S' : 'N')], [2, degrees(latitude)], [3, ascii(longitude < 0 ? 'W' : 'E')], [4, degrees(longitude)]]);
  head.writeUInt32BE(directory([[0x10f, ascii(make)], [0x110, ascii(model)], [0x8769, long(photo)], [0x8825, long(gps)]]), 4);
  const segment = Buffer.concat([Buffer.from('\xff\xe1\0\0Exif\0\0', 'latin1'), ...parts]);
  segment.writeUInt16BE(segment.length - 2, 2);
  return segment;
};

const service = await startService();
const browser = await launchBrowser();
try {
  const studio = await browser.newPage();
  for (let seed = 0; seed < PICTURES; seed++) {
    const [width, height] = [[1600, 1067], [1600, 1067], [1067, 1600], [1600, 1200], [1800, 900], [1200, 1200]][seed * 5 % 6];
    const jpeg = Buffer.from(await studio.evaluate(paint, { seed, width, height }), 'base64');
    // Several on one day, some on the next, and then a few in each month.
    const hours = [0, 3, 4, 5, 20, 22, 24, 28, 42, 44, 47, 50][seed] ?? (seed < 30 ? seed * 8 : 240 + (seed - 30) * 500);
    const taken = new Date(NEWEST - hours * 3_600_000);
    const [make, model, lens] = CAMERAS[seed % 3];
    const place = PLACES[seed % 6].map((at, i) => at + (seed * (7 + i) % 50 - 25) / 1000);
    const bytes = Buffer.concat([jpeg.subarray(0, 2), exif({ make, model, lens, taken, place, seed }), jpeg.subarray(2)]);
    const answer = await upload(service.url, { name: `DSC_${1204 + seed}.jpg`, type: 'image/jpeg', bytes, app: ['photos', 'chat', 'storage'][seed % 7 % 3], userId: 'anna' });
    if (answer.status !== 201) throw new Error(`${answer.status}: ${await answer.text()}`);
  }
  await mkdir(folder, { recursive: true });
  const shoot = async (name, options, act) => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', reducedMotion: 'reduce', ...options });
    const page = await context.newPage();
    await page.goto(`${service.url}/?user=anna`);
    await page.waitForFunction(() => {
      const seen = [...document.querySelectorAll('.tile')].filter((tile) => tile.getBoundingClientRect().top < innerHeight);
      return seen.length > 5 && seen.every((tile) => tile.querySelector('img.shown'));
    });
    await act?.(page);
    await page.screenshot({ path: join(folder, `photos-${name}.jpg`), type: 'jpeg', quality: 82 });
    await context.close();
  };
  await shoot('light', { colorScheme: 'light' });
  await shoot('dark', { colorScheme: 'dark' });
  await shoot('lightbox', { colorScheme: 'dark' }, async (page) => {
    await page.locator('.tile').nth(4).click();
    await page.locator('.lightbox .frame img.shown').first().waitFor();
    await page.getByRole('button', { name: 'Information' }).click();
    await page.locator('.lightbox .pin').waitFor();
  });
  await shoot('phone', { colorScheme: 'light', viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 });
} finally {
  await browser.close();
  await service.stop();
}
