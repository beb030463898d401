// Nothing uploaded ever runs or loads anything, however it is opened or embedded. The same files are first shown by a server that
// believes what they claim to be: there they do run, so that we would see it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { payloads } from './support/payloads.mjs';
import { fixture, launchBrowser, startElsewhere, startService, upload as send } from './support/service.mjs';

let service, api, elsewhere, browser;
// What the unguarded server shows by name.
let unguarded = new Map();
// Who told that it ran or loaded something: `run/file`.
const seen = new Set();

before(async () => {
  service = await startService({ URL_SIGNING_KEYS: `k1:${'07'.repeat(32)}` });
  api = service.url;
  elsewhere = await startElsewhere((request, response) => {
    const [, place, ...rest] = decodeURIComponent(new URL(request.url, 'http://x').pathname).split('/');
    const open = { 'access-control-allow-origin': '*' };
    if (place === 'beacon') {
      seen.add(rest.join('/'));
      response.writeHead(204, open).end();
    } else if (place === 'script') {
      response.writeHead(200, { 'content-type': 'text/javascript', ...open }).end(signal(rest.join('/')));
    } else if (place === 'unguarded' && unguarded.has(rest[0])) {
      const { type, bytes, headers } = unguarded.get(rest[0]);
      response.writeHead(200, { ...(type && { 'content-type': type }), ...headers, ...open }).end(bytes);
    } else {
      response.writeHead(place === 'blank' ? 200 : 404, { 'content-type': 'text/html' }).end('<!doctype html><title>x</title>');
    }
  });
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  elsewhere?.stop();
  await service?.stop();
});

const beacon = (tag) => `${elsewhere.url}/beacon/${tag}`;
// Without characters that mean something in HTML, XML or URLs. Pages under a policy may not ask for anything, but can always call this.
const signal = (tag) => `try{reportRun('${tag}')}catch(e){};fetch('${beacon(tag)}')`;

// The table, told apart by `run`.
const table = (run, at) => {
  const tag = (name) => `${run}/${name}`;
  return payloads({
    tag, at, beacon: (name) => beacon(tag(name)), signal: (name) => signal(tag(name)), script: (name) => `${elsewhere.url}/script/${tag(name)}`,
  });
};

// --- The ways to open and embed -----------------------------------------------------------------------------------------

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

// As part of a page: the first of a file's URLs in every way, the others as document and as script.
const embedded = (url, type, first) => {
  const [u, t] = [escaped(url), escaped(type)];
  const parts = `<iframe src="${u}"></iframe><script src="${u}"></script>`;
  if (!first) return parts;
  return `${parts}<object data="${u}" type="${t}"></object><embed src="${u}"><img src="${u}"><input type="image" src="${u}">
    <video src="${u}"><track default src="${u}"></video><script type="module" src="${u}"></script><script defer src="${u}"></script>
    <link rel="stylesheet" href="${u}"><link rel="modulepreload" href="${u}"><link rel="preload" as="script" href="${u}">
    <svg><use href="${u}#x"/><image href="${u}"/><script href="${u}"></script></svg><p style="background: url('${u}'); filter: url('${u}#x')">
    <script>{
      const url = ${JSON.stringify(url).replaceAll('<', '\\u003c')};
      import(url).catch(() => 0);
      try { new Worker(url); new Worker(url, { type: 'module' }); new SharedWorker(url) } catch {}
      navigator.serviceWorker?.register(url).catch(() => 0);
    }</script>`;
};

const inParts = (list, size) => Array.from({ length: Math.ceil(list.length / size) }, (_, at) => list.slice(at * size, (at + 1) * size));

// Until all of these have told that they ran, or for as long as it takes the slowest of them where nobody guards against them.
const settle = async (run, targets, patience) => {
  const end = Date.now() + Math.max(patience, ...targets.map((target) => target.patience ?? 0));
  const quiet = ({ name }) => !seen.has(`${run}/${name}`);
  while (targets.some(quiet) && Date.now() < end) await setTimeout(10);
};

