// What is known about a picture, and the form in which its owner corrects it.
import * as api from './api.js';
import { button, el, put, toast } from './dom.js';
import { kindOf, shortType } from './grid.js';
import { bytes, dateTime, failed, fixed, instant, number, t } from './i18n.js';
import { takenOf } from './library.js';
import { worldMap } from './world.js';

const detail = (label, ...value) => (value.flat().some((part) => part) ? [el('dt', {}, label), el('dd', {}, ...value)] : []);

const field = (label, input, hint) => el('label.field', {}, el('span', {}, label), input, hint && el('small', {}, hint));

// `actions`: close(), similar(media), changed(media).
export const showInfo = (place, media, actions) => {
  const { exif = {}, location } = media;
  const map = location && worldMap();
  map?.mark(location.latitude, location.longitude);
  const exposure = [exif.exposureTime && `${exif.exposureTime} s`.replace(/s s$/, 's'), exif.aperture && `ƒ/${exif.aperture}`, exif.iso && `ISO ${exif.iso}`, exif.focalLength].filter(Boolean);
  const [width, height] = [media.width, media.height];
  const degrees = (value, [plus, minus]) => `${fixed(Math.abs(value), 5)}° ${value < 0 ? minus : plus}`;
  put(place,
    el('header', {}, el('h2', {}, t('details')), button('edit', t('edit'), () => edit(place, media, actions)), button('close', t('close'), actions.close)),
    media.caption && el('p.caption', {}, media.caption),
    media.error && el('p.warning', {}, t('broken', { why: media.error.message ?? media.error.code })),
    el('dl', {},
      detail(t('taken'), ...(media.dateTakenLocal
        ? [el('span', {}, dateTime(takenOf(media))), el('small', {}, media.dateTakenOffset ? `UTC ${media.dateTakenOffset}` : t('noZone'))] : [el('span', {}, t('undated'))])),
      detail(t('camera'), [exif.cameraMake, exif.cameraModel].filter(Boolean).join(' ')),
      detail(t('lens'), media.lens),
      detail(t('exposure'), exposure.map((part) => el('span.fact', {}, part))),
      detail(t('dimensions'), [width && `${number(width)} × ${number(height)}`, width * height >= 5e4 && `${fixed(width * height / 1e6, 1)} MP`, bytes(media.size), shortType({ name: null, mimeType: media.mimeType })].filter(Boolean).map((part) => el('span.fact', {}, part))),
      detail(t('duration'), media.duration && `${fixed(media.duration, 1)} s`),
      detail(t('name'), media.originalName),
      detail(t('apps'), media.apps?.filter(Boolean).join(', ')),
      detail(t('uploadedAt'), instant(new Date(media.createdAt))),
      detail(t('software'), media.software),
      location ? detail(t('place'), el('span', {}, `${degrees(location.latitude, 'NS')}, ${degrees(location.longitude, 'EW')}`), location.altitude !== undefined && el('small', {}, `${fixed(location.altitude, 0)} m`)) : []),
    map?.node,
    kindOf(media.mimeType) === 'photo' ? button('similar', t('similar'), () => actions.similar(media), 'plain') : null);
};

const edit = (place, media, actions) => {
  const input = (type, value, more) => el('input', { type, value: value ?? '', autocomplete: 'off', ...more });
  const date = input('datetime-local', media.dateTakenLocal?.slice(0, 19), { step: 1 });
  const offset = input('text', media.dateTakenOffset, { pattern: '[+\\-][0-9]{2}:[0-9]{2}', placeholder: '+02:00' });
  const degrees = (value, most) => input('number', value, { step: 'any', min: -most, max: most });
  const latitude = degrees(media.location?.latitude, 90);
  const longitude = degrees(media.location?.longitude, 180);
  const caption = el('textarea', { rows: 3, maxLength: 2000 }, media.caption ?? '');
  const map = worldMap({
    onpick: (lat, lon) => {
      latitude.value = lat.toFixed(2);
      longitude.value = lon.toFixed(2);
      map.mark(lat, lon);
    },
  });
  const mark = () => map.mark(latitude.value === '' ? NaN : Number(latitude.value), longitude.value === '' ? NaN : Number(longitude.value));
  mark();
  latitude.addEventListener('input', mark);
  longitude.addEventListener('input', mark);
  const problem = el('p.warning', { role: 'alert', hidden: true });
  const save = async (event) => {
    event.preventDefault();
    const wanted = {};
    // Whole minutes come without seconds.
    const local = date.value.length === 16 ? `${date.value}:00` : date.value.slice(0, 19);
    if (local !== (media.dateTakenLocal?.slice(0, 19) ?? '')) wanted.dateTaken = local || null;
    // The file's own belongs to the file's own date, so a corrected one needs what is seen beside it.
    if (wanted.dateTaken || offset.value !== (media.dateTakenOffset ?? '')) wanted.dateTakenOffset = offset.value || null;
    if (caption.value !== (media.caption ?? '')) wanted.caption = caption.value || null;
    const was = [media.location?.latitude ?? '', media.location?.longitude ?? ''].join();
    if ([latitude.value, longitude.value].join() !== was) {
      if ((latitude.value === '') !== (longitude.value === '')) {
        problem.textContent = t('badPlace');
        problem.hidden = false;
        return;
      }
      wanted.location = latitude.value === '' ? null : { latitude: Number(latitude.value), longitude: Number(longitude.value) };
    }
    try {
      const changed = Object.keys(wanted).length ? await api.change(media.id, wanted) : media;
      toast(t('saved'));
      actions.changed(changed);
    } catch (error) {
      problem.textContent = failed(error);
      problem.hidden = false;
    }
  };
  put(place,
    el('header', {}, el('h2', {}, t('edit')), button('close', t('cancel'), () => showInfo(place, media, actions))),
    el('form', { onsubmit: save }, field(t('caption'), caption), field(t('date'), date), field(t('offset'), offset, t('offsetHint')), map.node, el('p.soft', {}, t('placeHint')),
      el('div.pair', {}, field(t('latitude'), latitude), field(t('longitude'), longitude)), problem,
      el('div.actions', {}, button(null, t('cancel'), () => showInfo(place, media, actions), 'plain'), el('button.main', { type: 'submit' }, el('span', {}, t('save'))))));
  caption.focus();
};
