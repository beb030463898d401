// The service's API, as one person uses it. Knows who asks and for whom; nothing else in the page builds an address or sends a header.

const base = new URL('api/v1/', document.baseURI);

const storage = (kind) => ({
  get: (key) => {
    try {
      return window[kind].getItem(key);
    } catch {
      return null; // Storage may be forbidden; then nothing is remembered.
    }
  },
  set: (key, value) => {
    try {
      if (value === null || value === '') window[kind].removeItem(key);
      else window[kind].setItem(key, value);
    } catch {
      // As above.
    }
  },
});
export const local = storage('localStorage');
const session = storage('sessionStorage');

// Why a request failed: `code` is stable, `status` is 0 when no answer came.
export class Problem extends Error {
  constructor(status, code, text) {
    super(text);
    this.status = status;
    this.code = code;
  }
}

const named = new URLSearchParams(location.search).get('user');
if (named !== null) local.set('mana.owner', named);

export const who = {
  token: session.get('mana.token'),
  // Whose library; '' is the common one in open mode, or the token's own.
  owner: session.get('mana.token') ? session.get('mana.owner') ?? '' : named ?? local.get('mana.owner') ?? '',
  signIn(token, owner) {
    session.set('mana.token', token);
    session.set('mana.owner', owner);
    location.reload();
  },
  switchTo(owner) {
    local.set('mana.owner', owner);
    const url = new URL(location.href);
    url.hash = '';
    if (owner) url.searchParams.set('user', owner);
    else url.searchParams.delete('user');
    if (url.href === location.href) location.reload();
    else location.assign(url);
  },
  signOut() {
    session.set('mana.token', null);
    session.set('mana.owner', null);
    location.reload();
  },
};

// Told when the service asks who we are.
export const unauthorised = new EventTarget();

export const headers = (more = {}) => ({ ...more, ...(who.token ? { authorization: `Bearer ${who.token}` } : {}) });

export const address = (path, query = {}) => {
  const url = new URL(path, base);
  if (who.owner || !who.token) url.searchParams.set('userId', who.owner);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') url.searchParams.set(name, value);
  }
  return url.href;
};

export const problemOf = (status, body) => {
  const said = (() => {
    try {
      return JSON.parse(body);
    } catch {
      return {};
    }
  })();
  if (status === 401) unauthorised.dispatchEvent(new Event('asked'));
  return new Problem(status, said.code ?? 'unknown', said.detail ?? said.error ?? `${status}`);
};

const reach = async (url, options) => {
  try {
    return await fetch(url, options);
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Problem(0, 'unreachable', error.message);
  }
};