// Each by itself, in the address bar.
const openAll = async (context, run, targets, patience) => {
  const rest = targets.flatMap((target) => target.urls.map((url) => ({ ...target, url })));
  const openSome = async () => {
    const page = await context.newPage();
    for (let next = rest.shift(); next; next = rest.shift()) {
      // What becomes a download never ends its navigation.
      const shown = await page.goto(next.url).then(() => true, (error) => assert.match(error.message, /Download is starting|ERR_ABORTED|ERR_INVALID_RESPONSE/, next.url));
      if (shown && next.click) await page.mouse.click(100, 100);
      if (shown) await settle(run, [next], patience);
    }
    await page.close();
  };
  await Promise.all([openSome(), openSome(), openSome()]);
};

// All from pages of the origin that `blank` is of.
const embedAll = async (context, run, blank, targets, patience) => {
  const count = targets.reduce((sum, { urls }) => sum + urls.length, 0);
  for (const part of inParts(targets, Math.ceil((100 * targets.length) / count))) {
    const page = await context.newPage();
    await page.goto(blank);
    const parts = part.flatMap(({ urls, type }) => urls.map((url, at) => embedded(url, type, at === 0)));
    const content = `<!doctype html><title>x</title>${parts.join('\n')}`;
    // Where nobody guards against them, some keep a page from ever being loaded.
    await page.setContent(content, { timeout: 10_000 }).catch((error) => assert.equal(error.name, 'TimeoutError'));
    await settle(run, part, Math.max(patience, 1000));
    await page.close();
  }
};

// Opens and embeds everything; gives what told that it ran, in order.
const showAll = async (t, run, targets, origins, patience = 300) => {
  const context = await browser.newContext({ acceptDownloads: false });
  t.after(() => context.close());
  await context.exposeBinding('reportRun', (_, tag) => seen.add(tag));
  context.on('dialog', async (dialog) => {
    seen.add(dialog.message());
    await dialog.dismiss();
  });
  await openAll(context, run, targets, patience);
  for (const blank of origins) await embedAll(context, run, blank, targets, patience);
  // A page that does run comes last, so that whatever the browser still meant to send has arrived.
  const last = { name: 'last', type: 'text/html', bytes: `<script>${signal(`${run}/last`)}</script>` };
  unguarded.set(last.name, last);
  await (await context.newPage()).goto(`${elsewhere.url}/unguarded/last`);
  await settle(run, [last], 10_000);
  assert.ok(seen.delete(`${run}/last`), 'the detector works');
  return [...seen].filter((tag) => tag.startsWith(`${run}/`)).map((tag) => tag.slice(run.length + 1)).sort();
};

// --- What was uploaded --------------------------------------------------------------------------------------------------

test('files run where nobody guards against them', async (t) => {
  const url = (name) => `${elsewhere.url}/unguarded/${encodeURIComponent(name)}`;
  const files = await table('unguarded', (name) => new URL(url(name)).pathname);
  unguarded = new Map(files.map((file) => [file.name, file]));
  assert.equal(unguarded.size, files.length, 'each has its own name');
  const targets = files.map((file) => ({ ...file, urls: [url(file.name)] }));
  const show = (some, patience) => showAll(t, 'unguarded', some, [`${elsewhere.url}/blank`], patience);
  let ran = await show(targets);
  // A busy machine may need longer for some than is waited for each.
  const late = targets.filter(({ name, inert, waning }) => !inert && !waning && !ran.includes(name));
  if (late.length) ran = await show(late, 5000);
  assert.deepEqual(ran, files.filter(({ name, inert, waning }) => (waning ? ran.includes(name) : !inert)).map(({ name }) => name).sort());
  assert.ok(ran.length > 120);
});

