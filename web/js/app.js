// Joins the parts: the address says what is shown, the parts say what was done.
import * as api from './api.js';
import { $, announce, button, confirm, debounce, el, icon, inParallel, menu, put, toast } from './dom.js';
import { clean, NAMES, openFilters, showChips } from './filters.js';
import { Grid } from './grid.js';
import { about, failed, t, translatePage } from './i18n.js';
import { List, Picked, Timeline } from './library.js';
import { Lightbox } from './lightbox.js';
import { Selection } from './selection.js';
import { openHelp, openOwner, openSignIn, openTheme } from './settings.js';
import { openStats } from './stats.js';
import { Uploader, acceptFiles, chooseFiles } from './upload.js';

translatePage();

const UNDO = 8; // seconds

const selection = new Selection();
const grid = new Grid($('#photos'), selection, (place) => open(place));
const lightbox = new Lightbox({
  shown: (place) => go({ photo: place.item.id }, { replace: Boolean(read().photo) }),
  closed: (place) => {
    if (read().photo) go({ photo: undefined });
    const here = place && grid.library.where(place.item.id);
    if (here) grid.focus(here);
  },
  remove: (items) => remove(items),
  restore: (items) => restore(items),
  similar: (media) => {
    lightbox.close();
    go({ view: `similar:${media.id}`, photo: undefined }, { alone: true });
  },
  changed: (media) => grid.library.touch([media.id]).catch(complain),
});
const uploader = new Uploader((media) => media.duplicate || refreshSoon());

// --- The address --------------------------------------------------------------------------------------------------------------

const read = () => Object.fromEntries(new URLSearchParams(location.hash.slice(1)));

const go = (change, { replace = false, alone = false } = {}) => {
  const params = new URLSearchParams(clean(alone ? change : { ...read(), ...change }));
  const url = `${location.pathname}${location.search}${params.size ? `#${params}` : ''}`;
  history[replace ? 'replaceState' : 'pushState'](null, '', url);
  route();
};

// A filter's dates are those of taking in whatever order.
const views = {
  '': (filter) => new Timeline(filter),
  trash: () => new List({ trash: true, sortBy: 'createdAt' }),
  recent: (filter) => new List({ ...filter, dateField: 'dateTaken', sortBy: 'createdAt' }),
  size: (filter) => new List({ ...filter, dateField: 'dateTaken', sortBy: 'size' }),
  similar: (filter, id) => new List({ similar: id, distance: 10 }),
};

const viewNames = { trash: 'trash', recent: 'recent', size: 'bySize', similar: 'similar' };

let shown = null;
let filter = {};
let view = '';

const route = () => {
  const state = read();
  const [name, id] = (state.view ?? '').split(':');
  view = name in views ? name : '';
  filter = clean(Object.fromEntries(NAMES.map((one) => [one, state[one]])));
  const wanted = JSON.stringify([state.view ?? '', filter]);
  if (wanted !== shown) {
    shown = wanted;
    selection.clear();
    showLibrary(views[view](filter, id));
  }
  const search = $('.search input');
  if (document.activeElement !== search) search.value = filter.text ?? '';
  showChips($('#chips'), filter, view && t(viewNames[view]), (next) => go({ ...Object.fromEntries(NAMES.map((one) => [one, undefined])), ...next }), () => go({}, { alone: true }));
  if (!state.photo) lightbox.close();
  else if (lightbox.id !== state.photo) openById(state.photo);
};

const showLibrary = async (library) => {
  $('#photos').setAttribute('aria-busy', 'true');
  grid.message.hidden = true;
  const before = told;
  try {
    await library.open();
  } catch (error) {
    if (grid.library === null) grid.library = library;
    if (error.status !== 401) say(failed(error), '', button('retry', t('retry'), () => showLibrary(library), 'main'));
    return;
  } finally {
    $('#photos').removeAttribute('aria-busy');
  }
  if (shown !== JSON.stringify([read().view ?? '', filter])) return;
  grid.library = library;
  if (told !== before) lookAgain();
  library.addEventListener('change', showEmpty);
  library.addEventListener('change', () => lightbox.refresh());
  showEmpty();
  announce(t('items', { n: about(library) }));
};

const say = (title, text, ...more) => {
  put(grid.message, icon('photos'), el('h2', {}, title), text && el('p', {}, text), ...more);
  grid.message.hidden = false;
};

const showEmpty = () => {
  const library = grid.library;
  const isEmpty = library.isOpen && !library.sections.length;
  grid.message.hidden = true;
  if (!isEmpty) return;
  if (view === 'trash') say(t('trashEmpty'), t('trashHint'));
  else if (view || Object.keys(filter).length) say(t('nothing'), t('nothingHint'));
  else say(t('empty'), t('emptyHint'), button('upload', t('upload'), () => chooseFiles(add), 'main'));
};

