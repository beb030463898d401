// The grid: only what is near the window is in the page. Places are kept in our own coordinates, which no browser's limit on heights
// touches: `base` is where the scroller's top lies in them. What is loaded above moves the base, and nothing that is seen.
import * as api from './api.js';
import { announce, el, icon } from './dom.js';
import { bytes, dateTime, dayName, fullDay, monthName, t } from './i18n.js';
import { DAY, HEAD, estimate, layout } from './layout.js';
import { Scrubber } from './scrubber.js';
import { placeholder } from './thumbhash.js';

const MAX_SCROLL = 4_000_000; // pixels; the smallest limit of a browser is above 10 million
const QUIET = 110; // milliseconds without scrolling
const HELD = 450; // milliseconds
const SLICE = 5; // milliseconds of a frame for placeholders
const FAST = 4; // windows a second, above which nothing is fetched

export const kindOf = (mimeType) => {
  const [kind, rest] = mimeType.split('/');
  return kind === 'image' ? 'photo' : kind === 'video' || kind === 'audio' ? kind : rest === 'ogg' ? 'audio' : 'file';
};
const kindIcon = { photo: 'photos', video: 'film', audio: 'music', file: 'file' };

export const shortType = (item) => (/\.([a-z0-9]{1,5})$/i.exec(item.name ?? '')?.[1] ?? item.mimeType.split('/')[1].split(/[.+-]/).pop()).toUpperCase();

export class Grid {
  #library = null;
  #sections = new Map(); // key → { node, groups: Map, … }
  #tops = [];
  #height = 0;
  #base = 0;
  #width = 0;
  #view = 0;
  #frame = 0;
  #quiet = 0;
  #speed = 0;
  #last = { top: 0, time: 0 };
  #current = null; // { key, id } of the tile that the keyboard is on
  #wasHeld = false;
  #onopen;
  #selection;