// Where a file can be had, and what is made of it. What we make has nothing of the upload but its pixels: of what is answered with the
// same headers, or is the same problem, one is opened.
const addresses = async (media, known) => {
  const base = `${api}/api/v1/media/${media.id}`;
  const sign = async (wanted) => {
    const response = await fetch(`${base}/sign`, { method: 'POST', body: JSON.stringify(wanted) });
    assert.equal(response.status, 200);
    return (await response.json()).url;
  };
  const made = await Promise.all([
    `${base}/file/thumb`, `${base}/file/medium`, `${base}/file/large`, await sign({ variant: 'thumb' }), `${base}/transform?w=16&format=jpeg`,
    `${base}/transform?format=auto&download=x.html`, await sign({ transform: { w: 8, format: 'png' } }), `${api}/iiif/3/${media.id}/info.json`,
    `${api}/iiif/3/${media.id}/full/max/0/default.jpg`,
  ].map(async (url) => {
    const response = await fetch(url);
    const body = Buffer.from(await response.arrayBuffer());
    assert.ok(!/reportRun|beacon/.test(body.toString('latin1')), `${url} has what was uploaded`);
    const headers = ['content-type', 'content-disposition', 'content-security-policy', 'x-content-type-options', 'cross-origin-resource-policy'];
    const answer = JSON.stringify([response.status, headers.map((name) => response.headers.get(name)), response.ok ? '' : body.toString()]);
    return { url, isNew: !known.has(answer) && known.add(answer) };
  }));
  return [`${base}/file`, `${base}/file/original`, await sign({}), ...made.filter(({ isNew }) => isNew).map(({ url }) => url)];
};

const store = async (file) => {
  const response = await send(api, file);
  assert.ok([200, 201].includes(response.status), `${file.name}: ${await response.clone().text()}`);
  return response.json();
};

test('files never run when they are shown by us', async (t) => {
  const sheet = (await table('ours', () => '')).find(({ name }) => name === 'xml-xslt-sheet.xml');
  const { id } = await store(sheet);
  const files = await table('ours', () => `/api/v1/media/${id}/file`);
  const known = new Set();
  const targets = [];
  for (const part of inParts(files, 4)) {
    targets.push(...await Promise.all(part.map(async (file) => ({ ...file, urls: await addresses(await store(file), known) }))));
  }
  const ran = await showAll(t, 'ours', targets, [`${api}/livez`, `${elsewhere.url}/blank`]);
  assert.deepEqual(ran, []);
});

// Texts that a client may give, which would run in a page, a script or a header that repeats them as they are.
const texts = (run) => [
  (code) => `<script>${code}</script>`, (code) => `"><script>${code}</script>`, (code) => `'><img src=x: onerror=${code}>`,
  (code) => `</title></textarea></style><script>${code}</script>`, (code) => `</script><script>${code}</script>`, (code) => `--><svg onload=${code}>`,
  (code) => `<details open ontoggle=${code}>`, (code) => `]]><script xmlns="http://www.w3.org/1999/xhtml">${code}</script>`,
  (code) => `<iframe srcdoc="&lt;script>${code}&lt;/script>">`, (code) => `";${code};//`, (code) => `';${code};//`, (code) => `*/${code}/*`,
  (code) => `\u2028${code}\u2028`, (code) => `\\";${code};//`, (code) => `javascript:${code}`, (code) => `data:text/html,<script>${code}</script>`,
  (code) => `x\r\nContent-Type: text/html\r\n\r\n<script>${code}</script>`, (code) => `x\u560d\u560aContent-Type: text/html\u560d\u560a<script>${code}</script>`,
  (code) => `+ADw-script+AD4-${code}+ADw-/script+AD4-`, (code) => `\u202e<script>${code}</script>`,
].map((make, number) => ({ name: `text-${number}`, type: 'text/html', text: make(signal(`${run}/text-${number}`)) }));

