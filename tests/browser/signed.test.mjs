// The TypeScript example of docs/signed-urls.md makes URLs that the service shows.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import typescript from 'typescript';

const root = fileURLToPath(new URL('../../', import.meta.url));
const program = process.env.MANA_BINARY ?? resolve(root, process.env.CARGO_TARGET_DIR ?? 'target', 'debug/mana-media');
const key = '0123456789abcdef-key';
const secret = '07'.repeat(32);

const listening = async (child) => {
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /listening on (http:\S+)/.exec(line)?.[1];
    if (url) {
      child.stdout.resume();
      return url;
    }
  }
  throw new Error('the service ended before it listened');
};

test('the example signs what the service shows', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'mana-media-signed-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const documented = await readFile(join(root, 'docs/signed-urls.md'), 'utf8');
  const example = /```ts\n([^]*?)```/.exec(documented)[1];
  const compilerOptions = { module: typescript.ModuleKind.ESNext, target: typescript.ScriptTarget.ES2022 };
  await writeFile(join(folder, 'example.mjs'), typescript.transpileModule(example, { compilerOptions }).outputText);
  const { signedUrl } = await import(pathToFileURL(join(folder, 'example.mjs')));
  const service = spawn(program, [], {
    env: {
      PATH: process.env.PATH, HOST: '127.0.0.1', PORT: '0', DATA_DIR: join(folder, 'data'), RUST_LOG: 'warn',
      AUTH: 'required', SERVICE_KEYS: key, URL_SIGNING_KEYS: `k1:${secret}`, DELIVERY_ACCESS: 'signed',
    },
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(async () => {
    service.kill('SIGTERM');
    await once(service, 'exit');
  });
  const base = `${await listening(service)}/api/v1`;
  const form = new FormData();
  form.set('userId', 'somebody');
  form.set('file', new Blob([await readFile(join(root, 'fixtures/formats/medium.jpg'))]), 'medium.jpg');
  const upload = await fetch(`${base}/media/upload`, { method: 'POST', body: form, headers: { 'x-service-key': key, prefer: 'wait=20' } });
  const { id } = await upload.json();
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