const open = (place, options = {}) => lightbox.open(options.library ?? grid.library, place, { isTrash: view === 'trash', ...options });

const openById = async (id) => {
  try {
    const media = await api.find(id);
    while (!grid.library?.isOpen && read().photo === id) await new Promise((resolve) => setTimeout(resolve, 50));
    if (read().photo !== id) return;
    const place = grid.library.where(id) ?? await grid.library.locate(media);
    if (read().photo !== id || lightbox.id === id) return;
    if (!place) throw new Error(t('nothing'));
    grid.reveal(place);
    open(place);
  } catch (error) {
    if (error.status !== 401) toast(failed(error));
    if (read().photo === id) go({ photo: undefined }, { replace: true });
  }
};

// --- Deleting and bringing back -----------------------------------------------------------------------------------------------

// Whether the service keeps what is deleted. Where it does not say so, it is told only once it is too late to undo.
let keepsTrash = false;
const waiting = new Set();

const settleWaiting = (keepalive) => {
  for (const ids of waiting) for (const id of ids) api.remove(id, { keepalive }).catch(() => 0);
  waiting.clear();
};
addEventListener('pagehide', () => settleWaiting(true));

const complain = (error) => toast(failed(error));

const remove = async (items) => {
  const ids = items.map(({ id }) => id);
  const library = grid.library;
  if (view === 'trash') {
    if (!await confirm(t('sureTitle'), t('sureText', { n: ids.length }), t('deleteForever'))) return false;
    library.take(ids);
    await inParallel(4, ids, (id) => api.remove(id, { permanent: true })).then(() => toast(t('gone', { n: ids.length })), (error) => back(ids, error));
    return true;
  }
  library.take(ids);
  selection.clear();
  const undo = { label: t('undo'), run: () => bringBack() };
  let bringBack;
  if (keepsTrash) {
    const sent = inParallel(4, ids, (id) => api.remove(id)).catch((error) => back(ids, error));
    bringBack = () => sent.then(() => restore(items));
    toast(t('deleted', { n: ids.length }), { action: undo, seconds: UNDO });
  } else {
    waiting.add(ids);
    bringBack = () => {
      waiting.delete(ids);
      back(ids);
      announce(t('restored', { n: ids.length }));
    };
    const onclose = () => waiting.delete(ids) && inParallel(4, ids, (id) => api.remove(id)).catch((error) => back(ids, error));
    toast(t('deleted', { n: ids.length }), { action: undo, seconds: UNDO, onclose });
  }
  return true;
};

// Into sight again.
const back = (ids, error) => {
  grid.library.unhide(ids);
  grid.library.touch(ids.slice(0, 50)).catch(() => 0);
  if (error) complain(error);
};

const restore = async (items) => {
  const ids = items.map(({ id }) => id);
  try {
    await inParallel(4, ids, (id) => api.restore(id));
    grid.library.unhide(ids);
    if (view === 'trash') grid.library.take(ids);
    else back(ids);
    toast(t('restored', { n: ids.length }));
  } catch (error) {
    toast(error.status === 404 ? t('cannotRestore') : failed(error));
  }
  return true;
};

// --- Selection ----------------------------------------------------------------------------------------------------------------

const chosen = () => [...selection.items.values()];
const count = el('output.count');
const tools = {
  play: button('play', t('slideshow'), () => {
    const library = new Picked(chosen());
    open({ section: library.sections[0], index: 0, item: library.sections[0].items[0] }, { library, slideshow: true });
  }),
  download: button('download', t('download'), () => inParallel(1, chosen(), async ({ id, name }) => {
    await api.download(id, name).catch(complain);
    await new Promise((resolve) => setTimeout(resolve, 250));
  })),
  restore: button('restore', t('restore'), () => restore(chosen()).then(() => selection.clear())),
  remove: button('trash', t('delete'), () => remove(chosen())),
};
const selectionBar = el('div.selection', { role: 'toolbar', 'aria-label': t('tools'), hidden: true },
  button('close', t('unselect'), () => selection.clear()), count, tools.play, tools.download, tools.restore, tools.remove);
$('.bar').append(selectionBar);

selection.addEventListener('change', () => {
  const n = selection.size;
  selectionBar.hidden = !n;
  tools.restore.hidden = view !== 'trash';
  count.textContent = t('selected', { n });
});

// --- Tools --------------------------------------------------------------------------------------------------------------------

const add = (files) => uploader.add(files);
acceptFiles(add);