test('texts run where nobody guards against them', async (t) => {
  const shown = texts('texts-unguarded').map((target) => ({ ...target, bytes: `<!doctype html><title>x</title><p>${target.text}` }));
  unguarded = new Map(shown.map((target) => [target.name, target]));
  const targets = shown.map((target) => ({ ...target, urls: [`${elsewhere.url}/unguarded/${target.name}`] }));
  const ran = await showAll(t, 'texts-unguarded', targets, []);
  assert.ok(ran.length >= 12, `${ran}`);
});

// Where a text comes back: as a name or a field of what was uploaded, and in problems that repeat what is wrong.
const repeated = async (text, known) => {
  const said = encodeURIComponent(text);
  const media = `${api}/api/v1/media`;
  const fits = !/[\u0000-\u001f]/.test(text);
  const bytes = Buffer.concat([await fixture('formats/baseline.jpg'), Buffer.from(text)]);
  const stored = await store({ name: text, type: 'image/jpeg', bytes, ...(fits && { app: text, userId: text }) });
  const batch = { items: [{ data: bytes.toString('base64'), prompt: text, userId: text, app: text, metadata: { [text]: text } }] };
  await fetch(`${media}/batch`, { method: 'POST', body: JSON.stringify(batch) });
  const urls = [
    `${media}/${stored.id}`, `${media}/${stored.id}/file`, `${media}/${stored.id}/file?download=${said}`, `${media}/${stored.id}/transform?w=8&download=${said}`,
    `${media}/list/all?userId=${said}`, `${media}/list/all?app=${said}`, `${media}/list/all?limit=${said}`, `${media}/list/all?${said}=1`, `${media}/${said}`, `${media}/${said}/file`,
    `${media}/${stored.id}/file/${said}`, `${media}/${stored.id}/transform?w=${said}`, `${media}/${stored.id}/transform?${said}=1`, `${media}/hash/${said}`,
    `${api}/iiif/3/${stored.id}/${said}/max/0/default.jpg`, `${api}/iiif/3/${said}/info.json`, `${api}/${said}`, `${api}/api/v1/tus/${said}`, `${api}/docs?${said}`,
  ];
  for (const url of urls) {
    const response = await fetch(url);
    await response.arrayBuffer();
    assert.ok(response.status < 500, `${url}: ${response.status}`);
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff', url);
    known.add(response.headers.get('content-type'));
  }
  return urls;
};

test('texts never run where we repeat them', async (t) => {
  const targets = [];
  const types = new Set();
  for (const target of texts('texts')) targets.push({ ...target, urls: await repeated(target.text, types) });
  assert.deepEqual([...types].sort(), ['application/json', 'application/problem+json', 'image/jpeg', 'image/webp', 'text/html; charset=utf-8']);
  const ran = await showAll(t, 'texts', targets, [`${api}/livez`], 50);
  assert.deepEqual(ran, []);
});

test('what is not shown is downloaded as it came, and an SVG may be drawn in a page', async (t) => {
  const page = await browser.newPage();
  t.after(() => page.close());
  const files = await table('downloads', () => '');
  const stored = [];
  for (const name of ['svg-script.svg', 'html-script.html', 'xml-script.xhtml', 'html-as-jpeg.jpg', 'script.text-javascript.js', 'style.css', 'pdf-script.pdf']) {
    stored.push({ file: files.find((file) => file.name === name), media: await store(files.find((file) => file.name === name)) });
  }
  for (const { file: { name, bytes }, media: { urls } } of stored) {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.goto(urls.original).then(() => assert.fail(`${name} was shown`), (error) => assert.match(error.message, /Download is starting|ERR_ABORTED/)),
    ]);
    assert.equal(download.suggestedFilename(), name);
    assert.deepEqual(await readFile(await download.path()), bytes);
    assert.equal(page.url(), 'about:blank');
  }
  await page.goto(`${elsewhere.url}/blank`);
  await page.setContent(`<img src="${stored[0].media.urls.original}">`);
  assert.equal(await page.locator('img').evaluate((image) => image.naturalWidth), 200);
});
