// Uploads: three at a time, what is there already is not sent, large ones go on where they stopped, even after the page was left.
import * as api from './api.js';
import { announce, button, confirm, el, toast } from './dom.js';
import { bytes, number, t } from './i18n.js';

const AT_ONCE = 3;
const RESUMABLE = 8 << 20; // bytes from which tus is used
const PIECE = 8 << 20;
const HASHED = 64 << 20;
const TRIES = 4;
const ROWS = 40; // lines shown
const TUS = { 'tus-resumable': '1.0.0' };

const sha256 = async (file) => {
  // Only in secure contexts is there a digest.
  if (!crypto.subtle || file.size > HASHED) return null;
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
};

// A request that tells how far it is; fetch does not.
const send = (method, url, headers, body, job, onprogress) => new Promise((resolve, reject) => {
  // Between two requests there is none to end.
  if (job.state === 'stopped') throw new DOMException('', 'AbortError');
  const request = new XMLHttpRequest();
  request.open(method, url);
  for (const [name, value] of Object.entries(api.headers(headers))) request.setRequestHeader(name, value);
  request.upload.onprogress = ({ loaded }) => onprogress?.(loaded);
  request.onload = () => {
    if (request.status < 300) return resolve(request);
    const seconds = Number(request.getResponseHeader('retry-after')) || 0;
    return reject(Object.assign(api.problemOf(request.status, request.responseText), { seconds }));
  };
  request.onerror = () => reject(new api.Problem(0, 'unreachable', t('lost')));
  request.onabort = () => reject(new DOMException('', 'AbortError'));
  job.abort = () => request.abort();
  request.send(body);
});

const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

const isUnfinished = ({ state }) => ['waiting', 'checking', 'sending'].includes(state);

const stop = (job) => {
  job.state = 'stopped';
  job.abort?.();
};

// Ends early when the job does.
const wait = (milliseconds, job) => new Promise((resolve) => {
  job.abort = resolve;
  setTimeout(resolve, milliseconds);
});

// How much of it the service has. Only failures in a row count.
const reached = (job, offset) => {
  if (offset > job.kept) job.tries = 1;
  job.kept = offset;
  return offset;
};

const isPassing = ({ status }) => status === 0 || status === 408 || status === 423 || status === 429 || status >= 500 && status !== 507;

// By the service's codes, of an upload and of what is made of it afterwards; else by status.
const said = (error) => {
  const key = {
    file_too_large: 'tooLarge', empty_file: 'emptyFile', type_not_allowed: 'unsupported', quota_exceeded: 'overQuota', storage_full: 'noRoom', rate_limited: 'tooOften',
    too_many_uploads: 'tooManyUploads', body_timeout: 'lost', body_cut_off: 'lost', unreachable: 'lost', unavailable: 'busy', malformed_image: 'unreadable',
    unsupported_image: 'unreadable', too_many_pixels: 'tooManyPixels', image_over_limit: 'notProcessed', gave_up: 'notProcessed', internal: 'notProcessed',
  }[error.code] ?? { 413: 'tooLarge', 415: 'unsupported', 429: 'tooOften', 503: 'busy', 507: 'noRoom' }[error.status];
  return key ? t(key) : error.message;
};

export class Uploader {
  #jobs = [];
  #running = 0;
  #onuploaded;
  #frame = 0;
  #app;
  // What could not be processed before the answer to its upload was here.
  #broken = new Set();

