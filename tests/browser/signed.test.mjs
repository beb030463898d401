// The TypeScript example of docs/signed-urls.md makes URLs that the service shows.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import typescript from 'typescript';
import { fixture, root, startService, upload } from './support/service.mjs';

const key = '0123456789abcdef-key';
const secret = '07'.repeat(32);

test('the example signs what the service shows', async (t) => {
  const service = await startService({
    AUTH: 'required', SERVICE_KEYS: key, URL_SIGNING_KEYS: `k1:${secret}`, DELIVERY_ACCESS: 'signed',
  });
  t.after(service.stop);
  const documented = await readFile(join(root, 'docs/signed-urls.md'), 'utf8');
  const example = /```ts\n([^]*?)```/.exec(documented)[1];
  const compilerOptions = { module: typescript.ModuleKind.ESNext, target: typescript.ScriptTarget.ES2022 };
  await writeFile(join(service.folder, 'example.mjs'), typescript.transpileModule(example, { compilerOptions }).outputText);
  const { signedUrl } = await import(pathToFileURL(join(service.folder, 'example.mjs')));
  const base = `${service.url}/api/v1`;
  const bytes = await fixture('formats/medium.jpg');
  const uploaded = await upload(service.url, { name: 'medium.jpg', type: '', bytes, headers: { 'x-service-key': key } });
  const { id } = await uploaded.json();
  const expiresAt = Math.floor(Date.now() / 1000) + 600;
  const options = { base, secret, kid: 'k1', expiresAt };
  for (const [path, query, type] of [
    [`${id}/file`, {}, 'image/jpeg'],
    [`${id}/file/thumb`, {}, 'image/webp'],
    [`${id}/transform`, { format: 'png', w: 40, h: 30, fit: 'cover' }, 'image/png'],
    [`${id}/transform`, { q: 50 }, 'image/webp'],
  ]) {
    const url = signedUrl({ ...options, path, query });
    const shown = await fetch(url);
    assert.equal(shown.status, 200, url);
    assert.equal(shown.headers.get('content-type'), type);
    assert.equal((await fetch(url.replace('exp=', 'exp=1'))).status, 403);
    assert.equal((await fetch(`${base}/media/${path}`)).status, 401);
  }
});
