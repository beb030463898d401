// What only a browser can tell: the API page works under its own policy, other origins can call, and pictures are shown.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { fixture, launchBrowser, root, startElsewhere, startService, upload as send } from './support/service.mjs';

let service, api, elsewhere, other, browser;
// Pages of the other origin by path.
const pages = new Map();

before(async () => {
  service = await startService();
  api = service.url;
  elsewhere = await startElsewhere((request, response) => {
    const page = pages.get(request.url);
    response.writeHead(page === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8', 'access-control-allow-origin': '*' });
    response.end(page);
  });
  other = elsewhere.url;
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  elsewhere?.stop();
  await service?.stop();
});

beforeEach(() => pages.clear());

// A page of a new profile, with what it complained about and asked for.
const open = async (t, options = {}) => {
  const context = await browser.newContext(options);
  t.after(() => context.close());
  const page = await context.newPage();
  const complaints = [];
  const asked = [];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await context.exposeBinding('reportViolation', (_, violation) => complaints.push(violation));
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) =>
      globalThis.reportViolation(`${event.violatedDirective} forbids ${event.blockedURI}`));
  });
  context.on('request', (request) => asked.push(request.url()));
  return { page, complaints, asked };
};

const upload = async (name, type, bytes) => {
  const response = await send(api, { name, type, bytes });
  assert.equal(response.status, 201, name);
  return response.json();
};

const operations = async () => {
  const { paths } = await (await fetch(`${api}/api/v1/openapi.json`)).json();
  return Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, spec]) => ({ path, method, ...spec })));
};

test('the API page shows every operation, and loads nothing from elsewhere', async (t) => {
  const { page, complaints, asked } = await open(t);
  await page.goto(`${api}/docs`);
  await page.waitForSelector('#operations details.operation');
  const shown = await page.locator('details.operation > summary').evaluateAll((summaries) =>
    summaries.filter((summary) => summary.checkVisibility()).map((summary) =>
      `${summary.querySelector('.method').textContent} ${summary.querySelector('code').textContent}`));
  const expected = (await operations()).map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  assert.ok(expected.length > 10);
  assert.deepEqual(shown.sort(), expected.sort());
  await page.waitForLoadState('networkidle');
  assert.deepEqual(complaints, []);
  assert.deepEqual(asked.filter((url) => new URL(url).origin !== api), []);
});

test('an operation unfolds to its parameters and answers', async (t) => {
  const { page, complaints } = await open(t);
  await page.goto(`${api}/docs`);
  for (const { operationId, parameters = [], responses } of await operations()) {
    const details = page.locator(`details[id="${operationId}"]`);
    const first = details.locator('td:first-child');
    assert.equal(await first.first().isVisible(), false, operationId);
    await details.locator('summary').click();
    assert.deepEqual(await first.allInnerTexts(), [...parameters.map(({ name }) => name), ...Object.keys(responses)], operationId);
  }
  await page.goto(`${api}/docs#object-MediaObject`);
  await page.getByText('SHA-256 of the bytes that were sent').waitFor();
  assert.deepEqual(complaints, []);
});