  // `onuploaded(media)` after each file.
  constructor(onuploaded, app = 'photos') {
    this.#onuploaded = onuploaded;
    this.#app = app;
    this.list = el('ul', {});
    this.title = el('h2', {});
    this.bar = el('progress', { max: 1, value: 0, 'aria-label': t('overall') });
    this.panel = el('section.uploads', { hidden: true, 'aria-label': t('uploads') },
      el('header', {}, this.title, button('close', t('close'), () => this.#dismiss())), this.bar, this.list);
    document.body.append(this.panel);
    addEventListener('beforeunload', (event) => this.isBusy && event.preventDefault());
  }

  get isBusy() {
    return this.#jobs.some(isUnfinished);
  }

  add(files) {
    const wanted = [...files].filter(({ name }) => !name.startsWith('.') && name !== 'Thumbs.db');
    if (!wanted.length) return;
    if (!this.isBusy) this.#jobs = this.#jobs.filter(({ state }) => state === 'failed');
    this.#jobs.push(...wanted.map((file) => ({ file, state: 'waiting', sent: 0, kept: 0 })));
    this.panel.hidden = false;
    announce(t('uploadBusy', { n: wanted.length }));
    this.#work();
  }

  // The service tells that something could not be processed.
  broke(id) {
    const jobs = this.#jobs.filter(({ state, media }) => state === 'done' && media.id === id);
    if (!jobs.length && this.isBusy) this.#broken.add(id);
    for (const job of jobs) this.#fail(job);
  }

  async #fail(job) {
    const { error } = await api.find(job.media.id).catch(() => ({}));
    Object.assign(job, { state: 'failed', note: error ? said(error) : t('notProcessed') });
    announce(`${job.file.name}: ${job.note}`);
    this.#show();
  }

  async #dismiss() {
    const n = this.#jobs.filter(isUnfinished).length;
    if (n && !await confirm(t('stopTitle'), t('stopText', { n }), t('stopAll'))) return;
    this.#jobs.filter(isUnfinished).forEach(stop);
    this.#jobs = [];
    this.panel.hidden = true;
    this.list.replaceChildren();
  }

  #work() {
    while (this.#running < AT_ONCE) {
      const job = this.#jobs.find(({ state }) => state === 'waiting');
      if (!job) break;
      this.#running++;
      job.state = 'checking';
      this.#run(job).finally(() => {
        this.#running--;
        job.abort = null;
        this.#work();
        if (!this.#running) this.#finish();
      });
    }
    this.#show();
  }

  #finish() {
    const done = this.#jobs.filter(({ state }) => state === 'done').length;
    const failed = this.#jobs.filter(({ state }) => state === 'failed').length;
    if (done) announce(t('uploadDone', { n: done }));
    if (failed) toast(t('failures', { n: failed }));
    this.#show();
  }

  async #run(job) {
    try {
      const hash = await sha256(job.file).catch(() => null);
      const known = hash && await api.findByHash(hash).catch(() => null);
      if (job.state === 'stopped') return;
      const media = known ? { ...known, duplicate: true } : await this.#persist(job);
      Object.assign(job, { state: 'done', sent: job.file.size, media, note: media.restored ? t('backFromTrash') : media.duplicate ? t('already') : t('done') });
      this.#onuploaded(media);
      if (this.#broken.delete(media.id) || media.status === 'failed') await this.#fail(job);
    } catch (error) {
      if (error.name === 'AbortError') job.state = 'stopped';
      else Object.assign(job, { state: 'failed', note: said(error) });
    }
    this.#show();
  }

  // Tries again what may pass.
  async #persist(job) {
    for (job.tries = 1; ; job.tries++) {
      job.state = 'sending';
      this.#show();
      try {
        return await (job.file.size > RESUMABLE ? this.#resume(job) : this.#whole(job));
      } catch (error) {
        if (error.name === 'AbortError' || !isPassing(error) || job.tries === TRIES) throw error;
        await wait(Math.max((error.seconds ?? 0) * 1000, 500 * 2 ** job.tries), job);
        if (job.state === 'stopped') throw new DOMException('', 'AbortError');
      }
    }
  }

  #progress(job, sent) {
    job.sent = Math.min(job.file.size, sent);
    this.#show();
  }

  async #whole(job) {
    const form = new FormData();
    form.set('app', this.#app);
    if (api.who.owner) form.set('userId', api.who.owner);
    form.set('file', job.file, job.file.name);
    const answer = await send('POST', api.address('media/upload'), { prefer: 'respond-async' }, form, job, (sent) => this.#progress(job, sent));
    return JSON.parse(answer.responseText);
  }

  // https://tus.io/protocols/resumable-upload. Which upload a file belongs to is remembered, for when the page is opened again.
  async #resume(job) {
    const { file } = job;
    const key = `mana.tus:${api.who.owner}:${file.name}:${file.size}:${file.lastModified}`;
    let id = api.local.get(key);
    let offset = 0;
    if (id) {
      try {
        offset = reached(job, Number((await send('HEAD', api.address(`tus/${id}`), TUS, null, job)).getResponseHeader('upload-offset')));
        // Complete, and the answer was lost: the hash tells; here it begins anew, and ends as a duplicate.
        if (offset >= file.size) id = null;
      } catch (error) {
        if (error.status !== 404 && error.status !== 410) throw error;
        id = null;
      }
    }
    if (!id) {
      const metadata = { filename: file.name, filetype: file.type, app: this.#app, userId: api.who.owner };
      const text = Object.entries(metadata).filter(([, value]) => value).map(([name, value]) => `${name} ${base64(value)}`).join(',');
      const begun = await send('POST', api.address('tus'), { ...TUS, 'upload-length': file.size, 'upload-metadata': text }, null, job);
      // What stands before it may be another address of the same service.
      id = begun.getResponseHeader('location').split(/[?#]/)[0].split('/').pop();
      offset = 0;
      api.local.set(key, id);
    }
    for (;;) {
      const start = offset;
      const piece = file.slice(start, start + PIECE);
      const headers = { ...TUS, 'upload-offset': start, 'content-type': 'application/offset+octet-stream', prefer: 'respond-async' };
      let answer;
      try {
        answer = await send('PATCH', api.address(`tus/${id}`), headers, piece, job, (sent) => this.#progress(job, start + sent));
      } catch (error) {
        if (error.status === 404 || error.status === 422) api.local.set(key, null);
        if (error.status === 409) error.status = 0; // It goes on elsewhere: ask again where.
        throw error;
      }
      offset = reached(job, Number(answer.getResponseHeader('upload-offset') ?? start + piece.size));
      if (answer.status === 200) {
        api.local.set(key, null);
        return JSON.parse(answer.responseText);
      }
    }
  }

  // --- The panel ------------------------------------------------------------------------------------------------------------

  #show() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#render();
    });
  }

  #render() {
    const jobs = this.#jobs.filter(({ state }) => state !== 'stopped');
    const total = jobs.reduce((sum, { file }) => sum + file.size, 0);
    const sent = jobs.reduce((sum, { file, sent: part, state }) => sum + (state === 'failed' ? file.size : part), 0);
    const left = jobs.filter(isUnfinished).length;
    const failed = jobs.filter(({ state }) => state === 'failed').length;
    const done = jobs.length - left - failed;
    this.title.textContent = left ? `${t('uploadBusy', { n: left })} · ${bytes(sent)} / ${bytes(total)}` : [t('uploadDone', { n: done }), failed && t('failures', { n: failed })].filter(Boolean).join(' · ');
    this.bar.value = total ? sent / total : 1;
    this.bar.hidden = !left;
    if (!jobs.length) this.panel.hidden = true;
    // Those at work and those that failed first.
    const rank = { sending: 0, checking: 0, failed: 1, done: 2, waiting: 3 };
    const shown = jobs.map((job, at) => ({ job, at })).sort((a, b) => rank[a.job.state] - rank[b.job.state] || (a.job.state === 'done' ? b.at - a.at : a.at - b.at)).slice(0, ROWS).map(({ job }) => job);
    const nodes = shown.map((job) => this.#row(job));
    if (jobs.length > ROWS) nodes.push(el('li.more', {}, `+ ${number(jobs.length - ROWS)}`));
    const old = [...this.list.children];
    if (old.length !== nodes.length || nodes.some((node, at) => node !== old[at])) this.list.replaceChildren(...nodes);
  }

  #row(job) {
    const { file, state } = job;
    if (!job.node) {
      job.bar = el('progress', { max: file.size || 1, 'aria-label': file.name });
      job.text = el('small', {});
      job.node = el('li', {}, el('span.name', {}, file.name), job.text, job.bar, job.action = el('span.action', {}));
    }
    if (job.state === 'failed') job.text.textContent = job.note;
    else if (state === 'sending') job.text.textContent = `${bytes(job.sent)} / ${bytes(file.size)}`;
    else job.text.textContent = job.note && state === 'done' ? job.note : t(state);
    job.bar.value = job.sent;
    job.bar.hidden = state !== 'sending';
    if (job.node.dataset.state !== state) {
      job.node.dataset.state = state;
      const end = () => {
        stop(job);
        this.#show();
      };
      const again = () => {
        Object.assign(job, { state: 'waiting', sent: 0 });
        this.#work();
      };
      job.action.replaceChildren(state === 'failed' ? button('retry', `${t('retry')}: ${file.name}`, again) : state === 'done' ? '' : button('close', `${t('stopUpload')}: ${file.name}`, end));
    }
    return job.node;
  }
}

