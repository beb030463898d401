// A library of made-up pictures for the page: as many as wanted, over twenty years, so that what is measured is the page. Everything
// else still comes from the service.
import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { startElsewhere } from './service.mjs';

const DAY = 86_400_000;
const NEWEST = Date.UTC(2026, 10, 22);
const MONTHS = 240;
const HASHES = ['3OcRJYB4d3h/iIeHeEh3eIhw+j2w', 'HBkSHYSIeHiPiHh8eJd4eTN0EEQG', 'YJqGPQw7sFlslqhFafSE+Q6oJ1h2iHB2Rw==', '2fcZFIB3iId/h3iJh4aIYJ2V8g=='];
const SIZES = [[4032, 3024], [3024, 4032], [1920, 1080], [3000, 3000]];
const PIXEL = '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="48"><rect width="64" height="48" fill="#879"/></svg>';

// Month `at`, counted back from the newest: its name, its first picture, and how many it has.
const month = (total, at) => {
  const date = new Date(Date.UTC(2026, 10 - at, 1));
  const first = Math.floor(total * at / MONTHS);
  return { bucket: date.toISOString().slice(0, 7), first, count: Math.floor(total * (at + 1) / MONTHS) - first, days: at === 0 ? 22 : new Date(Date.UTC(2026, 11 - at, 0)).getUTCDate(), start: date.getTime() };
};

const id = (index) => `019aac1e-0000-7000-8000-${index.toString(16).padStart(12, '0')}`;

const items = ({ bucket, first, count, days, start }, offset) => {
  const answer = { bucket, count, id: [], taken: [], width: [], height: [], mimeType: [], placeholder: [], dominantColor: [], name: [], size: [] };
  for (let i = offset; i < Math.min(count, offset + 10_000); i++) {
    const taken = Math.min(start + days * DAY, NEWEST + DAY) - Math.floor((i + 1) / (count + 1) * days * DAY);
    const at = first + i;
    const [width, height] = SIZES[at % 4];
    for (const [name, value] of Object.entries({
      id: id(at), taken, width, height, mimeType: 'image/jpeg', placeholder: HASHES[at % 4], dominantColor: '#8a7f66', name: `IMG_${at}.jpg`, size: 3_000_000 + at,
    })) answer[name].push(value);
  }
  if (offset + 10_000 < count) answer.nextCursor = String(offset + 10_000);
  return answer;
};

const media = (total, wanted) => {
  const at = Number.parseInt(wanted.slice(-12), 16);
  const list = Array.from({ length: MONTHS }, (_, back) => month(total, back));
  const one = list.find(({ first, count }) => at < first + count);
  if (!one) return null;
  const { taken, width, height, name, size } = items(one, 0);
  const i = at - one.first;
  return {
    id: wanted, status: 'ready', originalName: name[i], mimeType: 'image/jpeg', size: size[i], hash: '', urls: { original: '' }, createdAt: new Date(taken[i]).toISOString(), apps: ['photos'], width: width[i], height: height[i],
    dateTakenLocal: new Date(taken[i]).toISOString().slice(0, 19),
  };
};

const answer = (total, url) => {
  const path = url.pathname.replace('/api/v1/media/', '');
  if (path === 'timeline' && !url.searchParams.has('bucket')) {
    return { by: 'month', total, buckets: Array.from({ length: MONTHS }, (_, at) => month(total, at)).map(({ bucket, count }) => ({ bucket, count })) };
  }
  if (path === 'timeline') {
    const wanted = url.searchParams.get('bucket');
    const one = Array.from({ length: MONTHS }, (_, at) => month(total, at)).find(({ bucket }) => bucket === wanted);
    return items(one, Number(url.searchParams.get('cursor') ?? 0));
  }
  return /^[0-9a-f-]{36}$/.test(path) ? media(total, path) : null;
};

// A server that stands before the service and answers for its library; gives its address. (Requests that the browser's driver answers
// would be slower than those of a server.)
export const startMadeUp = (service, total) => startElsewhere((incoming, outgoing) => {
  const url = new URL(incoming.url, service);
  if (/^\/api\/v1\/media\/[0-9a-f-]{36}\/file\//.test(url.pathname)) return outgoing.writeHead(200, { 'content-type': 'image/svg+xml', 'cache-control': 'max-age=3600' }).end(PIXEL);
  const made = answer(total, url);
  if (made) return outgoing.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(gzipSync(JSON.stringify(made), { level: 1 }));
  const passed = request(url, { method: incoming.method, headers: incoming.headers }, (response) => {
    outgoing.writeHead(response.statusCode, response.headers);
    response.pipe(outgoing);
  });
  passed.on('error', () => outgoing.destroy());
  outgoing.on('close', () => passed.destroy());
  return incoming.pipe(passed);
});
