// Filters: as chips, as a panel, and as they stand in the address. A filter is an object of the API's own parameters.
import * as api from './api.js';
import { button, dialog, el, icon } from './dom.js';
import { failed, number, shortDay, t } from './i18n.js';
import { worldMap } from './world.js';

export const NAMES = ['text', 'apps', 'mimeType', 'camera', 'lens', 'dateFrom', 'dateTo', 'hasLocation', 'bbox'];

const day = (text) => shortDay(Date.parse(text));

const describe = {
  text: (value) => `“${value}”`,
  apps: (value) => value.split(',').map((name) => name || t('noApp')).join(', '),
  mimeType: (value) => ({ 'image/*': t('pictures'), 'video/*': t('videos') })[value] ?? value,
  camera: (value) => value,
  lens: (value) => value,
  dateFrom: (value) => t('since', { date: day(value) }),
  dateTo: (value) => t('until', { date: day(value) }),
  hasLocation: () => t('withPlace'),
  bbox: (value) => `${t('area')} ${value.split(',').map((part) => number(Math.round(Number(part)))).join(', ')}`,
};

// A chip for each filter; a click takes it away.
export const showChips = (place, filter, view, onchange, onleave) => {
  const chip = (text, onclick, extra = '') => el(`button.chip${extra}`, { type: 'button', 'aria-label': t('remove', { what: text }), onclick }, el('span', {}, text), icon('close'));
  const all = NAMES.filter((name) => filter[name]).map((name) => chip(describe[name](filter[name]), () => onchange({ ...filter, [name]: undefined })));
  if (view) all.unshift(chip(view, onleave, '.current'));
  if (all.length > 2) all.push(button(null, t('clear'), () => onchange({}), 'text'));
  place.replaceChildren(...all);
  place.hidden = !all.length;
};

const labelled = (label, ...control) => el('label.field', {}, el('span', {}, label), ...control);

// The panel. `onchange` gets the new filter.
export const openFilters = async (filter, onchange) => {
  const chosen = { ...filter };
  const sum = el('p.soft', { 'aria-live': 'polite' });
  const body = el('div.filters', {}, el('p.soft', {}, t('loading')));
  const box = dialog(t('filters'), 'sheet', body);
  const abort = new AbortController();
  box.addEventListener('close', () => abort.abort());

  const count = async () => {
    try {
      const { total } = await api.timeline(clean(chosen), abort.signal);
      sum.textContent = t('items', { n: total });
    } catch {
      // It is only a preview.
    }
  };
  const set = (name, value) => {
    chosen[name] = value || undefined;
    count();
  };
  const facets = await api.facets({}, abort.signal).catch((error) => {
    if (error.name !== 'AbortError') body.replaceChildren(el('p.warning', {}, failed(error)));
    return null;
  });
  if (!facets || !box.isConnected) return;

  const select = (name, options) => el('select', { onchange: (event) => set(name, event.target.value) },
    el('option', { value: '' }, t('any')),
    options.map(({ value, label, count: n }) => el('option', { value, selected: filter[name] === value }, n === undefined ? label : `${label ?? value} (${number(n)})`)));
  const boxes = facets.apps.map(({ value, count: n }) => {
    const input = el('input', {
      type: 'checkbox', value, checked: (filter.apps ?? '').split(',').includes(value) && filter.apps !== undefined,
      onchange: () => set('apps', boxes.map(({ firstChild }) => firstChild).filter(({ checked }) => checked).map((one) => one.value).join(',')),
    });
    return el('label.choice', {}, input, el('span', {}, value || t('noApp')), el('small', {}, number(n)));
  });
  const date = (name) => el('input', { type: 'date', value: filter[name]?.slice(0, 10) ?? '', onchange: (event) => set(name, event.target.value) });
  const [from, to] = [date('dateFrom'), date('dateTo')];
  const years = el('div.years', {}, facets.years.map(({ value }) => button(null, value, () => {
    from.value = `${value}-01-01`;
    to.value = `${value}-12-31`;
    chosen.dateFrom = from.value;
    set('dateTo', to.value);
  }, 'chip')));

  const sides = ['west', 'south', 'east', 'north'].map((name) => el('input', { type: 'number', step: 'any', 'aria-label': t(name), placeholder: t(name), onchange: () => setArea(sides.map(({ value }) => value)) }));
  const setArea = (bbox) => {
    const isWhole = bbox && bbox.every((part) => part !== '' && Number.isFinite(Number(part)));
    map.area(isWhole ? bbox.map(Number) : null);
    if (bbox && isWhole) sides.forEach((input, at) => { input.value = Math.round(bbox[at] * 100) / 100; });
    set('bbox', isWhole ? sides.map(({ value }) => value).join(',') : '');
  };
  const map = worldMap({ onarea: setArea });
  api.map({}, 3, abort.signal).then(({ features }) => map.clusters(features, ([w, s, e, n]) => setArea([Math.max(w - 0.01, -180), Math.max(s - 0.01, -90), Math.min(e + 0.01, 180), Math.min(n + 0.01, 90)])), () => 0);
  if (filter.bbox) {
    const bbox = filter.bbox.split(',').map(Number);
    map.area(bbox);
    sides.forEach((input, at) => { input.value = bbox[at]; });
  }

  const types = [{ value: 'image/*', label: t('pictures') }, { value: 'video/*', label: t('videos') }, ...facets.types];
  const form = el('form', {
    onsubmit: (event) => {
      event.preventDefault();
      box.close();
      onchange(clean(chosen));
    },
  },
  facets.apps.length > 1 ? el('fieldset', {}, el('legend', {}, t('apps')), el('div.choices', {}, boxes)) : null,
  el('div.pair', {}, labelled(t('type'), select('mimeType', types)),
    labelled(t('located'), select('hasLocation', [{ value: 'true', label: `${t('withPlace')} (${number(facets.withLocation)})` }]))),
  el('div.pair', {}, labelled(t('camera'), select('camera', facets.cameras)), labelled(t('lens'), select('lens', facets.lenses))),
  el('div.pair', {}, labelled(t('from'), from), labelled(t('to'), to)), years,
  el('fieldset', {}, el('legend', {}, t('area')), map.node, el('div.four', {}, sides), el('p.soft', {}, t('mapHint'))),
  el('div.actions', {}, sum, button(null, t('clear'), () => { box.close(); onchange({}); }, 'plain'), el('button.main', { type: 'submit' }, el('span', {}, t('apply')))));
  body.replaceChildren(form);
  count();
};

export const clean = (filter) => Object.fromEntries(Object.entries(filter).filter(([, value]) => value));
