// Statistics as small charts, each with its numbers as text.
import * as api from './api.js';
import { dialog, el, put, svg } from './dom.js';
import { bytes, failed, fixed, number, t } from './i18n.js';

const figure = (label, value) => el('div.figure', {}, el('b', {}, value), el('span', {}, label));

// Columns, oldest first; each a link to its year's pictures.
const columns = (years, onleave) => {
  const all = years.toReversed();
  const most = Math.max(...all.map(({ count }) => count), 1);
  const width = 12;
  const every = Math.max(2, Math.ceil(all.length / 8));
  const chart = svg('svg.columns', { viewBox: `-4 0 ${Math.max(all.length, 20) * width + 8} 72`, role: 'group', 'aria-label': t('byYear') },
    all.map(({ value: year, count }, at) => {
      const height = Math.max(1, count / most * 56);
      const label = `${year}: ${number(count)}`;
      return svg('a', { href: `#dateFrom=${year}-01-01&dateTo=${year}-12-31`, 'aria-label': label, onclick: onleave },
        svg('rect', { x: at * width + 1.5, y: 60 - height, width: width - 3, height, rx: 1.5 }), svg('title', {}, label),
        (all.length - 1 - at) % every === 0 && svg('text', { x: at * width + width / 2, y: 69 }, year));
    }));
  return chart;
};

const bars = (byApp) => {
  const all = Object.entries(byApp).sort(([, a], [, b]) => b.count - a.count);
  const most = Math.max(...all.map(([, { count }]) => count), 1);
  return el('ul.bars', {}, all.map(([app, { count, size }]) => el('li', {}, el('span', {}, app || t('noApp')),
    svg('svg', { viewBox: '0 0 100 6', preserveAspectRatio: 'none', 'aria-hidden': 'true' }, svg('rect.ground', { width: 100, height: 6, rx: 1 }), svg('rect', { width: Math.max(0.6, count / most * 100), height: 6, rx: 1 })),
    el('small', {}, `${number(count)} · ${bytes(size)}`))));
};

export const openStats = async () => {
  const body = el('div.stats', {}, el('p.soft', {}, t('loading')));
  const box = dialog(t('stats'), 'sheet', body);
  try {
    // The years of the statistics are those of upload; of pictures it is wanted when they were taken.
    const [{ totalCount, totalSize, savedSize, byApp }, { years }] = await Promise.all([api.stats(), api.facets()]);
    const share = savedSize && totalSize ? ` (${fixed(savedSize / totalSize * 100, 0)} %)` : '';
    put(body,
      el('div.figures', {}, figure(t('total'), number(totalCount)), figure(t('used'), bytes(totalSize)), savedSize !== undefined && figure(t('savedBytes') + share, bytes(savedSize))),
      el('h3', {}, t('byYear')), columns(years, () => box.close()),
      el('h3', {}, t('byApp')), bars(byApp ?? {}));
  } catch (error) {
    body.replaceChildren(el('p.warning', {}, failed(error)));
  }
};