  constructor(root, selection, onopen) {
    this.#selection = selection;
    this.#onopen = onopen;
    this.spacer = el('div.spacer');
    this.scroller = el('div.scroller', { tabIndex: -1 }, this.spacer);
    this.message = el('div.message', { hidden: true });
    this.scrubber = new Scrubber((fraction, isMoving) => this.#scrub(fraction, isMoving), (by) => this.#scrubMonths(by));
    root.append(this.scroller, this.message, this.scrubber.node);
    this.scroller.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    this.scroller.addEventListener('click', (event) => this.#clicked(event));
    this.#listenToLongPress();
    root.addEventListener('keydown', (event) => this.#pressed(event));
    this.scroller.addEventListener('focusin', (event) => {
      const tile = event.target.closest('.tile');
      if (tile) this.#setCurrent(tile.place());
    });
    selection.addEventListener('change', () => this.#showSelection());
    new ResizeObserver(() => this.#resized()).observe(this.scroller);
  }

  // Shows another library, from its top.
  set library(library) {
    this.#library?.removeEventListener('change', this.#onchange);
    this.#library = library;
    library.addEventListener('change', this.#onchange);
    this.#clear();
    this.#current = null;
    this.#base = 0;
    this.scroller.scrollTop = 0;
    this.#measure();
    this.render();
  }

  get library() {
    return this.#library;
  }

  // --- Measures -------------------------------------------------------------------------------------------------------------

  #onchange = () => this.#keep(() => this.#measure());

  get #top() {
    return this.#base + this.scroller.scrollTop;
  }

  #resized() {
    const { clientWidth, clientHeight } = this.scroller;
    const style = getComputedStyle(this.spacer);
    const width = clientWidth - parseFloat(style.marginLeft) - parseFloat(style.marginRight);
    if (!clientWidth || (width === this.#width && clientHeight === this.#view)) return;
    this.#keep(() => {
      if (width !== this.#width) {
        for (const section of this.#library?.sections ?? []) section.layout = null;
        this.#clear();
      }
      this.#width = width;
      this.#view = clientHeight;
      this.#measure();
    });
  }

  // Heights of all sections: exact where a section has been loaded, else by its count.
  #measure() {
    if (!this.#library || !this.#width) return;
    const { sections, byDay } = this.#library;
    this.#tops = new Float64Array(sections.length + 1);
    const alive = new Set();
    sections.forEach((section, at) => {
      if (!section.layout || section.layout.width !== this.#width) {
        if (section.items) {
          section.layout = { ...layout(section.items, this.#width, byDay), width: this.#width };
          this.#drop(section.key);
        } else if (!section.layout?.height || section.layout.width !== this.#width) {
          section.layout = { height: estimate(section.count, this.#width), width: this.#width };
          this.#drop(section.key);
        }
      }
      alive.add(section.key);
      this.#tops[at + 1] = this.#tops[at] + section.layout.height;
    });
    for (const key of this.#sections.keys()) if (!alive.has(key)) this.#drop(key);
    this.#height = Math.max(this.#tops[sections.length] + 24, 0);
    this.spacer.style.height = `${Math.min(this.#height, MAX_SCROLL)}px`;
    this.scrubber.show(sections, this.#tops, this.#height, byDay);
    this.scroller.classList.toggle('flat', !byDay);
  }

  // The first section whose end lies below.
  #sectionAt(top) {
    let low = 0;
    let high = this.#tops.length - 2;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#tops[middle + 1] > top) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  // Changes something, and leaves what is seen where it is; at the very top new pictures may push it down.
  #keep(change) {
    const anchor = this.#top > 4 ? this.#anchor() : null;
    change();
    if (!this.#width) return;
    if (anchor) {
      const at = this.#library.sections.findIndex(({ key }) => key === anchor.key);
      if (at >= 0) {
        const section = this.#library.sections[at];
        const index = anchor.id && section.items ? section.items.findIndex(({ id }) => id === anchor.id) : -1;
        const within = index >= 0 ? this.#topOf(section, index) - anchor.offset : anchor.part * section.layout.height;
        this.#base = this.#tops[at] + within - this.scroller.scrollTop;
      }
    }
    this.#rebase();
    this.render();
  }

  #anchor() {
    const top = this.#top;
    const at = this.#sectionAt(top);
    const section = this.#library?.sections[at];
    if (!section?.layout) return null;
    const within = top - this.#tops[at];
    const anchor = { key: section.key, part: within / section.layout.height };
    if (section.items && section.layout.groups) {
      for (const group of section.layout.groups) {
        if (group.top + group.height < within) continue;
        for (let i = group.first; i < group.last; i++) {
          const y = this.#topOf(section, i);
          if (y + section.layout.h[i] > within + HEAD) return { ...anchor, id: section.items[i]?.id, offset: y - within };
        }
      }
    }
    return anchor;
  }

  #topOf(section, index) {
    const group = this.#groupOf(section, index);
    return group.top + section.layout.head + section.layout.y[index];
  }

  #groupOf(section, index) {
    return section.layout.groups.find(({ last }) => last > index);
  }

  // Brings the base to where scrolling can go on in both directions.
  #rebase(target = this.#top) {
    const top = Math.max(0, Math.min(target, this.#height - this.#view));
    const reach = Math.min(this.#height, MAX_SCROLL);
    const highest = Math.max(0, this.#height - reach);
    const room = MAX_SCROLL / 4;
    const within = top - this.#base;
    const isGood = this.#base >= 0 && this.#base <= highest && within >= 0 && within <= reach - this.#view
      && (within > room || this.#base === 0) && (within < reach - room || this.#base === highest);
    if (!isGood) this.#base = Math.max(0, Math.min(top - reach / 2, highest));
    if (Math.abs(this.scroller.scrollTop - (top - this.#base)) >= 1) this.scroller.scrollTop = top - this.#base;
  }

  // --- Scrolling ------------------------------------------------------------------------------------------------------------

  #scrolled() {
    const now = performance.now();
    const top = this.#top;
    const passed = now - this.#last.time;
    this.#speed = passed < 200 ? Math.abs(top - this.#last.top) / Math.max(passed, 8) * 1000 / this.#view : 0;
    this.#last = { top, time: now };
    // Only near an end of the scroller, as this stops the momentum of a flick.
    const at = this.scroller.scrollTop;
    const end = this.spacer.offsetHeight - this.#view;
    if ((at < this.#view && this.#base > 0) || (at > end - this.#view && this.#base + end + this.#view < this.#height - 1)) this.#rebase();
    this.scrubber.wake();
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => {
      this.#speed = 0;
      this.#rebase();
      this.render();
    }, QUIET);
    this.#renderSoon();
  }

  #renderSoon() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.render();
    });
  }

  #jump(top) {
    this.#speed = 0;
    this.#rebase(top);
    this.render();
  }

  // While it is dragged there is only the frame; coming to rest fetches.
  #scrub(fraction, isMoving) {
    this.#speed = isMoving ? Infinity : 0;
    this.#rebase(fraction * (this.#height - this.#view));
    this.render();
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => {
      this.#speed = 0;
      this.render();
    }, QUIET);
  }

  #scrubMonths(by) {
    const { sections } = this.#library;
    const at = Number.isFinite(by) ? this.#sectionAt(this.#top + 1) + by : by < 0 ? 0 : sections.length - 1;
    this.#jump(this.#tops[Math.max(0, Math.min(sections.length - 1, at))]);
  }

  // Scrolls so that an item is seen.
  reveal(place) {
    const at = this.#library.sections.indexOf(place.section);
    if (at < 0 || !place.section.layout?.groups) return;
    const top = this.#tops[at] + this.#topOf(place.section, place.index);
    const height = place.section.layout.h[place.index];
    const head = HEAD + (this.#library.byDay ? DAY : 0);
    if (top - head < this.#top) this.#jump(top - head);
    else if (top + height > this.#top + this.#view) this.#jump(top + height - this.#view + 12);
  }

  // --- What is in the page --------------------------------------------------------------------------------------------------

  render() {
    const library = this.#library;
    if (!library || !this.#width || !this.#tops.length) return;
    const top = this.#top;
    const over = Math.max(300, this.#view * (this.#speed > FAST ? 0.25 : 0.6));
    const [from, to] = [top - over, top + this.#view + over];
    const first = this.#sectionAt(Math.max(0, from));
    const seen = new Set();
    for (let at = first; at < library.sections.length && this.#tops[at] < to; at++) {
      const section = library.sections[at];
      seen.add(section.key);
      this.#renderSection(section, this.#tops[at], from, to);
      const isNear = this.#tops[at] < top + this.#view * 1.5;
      if ((!section.items || section.stale) && isNear && this.#speed <= FAST) this.#load(section);
      section.used = performance.now();
    }
    for (const key of this.#sections.keys()) if (!seen.has(key)) this.#drop(key);
    if (this.#speed <= FAST) this.#showPictures();
    if (this.#speed === 0) this.#keepTabStop();
    this.scrubber.move(top / Math.max(1, this.#height - this.#view), library.sections[this.#sectionAt(top + HEAD)]);
  }

  #load(section) {
    const library = this.#library;
    section.tried ??= 0;
    if (section.tried > performance.now()) return;
    library.load(section).catch(() => {
      // Once more in a while, as long as it is looked at.
      section.tried = performance.now() + 3000;
      setTimeout(() => this.#library === library && this.render(), 3100);
    });
  }

  #renderSection(section, top, from, to) {
    let shown = this.#sections.get(section.key);
    if (!shown) {
      const title = this.#library.byDay ? monthName(section.date) : null;
      const id = `s-${section.key}`;
      const node = el('section.month', { 'aria-labelledby': title && id }, title && el('h2', { id }, el('span', {}, title), el('small', {}, t('items', { n: section.count }))));
      shown = { node, groups: new Map() };
      this.#sections.set(section.key, shown);
      // In reading order, as the order in the page is the order of focus.
      const next = [...this.spacer.children].find((other) => other.order > this.#library.sections.indexOf(section));
      this.spacer.insertBefore(node, next ?? null);
    }
    shown.node.order = this.#library.sections.indexOf(section);
    const { height, groups } = section.layout;
    shown.node.style.top = `${top - this.#base}px`;
    shown.node.style.height = `${height}px`;
    shown.node.classList.toggle('waiting', !section.items);
    if (!section.items || !groups) return;
    for (const group of groups) {
      const y = top + group.top;
      const isSeen = y < to && y + group.height > from;
      const known = shown.groups.get(group.first);
      if (isSeen) this.#renderGroup(shown, section, group, top, from, to);
      else if (known) {
        this.#removeGroup(known);
        shown.groups.delete(group.first);
      }
    }
  }

  #renderGroup(shown, section, group, sectionTop, from, to) {
    let known = shown.groups.get(group.first);
    if (!known) {
      const time = section.items[group.first].taken;
      const node = el('div.day', { style: { top: `${group.top}px`, left: `${group.left}px`, width: `${group.width}px`, height: `${group.height}px` } },
        this.#library.byDay && el('h3', { 'aria-label': fullDay(time) }, dayName(time)));
      known = { node, tiles: new Map() };
      shown.groups.set(group.first, known);
      const next = [...shown.node.querySelectorAll(':scope > .day')].find((other) => other.first > group.first);
      node.first = group.first;
      shown.node.insertBefore(node, next ?? null);
    }
    const { y, h, head } = section.layout;
    const offset = sectionTop + group.top + head;
    // Tiles lie from top to bottom.
    let [low, high] = [group.first, group.last];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (offset + y[middle] + h[middle] < from) low = middle + 1;
      else high = middle;
    }
    const firstSeen = low;
    let last = low;
    while (last < group.last && offset + y[last] < to) last++;
    for (const [index, tile] of known.tiles) {
      if (index >= firstSeen && index < last) continue;
      tile.release?.();
      tile.remove();
      known.tiles.delete(index);
    }
    let before = null;
    for (let i = last - 1; i >= firstSeen; i--) {
      let tile = known.tiles.get(i);
      if (!tile) {
        tile = this.#makeTile(section, i);
        known.tiles.set(i, tile);
        known.node.insertBefore(tile, before);
      }
      before = tile;
    }
  }

  #removeGroup(known) {
    for (const tile of known.tiles.values()) tile.release?.();
    known.node.remove();
  }

  #drop(key) {
    const shown = this.#sections.get(key);
    if (!shown) return;
    for (const known of shown.groups.values()) this.#removeGroup(known);
    shown.node.remove();
    this.#sections.delete(key);
  }

  #clear() {
    for (const key of [...this.#sections.keys()]) this.#drop(key);
  }

  #makeTile(section, index) {
    const item = section.items[index];
    const { x, y, w, h, head } = section.layout;
    const kind = kindOf(item.mimeType);
    const isPicture = kind === 'photo' && item.width > 0;
    const tile = el(`a.tile${isPicture ? '' : '.other'}`, {
      href: `#photo=${item.id}`, tabIndex: -1, draggable: false,
      style: { left: `${x[index]}px`, top: `${y[index] + head}px`, width: `${w[index]}px`, height: `${h[index]}px` },
    });
    tile.item = item;
    tile.place = () => ({ section, index: section.items?.indexOf(item) ?? -1, item });
    if (isPicture) {
      tile.style.backgroundColor = item.color ?? '';
      const image = el('img', { alt: '', decoding: 'async', draggable: false });
      tile.append(image);
      tile.picture = image;
    } else {
      tile.facts = [item.status === 'processing' ? t('processing') : shortType(item), item.name ?? '', bytes(item.size)];
      tile.append(icon(kindIcon[kind]), ...['b', 'span', 'small'].flatMap((name, at) => [el(name, {}, tile.facts[at]), ' ']));
    }
    tile.append(el('span.check', { 'aria-hidden': 'true' }));
    this.#mark(tile, item);
    return tile;
  }

  #mark(tile, item) {
    const isSelected = this.#selection.has(item.id);
    tile.classList.toggle('selected', isSelected);
    // What can be read on it comes first, for who says what is seen.
    const parts = [tile.facts?.filter(Boolean).join(' '), t(kindOf(item.mimeType)), dateTime(item.taken), !tile.facts && item.name, isSelected && t('isSelected')];
    tile.setAttribute('aria-label', parts.filter(Boolean).join(', '));
  }

  // Placeholder and thumbnail of every tile that has none yet, as many as a frame has time for.
  #showPictures() {
    const end = performance.now() + SLICE;
    for (const tile of this.#tiles()) {
      if (!tile.picture || tile.release) continue;
      if (performance.now() > end) {
        this.#renderSoon();
        return;
      }
      const { item, picture } = tile;
      if (item.placeholder) tile.style.backgroundImage = `url(${placeholder(item.placeholder)})`;
      picture.onload = () => picture.classList.add('shown');
      // What is not made yet, perhaps, is asked for again when it comes back into sight.
      tile.release = api.show(picture, api.fileUrl(item.id, 'medium'), () => tile.classList.add('broken'));
    }
  }

  *#tiles() {
    for (const shown of this.#sections.values()) for (const known of shown.groups.values()) yield* known.tiles.values();
  }

  #showSelection() {
    this.scroller.classList.toggle('selecting', this.#selection.size > 0);
    for (const tile of this.#tiles()) this.#mark(tile, tile.item);
  }

  // --- Keyboard and mouse ---------------------------------------------------------------------------------------------------

  // One tile can be reached by Tab: the current one, or the first in sight.
  #keepTabStop() {
    const { top } = this.scroller.getBoundingClientRect();
    let stop = null;
    let least = Infinity;
    for (const tile of this.#tiles()) {
      if (tile.tabIndex === 0) tile.tabIndex = -1;
      const box = tile.getBoundingClientRect();
      // By rows, and from left to right within one.
      const rank = tile.item.id === this.#current?.id ? -1 : box.top >= top ? Math.round(box.top) * 10_000 + box.left : Infinity;
      if (rank >= least) continue;
      stop = tile;
      least = rank;
    }
    stop?.setAttribute('tabindex', '0');
  }

  #setCurrent(place) {
    this.#current = { key: place.section.key, id: place.item.id };
    for (const tile of this.#tiles()) tile.tabIndex = tile.item.id === place.item.id ? 0 : -1;
  }

  // Puts the keyboard on an item.
  focus(place) {
    this.#setCurrent(place);
    this.reveal(place);
    for (const tile of this.#tiles()) if (tile.item.id === place.item.id) tile.focus({ preventScroll: true });
  }

  // A finger that rests on a picture selects it; there is nothing to hover over.
  #listenToLongPress() {
    let timer = 0;
    const stop = () => clearTimeout(timer);
    this.scroller.addEventListener('pointerdown', (event) => {
      const tile = event.pointerType === 'touch' && event.target.closest('.tile');
      this.#wasHeld = false;
      stop();
      if (!tile) return;
      timer = setTimeout(() => {
        this.#wasHeld = true;
        this.#selection.toggle(tile.place());
        navigator.vibrate?.(10);
      }, HELD);
    });
    for (const name of ['pointerup', 'pointercancel', 'scroll']) this.scroller.addEventListener(name, stop, { passive: true });
    this.scroller.addEventListener('contextmenu', (event) => event.pointerType === 'touch' && event.preventDefault());
  }

  #clicked(event) {
    if (this.#wasHeld) {
      this.#wasHeld = false;
      event.preventDefault();
      return;
    }
    const tile = event.target.closest('.tile');
    if (!tile || event.ctrlKey || event.metaKey || event.button) return;
    event.preventDefault();
    const place = tile.place();
    this.#setCurrent(place);
    if (event.shiftKey && this.#selection.size) this.#selection.range(this.#library, place);
    else if (event.target.closest('.check') || this.#selection.size || event.shiftKey) this.#selection.toggle(place);
    else this.#onopen(place);
  }

  async #pressed(event) {
    if (event.target.closest('.scrubber, input, dialog') || event.ctrlKey && event.key !== 'a' || event.metaKey && event.key !== 'a' || event.altKey) return;
    const library = this.#library;
    const focused = event.target.closest('.tile')?.place();
    const place = focused ?? (this.#current && library.at(this.#current.key, this.#current.id));
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const moves = {
      ArrowLeft: () => library.step(place, -1), ArrowRight: () => library.step(place, 1), ArrowUp: () => this.#row(place, -1), ArrowDown: () => this.#row(place, 1),
      PageUp: () => this.#row(place, -0.8 * this.#view), PageDown: () => this.#row(place, 0.8 * this.#view),
      Home: () => (event.ctrlKey ? this.#end(0) : library.step({ section: place.section, index: 0 }, 0)),
      End: () => (event.ctrlKey ? this.#end(-1) : library.step({ section: place.section, index: place.section.items.length - 1 }, 0)),
    };
    if (place && moves[key]) {
      event.preventDefault();
      const to = await moves[key]();
      if (!to) return;
      if (event.shiftKey) {
        if (!this.#selection.size) this.#selection.toggle(place, true);
        await this.#selection.range(library, to);
      }
      this.focus(to);
    } else if (place && key === 'Enter' && focused) {
      event.preventDefault();
      this.#onopen(place);
    } else if (place && (key === ' ' || key === 'x')) {
      event.preventDefault();
      if (event.shiftKey) await this.#selection.range(library, place);
      else this.#selection.toggle(place);
      announce(t('selected', { n: this.#selection.size }));
    } else if (place && key === 'a' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.#selection.add(place.section.items);
      announce(t('selected', { n: this.#selection.size }));
    }
  }

  async #end(at) {
    const section = this.#library.sections.at(at);
    if (!section) return null;
    await this.#library.load(section);
    return this.#library.step({ section, index: at ? section.items.length - 1 : 0 }, 0);
  }

  // The nearest item of the next row up or down, or of one that many pixels away.
  async #row(place, by) {
    const library = this.#library;
    const middle = ({ section, index }) => this.#groupOf(section, index).left + section.layout.x[index] + section.layout.w[index] / 2;
    const y = ({ section, index }) => this.#tops[library.sections.indexOf(section)] + this.#topOf(section, index);
    const from = { x: middle(place), y: y(place) };
    const forward = by > 0;
    const step = forward ? 1 : -1;
    let best = null;
    let row = null;
    for (let at = await library.step(place, step), n = 0; at && n < 3000; at = await library.step(at, step), n++) {
      const here = y(at);
      if (row === null) {
        if (forward ? here <= from.y + 1 || here < from.y + by : here >= from.y - 1 || here > from.y + by) {
          best = at;
          continue;
        }
        row = here;
        best = null;
      } else if (Math.abs(here - row) > 1) break;
      if (!best || Math.abs(middle(at) - from.x) < Math.abs(middle(best) - from.x)) best = at;
    }
    return best;
  }
}