// --- Ways in ----------------------------------------------------------------------------------------------------------------

const filesOf = async (entry) => {
  if (entry.isFile) return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    // A folder is read in parts.
    const part = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!part.length) return found;
    for (const one of part) found.push(...await filesOf(one));
  }
};

// Files dropped or pasted anywhere, but for text fields.
export const acceptFiles = (add) => {
  let depth = 0;
  const veil = el('div.veil', { hidden: true }, el('p', {}, t('drop')));
  document.body.append(veil);
  const hasFiles = (event) => event.dataTransfer?.types.includes('Files');
  const show = (on) => {
    depth = on ? depth : 0;
    veil.hidden = !on;
  };
  addEventListener('dragenter', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth++;
    show(true);
  });
  addEventListener('dragleave', (event) => hasFiles(event) && --depth <= 0 && show(false));
  addEventListener('dragover', (event) => hasFiles(event) && event.preventDefault());
  addEventListener('drop', async (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    show(false);
    const { items, files } = event.dataTransfer;
    // The entries are only there during the event.
    const entries = [...items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    if (entries.some(({ isDirectory }) => isDirectory)) add((await Promise.all(entries.map(filesOf))).flat());
    else add(files);
  });
  addEventListener('paste', (event) => {
    if (event.clipboardData?.files.length) {
      event.preventDefault();
      add(event.clipboardData.files);
    }
  });
};

// The browser's own dialog for files, or with `folder` for a folder.
export const chooseFiles = (add, folder = false) => {
  const input = el('input', { type: 'file', multiple: true, hidden: true, webkitdirectory: folder });
  input.addEventListener('change', () => {
    add(input.files);
    input.remove();
  });
  input.addEventListener('cancel', () => input.remove());
  document.body.append(input);
  input.click();
};
