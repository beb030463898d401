// A running service, a server of another site, and a browser: what all tests here begin with.
// The program is MANA_BINARY, or else Cargo's debug build; the browser is CHROMIUM, or else Debian's.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const root = fileURLToPath(new URL('../../../', import.meta.url));
export const fixture = (name) => readFile(join(root, 'fixtures', name));

const program = process.env.MANA_BINARY ?? resolve(root, process.env.CARGO_TARGET_DIR ?? 'target', 'debug/mana-media');

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

// The service with its own data; gives its address, and how to end it.
export const startService = async (settings = {}) => {
  const folder = await mkdtemp(join(tmpdir(), 'mana-media-browser-'));
  const service = spawn(program, [], {
    env: { PATH: process.env.PATH, HOST: '127.0.0.1', PORT: '0', DATA_DIR: join(folder, 'data'), RUST_LOG: 'warn', ...settings },
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = async () => {
    if (service.pid && service.exitCode === null) {
      service.kill('SIGTERM');
      await once(service, 'exit');
    }
    await rm(folder, { recursive: true, force: true });
  };
  const failed = once(service, 'error').then(([error]) => Promise.reject(error));
  try {
    return { url: await Promise.race([listening(service), failed]), folder, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

// A server of another site than the service's (which is at 127.0.0.1); gives its port too, as 127.0.0.1 is a third site.
export const startElsewhere = async (answer) => {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  const { port } = server.address();
  return { url: `http://localhost:${port}`, alias: `http://127.0.0.1:${port}`, stop };
};

export const launchBrowser = () => chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run',
  ],
});

// The multipart upload that apps make; gives the answer, which comes when processing has ended.
export const upload = (service, { name, type, bytes, app = 'browser', userId = 'somebody', headers = {} }) => {
  const form = new FormData();
  form.set('app', app);
  form.set('userId', userId);
  form.set('file', new Blob([bytes], { type }), name);
  return fetch(`${service}/api/v1/media/upload`, { method: 'POST', body: form, headers: { prefer: 'wait=20', ...headers } });
};