test('the API page fits a phone and a desktop, light and dark', async (t) => {
  for (const colorScheme of ['light', 'dark']) {
    const { page } = await open(t, { colorScheme });
    await page.goto(`${api}/docs`);
    await page.waitForSelector('details.operation');
    await page.locator('details').evaluateAll((all) => all.forEach((details) => { details.open = true; }));
    for (const width of [1200, 400]) {
      await page.setViewportSize({ width, height: 800 });
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${colorScheme}, ${width}`);
    }
    // Brightness of the page, the card and the text.
    const [ground, card, text] = await page.evaluate(() =>
      [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('details')).backgroundColor,
        getComputedStyle(document.body).color].map((color) => Number(/\d+/.exec(color)[0])));
    assert.ok(colorScheme === 'dark' ? ground < 60 && card < 60 && text > 200 : ground > 200 && card > 200 && text < 60, colorScheme);
  }
});

test('a page of another origin uploads, and shows the thumbnail', async (t) => {
  pages.set('/app', '<!doctype html><title>app</title><input type="file"><img>');
  const { page, complaints } = await open(t);
  await page.goto(`${other}/app`);
  await page.locator('input').setInputFiles(join(root, 'fixtures/formats/medium.jpg'));
  const media = await page.evaluate(async (base) => {
    const form = new FormData();
    form.set('app', 'browser');
    form.set('userId', 'page');
    form.set('file', document.querySelector('input').files[0]);
    // The header makes it a request that is asked for first.
    const response = await fetch(`${base}/api/v1/media/upload`, { method: 'POST', body: form, headers: { prefer: 'wait=20' } });
    if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
    return response.json();
  }, api);
  assert.equal(media.originalName, 'medium.jpg');
  const show = (crossOrigin) => page.evaluate(async ([url, mode]) => {
    const image = document.querySelector('img');
    image.crossOrigin = mode;
    image.src = `${url}?${mode}`;
    await image.decode();
    const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight).getContext('2d');
    canvas.drawImage(image, 0, 0);
    const corner = mode ? [...canvas.getImageData(2, 2, 1, 1).data] : null;
    return { width: image.naturalWidth, height: image.naturalHeight, corner };
  }, [media.urls.thumbnail, crossOrigin]);
  const plain = await show(null);
  assert.deepEqual([plain.width, plain.height], [200, 200]);
  const { corner: [red, green, blue] } = await show('anonymous');
  assert.ok(red > 150 && green < 100 && blue < 100, `red at the top left: ${[red, green, blue]}`);
  // The page may read what it needs of an answer, and a problem too.
  const read = await page.evaluate(async ([url, base]) => {
    const answer = await fetch(url, { headers: { range: 'bytes=0-3' } });
    const problem = await fetch(`${base}/api/v1/media/00000000-0000-4000-8000-000000000000?userId=page`);
    return [answer.status, answer.headers.get('content-range'), answer.headers.has('etag'), problem.status, (await problem.json()).code];
  }, [media.urls.original, api]);
  assert.deepEqual(read, [206, 'bytes 0-3/13053', true, 404, 'media_not_found']);
  assert.deepEqual(complaints.filter((text) => !text.includes('404')), []);
});

test('a picture opens in the browser, as do the thumbnails of an SVG', async (t) => {
  // What the browser says in the console here is about its own viewer, which cannot zoom in a sandbox.
  const { page } = await open(t);
  const photo = await upload('photo.jpg', 'image/jpeg', await fixture('formats/medium.jpg'));
  const drawing = await upload('drawing.svg', 'image/svg+xml', await fixture('formats/plain.svg'));
  for (const [url, type] of [[photo.urls.original, 'image/jpeg'], [photo.urls.thumbnail, 'image/webp'], [drawing.urls.thumbnail, 'image/webp']]) {
    const response = await page.goto(url);
    assert.equal(response.status(), 200);
    const shown = await page.evaluate(() => ({ type: document.contentType, wide: document.images[0]?.naturalWidth > 10 }));
    assert.deepEqual(shown, { type, wide: true }, url);
  }
  assert.equal(photo.metadata.width, 600);
});

test('a deep-zoom viewer shows a picture tile by tile', async (t) => {
  const { page, complaints, asked } = await open(t);
  const media = await upload('large.jpg', 'image/jpeg', await fixture('formats/large.jpg'));
  const viewer = await readFile(fileURLToPath(import.meta.resolve('openseadragon')), 'utf8');
  const information = `${api}/iiif/3/${media.id}/info.json`;
  pages.set('/viewer', `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><div id="viewer" style="width:700px;height:900px"></div>
    <script>${viewer.replaceAll('</script', '<\\/script')}</script>
    <script>
      const viewer = OpenSeadragon({ element: document.getElementById('viewer'), tileSources: ${JSON.stringify(information)},
        drawer: 'canvas', crossOriginPolicy: 'Anonymous', showNavigationControl: false, immediateRender: true, animationTime: 0 });
      viewer.addHandler('open-failed', (event) => console.error('open failed: ' + event.message));
      viewer.addHandler('tile-load-failed', (event) => console.error('tile failed: ' + event.message));
      viewer.addOnceHandler('open', () => viewer.world.getItemAt(0).addHandler('fully-loaded-change', (event) => {
        globalThis.isLoaded = event.fullyLoaded;
      }));
    </script>`);
  await page.goto(`${other}/viewer`);
  await page.waitForFunction(() => globalThis.isLoaded);
  const tiles = () => asked.filter((url) => url.startsWith(`${api}/iiif/3/${media.id}/`) && !url.endsWith('info.json'));
  const whole = tiles().length;
  assert.ok(whole > 0);
  await page.evaluate(() => { globalThis.isLoaded = false; viewer.viewport.zoomTo(3, null, true); });
  await page.waitForFunction(() => globalThis.isLoaded);
  assert.ok(tiles().some((url) => /\/\d+,\d+,\d+,\d+\//.test(url)), tiles().join('\n'));
  const colours = await page.evaluate(() => {
    const canvas = document.querySelector('#viewer canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return new Set(Array.from({ length: 2000 }, (_, at) => data.slice(at * 400, at * 400 + 4).join())).size;
  });
  assert.ok(colours > 10, `${colours} colours`);
  assert.deepEqual(complaints, []);
});