const ask = async (method, path, { query, body, signal, keepalive } = {}) => {
  const response = await reach(address(path, query), {
    method, signal, keepalive,
    headers: headers(body === undefined ? {} : { 'content-type': 'application/json' }),
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!response.ok) throw problemOf(response.status, await response.text());
  return response.status === 204 ? null : response.json();
};

const get = (path, query, signal) => ask('GET', path, { query, signal });
const media = (id) => `media/${encodeURIComponent(id)}`;

export const timeline = (filter, signal) => get('media/timeline', { ...filter, by: 'month' }, signal);
export const bucket = (filter, name, cursor) => get('media/timeline', { ...filter, bucket: name, cursor });
export const list = (query) => get('media/list/all', query);
export const facets = (filter, signal) => get('media/facets', filter, signal);
export const map = (filter, zoom, signal) => get('media/map', { ...filter, zoom }, signal);
export const stats = () => get('media/stats');
export const find = (id) => get(media(id));
export const change = (id, body) => ask('PATCH', media(id), { body });
export const remove = (id, { permanent, keepalive } = {}) => ask('DELETE', media(id), { query: { permanent: permanent || undefined }, keepalive });
export const restore = (id) => ask('POST', `${media(id)}/restore`);

// The caller's own file with these bytes, or null. One that could not be processed does not count: sent again, it is tried again.
export const findByHash = async (hash) => (await list({ hash })).items.find(({ status }) => status !== 'failed') ?? null;

// --- Bytes ----------------------------------------------------------------------------------------------------------------

// An address of a file, or of a rendition: thumb, medium, large.
export const fileUrl = (id, rendition) => new URL(`${media(id)}/file${rendition ? `/${rendition}` : ''}`, base).href;
export const transformUrl = (id, query) => new URL(`${media(id)}/transform?${new URLSearchParams(query)}`, base).href;

// Files are shown to whoever knows their address, or (DELIVERY_ACCESS) only with a header, which an <img> cannot send.
let isGuarded = false;

export const fetchBlobUrl = async (url, signal) => {
  const response = await reach(url, { headers: headers(), signal });
  if (response.status !== 200) throw problemOf(response.status, await response.text());
  return URL.createObjectURL(await response.blob());
};

// Shows a file in an <img> or <video>; gives a function that lets go of it. `onfail` is called when it cannot be shown.
export const show = (node, url, onfail) => {
  const stop = new AbortController();
  let blob = null;
  const fetched = async () => {
    try {
      blob = await fetchBlobUrl(url, stop.signal);
      if (stop.signal.aborted) URL.revokeObjectURL(blob);
      else {
        isGuarded = true;
        node.addEventListener('error', () => onfail?.(), { signal: stop.signal, once: true });
        node.src = blob;
      }
    } catch {
      if (!stop.signal.aborted) onfail?.();
    }
  };
  if (isGuarded) fetched();
  else {
    node.addEventListener('error', () => (who.token ? fetched() : onfail?.()), { signal: stop.signal, once: true });
    node.src = url;
  }
  return () => {
    stop.abort();
    node.removeAttribute('src');
    if (blob) URL.revokeObjectURL(blob);
  };
};

// An address to give away: the file's own, or a signed one where files are guarded; `until` says how long that is good.
export const share = async (id) => {
  if (!isGuarded) return { url: fileUrl(id) };
  const { url, expiresAt } = await ask('POST', `${media(id)}/sign`, { body: { expiresIn: 604_800 } });
  return { url, until: new Date(expiresAt) };
};

export const download = async (id, name) => {
  const link = document.createElement('a');
  const url = who.token ? await fetchBlobUrl(fileUrl(id)) : fileUrl(id);
  link.href = url;
  link.download = name ?? '';
  link.click();
  if (who.token) setTimeout(() => URL.revokeObjectURL(url), 60_000);
};

// --- Events -----------------------------------------------------------------------------------------------------------------

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// Reads the event stream for ever; EventSource cannot send a header. `onevent(name, data)`; `onstate(connected)`.
export const listen = async (onevent, onstate) => {
  let lastId = null;
  let pause = 1000;
  for (;;) {
    const stop = new AbortController();
    let quiet;
    // The service says something every 15 s.
    const alive = () => {
      clearTimeout(quiet);
      quiet = setTimeout(() => stop.abort(), 45_000);
    };
    try {
      alive();
      const response = await fetch(address('media/events'), {
        headers: headers({ accept: 'text/event-stream', ...(lastId ? { 'last-event-id': lastId } : {}) }), signal: stop.signal, cache: 'no-store',
      });
      if (!response.ok) {
        if ([400, 401, 403, 404].includes(response.status)) return;
        throw problemOf(response.status, '');
      }
      onstate(true);
      pause = 1000;
      let rest = '';
      for await (const text of pieces(response.body)) {
        alive();
        const blocks = (rest + text).replaceAll('\r\n', '\n').split('\n\n');
        rest = blocks.pop();
        for (const block of blocks) {
          const fields = {};
          for (const line of block.split('\n')) {
            const [, name, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
            if (name) fields[name] = name === 'data' && fields.data ? `${fields.data}\n${value}` : value;
          }
          if (fields.id) lastId = fields.id;
          if (fields.data) onevent(fields.event ?? 'message', JSON.parse(fields.data));
        }
      }
    } catch {
      // Tried again below.
    }
    clearTimeout(quiet);
    onstate(false);
    await wait(pause + Math.random() * 500);
    pause = Math.min(pause * 2, 30_000);
  }
};

async function* pieces(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    yield value;
  }
}