$('#upload').addEventListener('click', () => chooseFiles(add));
// The trash and what is similar cannot be filtered, so that a filter leads out of them.
const filtered = () => (view === 'trash' || view === 'similar' ? undefined : read().view);
$('#filter').addEventListener('click', () => openFilters(filter, (next) => go({ ...Object.fromEntries(NAMES.map((one) => [one, undefined])), ...next, view: filtered() })));
$('#menu').addEventListener('click', (event) => menu(event.currentTarget, [
  { icon: 'photos', label: t('photos'), checked: view === '', run: () => go({ view: undefined }) },
  { icon: 'clock', label: t('recent'), checked: view === 'recent', run: () => go({ view: 'recent' }) },
  { icon: 'size', label: t('bySize'), checked: view === 'size', run: () => go({ view: 'size' }) },
  { icon: 'trash', label: t('trash'), checked: view === 'trash', run: () => go({ view: 'trash' }, { alone: true }) },
  null,
  { icon: 'folder', label: t('folder'), run: () => chooseFiles(add, true) },
  { icon: 'play', label: t('slideshow'), run: slideshow },
  { icon: 'stats', label: t('stats'), run: openStats },
  null,
  { icon: 'theme', label: t('theme'), run: openTheme },
  api.who.token ? { icon: 'user', label: t('signOut'), run: () => api.who.signOut() } : { icon: 'user', label: api.who.owner ? `${t('library')}: ${api.who.owner}` : t('library'), run: openOwner },
  { icon: 'info', label: t('help'), run: openHelp },
]));
const slideshow = async () => {
  const section = grid.library?.sections[0];
  if (!section) return;
  await grid.library.load(section);
  open({ section, index: 0, item: section.items[0] }, { slideshow: true });
};

const search = $('.search input');
const find = debounce(250, () => go({ text: search.value.trim() || undefined, view: filtered() }, { replace: filtered() === read().view }));
search.addEventListener('input', find);
$('.search').addEventListener('submit', (event) => {
  event.preventDefault();
  $('#photos').focus();
});
$('.bar h1 a').addEventListener('click', (event) => {
  event.preventDefault();
  if (location.hash) go({}, { alone: true });
  else grid.library = grid.library;
});
$('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  ($('.tile[tabindex="0"]') ?? $('#photos')).focus();
});

addEventListener('keydown', (event) => {
  if ($('dialog[open]') || event.target.closest?.('input, textarea, select, [role="menu"]') || event.ctrlKey || event.metaKey || event.altKey) return;
  const run = {
    '/': () => search.focus(), '?': openHelp, u: () => chooseFiles(add), Escape: () => selection.clear(),
    Delete: () => {
      const tile = document.activeElement.closest?.('.tile');
      if (selection.size) remove(chosen());
      else if (tile) remove([tile.place().item]);
    },
  }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!run) return;
  event.preventDefault();
  run();
});

// --- News ---------------------------------------------------------------------------------------------------------------------

// What happened last to what; ANY: nobody knows.
const news = new Map();
const ANY = '';
const refresh = async () => {
  const ids = [...news.keys()];
  const gone = new Set(ids.filter((id) => news.get(id) === 'deleted'));
  news.clear();
  try {
    if (ids.includes(ANY) || ids.length > 30) {
      grid.library.spoil();
      await grid.library.refresh();
    } else if (ids.length) await grid.library.touch(ids, gone);
    else await grid.library.refresh();
  } catch {
    // The stream tells when the service is back.
  }
};
// What comes together is looked at together; a long import does not keep it off.
let refreshing = 0;
const refreshSoon = () => {
  refreshing ||= setTimeout(async () => {
    await refresh();
    refreshing = 0;
    if (news.size) refreshSoon();
  }, 400);
};

// How often something was told. What is opened meanwhile may have been put together before that.
let told = 0;
const lookAgain = () => {
  told++;
  news.set(ANY, 'changed');
  refreshSoon();
};

const listen = () => api.listen((name, { id }) => {
  told++;
  if (name === 'failed') uploader.broke(id);
  if (name === 'restored') grid.library?.unhide([id]);
  else if (grid.library?.hidden.has(id)) return;
  news.set(id, name);
  refreshSoon();
}, (isConnected) => {
  // Before that nobody told what happened, not at the start either.
  if (isConnected) lookAgain();
});

api.unauthorised.addEventListener('asked', openSignIn);
addEventListener('popstate', route);
addEventListener('hashchange', route);
route();
listen();
// Not before the pictures.
setTimeout(() => api.stats().then(({ trashRetentionSeconds }) => { keepsTrash = trashRetentionSeconds > 0; }, () => 0), 1000);
