// Elements, icons, dialogs and messages. Text only ever goes in as text.
import { t } from './i18n.js';

const SVG = 'http://www.w3.org/2000/svg';

const fill = (node, attributes, children) => {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'style') Object.assign(node.style, value);
    else if (name in node && !name.includes('-') && node.namespaceURI !== SVG) node[name] = value;
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
};

const make = (create) => (name, attributes, ...children) => {
  const [tag, ...classes] = name.split('.');
  const node = create(tag || 'div');
  if (classes.length) node.setAttribute('class', classes.join(' '));
  return fill(node, attributes, children);
};

// An element: `el('button.quiet', { type: 'button', onclick }, 'text', …)`.
export const el = make((tag) => document.createElement(tag));
export const svg = make((tag) => document.createElementNS(SVG, tag));
export const icon = (name) => svg('svg', { 'aria-hidden': 'true' }, svg('use', { href: `#i-${name}` }));

export const button = (name, label, onclick, kind = 'quiet', attributes = {}) =>
  el(`button.${kind}`, { type: 'button', onclick, ...(kind.startsWith('quiet') ? { 'aria-label': label, title: label } : {}), ...attributes },
    name && icon(name), kind.startsWith('quiet') ? null : el('span', {}, label));

// What is in a place from now on; nothing where a child is missing.
export const put = (place, ...children) => place.replaceChildren(...children.flat(3).filter((child) => child || child === 0));

export const $ = (selector, root = document) => root.querySelector(selector);

// Tells people who cannot see the page.
export const announce = (text) => {
  $('#status').textContent = text;
};

// A message at the bottom, in the dialog that is on top if there is one. `action` is `{ label, run }`; gives how to take it away.
export const toast = (text, { action, seconds = action ? 8 : 4, onclose } = {}) => {
  const place = $('#toasts');
  const dialogs = document.querySelectorAll('dialog[open]');
  (dialogs[dialogs.length - 1] ?? document.body).append(place);
  let timer;
  const hold = () => clearTimeout(timer);
  const close = () => {
    hold();
    if (!node.isConnected) return;
    const hadFocus = node.contains(document.activeElement);
    node.remove();
    if (hadFocus) (document.querySelector('dialog[open] button') ?? $('.tile[tabindex="0"]') ?? $('#photos')).focus();
    onclose?.();
  };
  // It stays as long as somebody is at it.
  const wait = () => {
    hold();
    if (!node.matches(':hover, :focus-within')) timer = setTimeout(close, seconds * 1000);
  };
  const node = el('div.toast', { onpointerenter: hold, onpointerleave: wait, onfocusin: hold, onfocusout: wait }, el('span', {}, text),
    action && el('button.text', { type: 'button', onclick: () => { onclose = null; close(); action.run(); } }, action.label),
    button('close', t('close'), close));
  node.close = close;
  place.append(node);
  while (place.childElementCount > 3) place.firstElementChild.close();
  announce(text);
  wait();
  return close;
};

// A modal dialog with a title; gives the element, which is removed once closed.
export const dialog = (title, kind, ...children) => {
  const box = el(`dialog.${kind}`, { 'aria-label': title },
    el('header', {}, el('h2', {}, title), button('close', t('close'), () => box.close())), el('div.inside', {}, ...children));
  box.addEventListener('close', () => {
    if (box.contains($('#toasts'))) document.body.append($('#toasts'));
    box.remove();
  });
  // A click beside it closes it.
  box.addEventListener('pointerdown', (event) => {
    if (event.target === box) box.close();
  });
  document.body.append(box);
  box.showModal();
  return box;
};

// Asks; gives whether it was agreed to.
export const confirm = (title, text, yes) => new Promise((resolve) => {
  let agreed = false;
  const box = dialog(title, 'small', el('p', {}, text), el('div.actions', {},
    button(null, t('cancel'), () => box.close(), 'plain'),
    button(null, yes, () => { agreed = true; box.close(); }, 'danger', { autofocus: true })));
  box.addEventListener('close', () => resolve(agreed));
});

// A menu under a button: `[{ icon, label, run, checked }]`, or null for a line.
export const menu = (opener, entries) => {
  const close = (back) => {
    list.remove();
    opener.setAttribute('aria-expanded', 'false');
    removeEventListener('pointerdown', outside, true);
    if (back) opener.focus();
  };
  const outside = (event) => list.contains(event.target) || opener.contains(event.target) || close(false);
  if (opener.getAttribute('aria-expanded') === 'true') {
    $('.menu')?.remove();
    opener.setAttribute('aria-expanded', 'false');
    return;
  }
  const item = (entry) => (entry
    ? el('button', {
      type: 'button', tabIndex: -1, role: 'checked' in entry ? 'menuitemradio' : 'menuitem', 'aria-checked': 'checked' in entry ? String(entry.checked) : null,
      onclick: () => { close(true); entry.run(); },
    }, icon(entry.icon ?? 'check'), entry.label)
    : el('hr', { role: 'separator' }));
  const list = el('div.menu', {
    role: 'menu', 'aria-label': opener.getAttribute('aria-label'),
    onkeydown: (event) => {
      const all = [...list.querySelectorAll('button')];
      const at = all.indexOf(document.activeElement);
      const to = { ArrowDown: at + 1, ArrowUp: at - 1 + all.length, Home: 0, End: all.length - 1 }[event.key];
      if (to !== undefined) all[to % all.length].focus();
      else if (event.key === 'Escape' || event.key === 'Tab') close(true);
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
  }, entries.map(item));
  opener.after(list);
  opener.setAttribute('aria-expanded', 'true');
  list.querySelector('button').focus();
  addEventListener('pointerdown', outside, true);
};

// Calls `run` once nothing has come for a while.
export const debounce = (milliseconds, run) => {
  let timer;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(run, milliseconds, ...given);
  };
};

// At most this many at a time.
export const inParallel = async (count, list, run) => {
  const rest = [...list];
  const work = async () => {
    while (rest.length) await run(rest.shift());
  };
  await Promise.all(Array.from({ length: count }, work));
};
