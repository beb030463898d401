// What the grid shows: sections (months, or pages of a list) whose items are fetched when they are looked at. Tells of `change`s.
import * as api from './api.js';

const KEPT = 150_000; // items in memory; older sections are forgotten, not their place

const dayOf = (time) => new Date(time).toISOString().slice(0, 10);

// The moment that a picture is filed under, as a local wall clock.
export const takenOf = (media) => (media.dateTakenLocal ? Date.parse(`${media.dateTakenLocal.slice(0, 19)}Z`) : Date.parse(media.createdAt));

const itemOf = (media) => {
  const taken = takenOf(media);
  return {
    id: media.id, taken, day: dayOf(taken), width: media.width, height: media.height, mimeType: media.mimeType,
    placeholder: media.placeholder, color: media.dominantColor, name: media.originalName, size: media.size, status: media.status,
  };
};

// What is being deleted, and must not come back by a refresh or in another view.
const hidden = new Set();

const isEqual = (one, other) => Object.keys(one).every((key) => one[key] === other[key]);

class Library extends EventTarget {
  sections = [];
  total = 0;
  isEstimate = false;
  isOpen = false;
  hidden = hidden;
  #loading = new Map();

  changed() {
    this.dispatchEvent(new Event('change'));
  }

  // Fetches a section's items, if they are not there or not right any more.
  load(section) {
    if (section.items && !section.stale) return Promise.resolve(section);
    if (!this.#loading.has(section)) this.#loading.set(section, this.#fetch(section));
    return this.#loading.get(section);
  }

  async #fetch(section) {
    const { spoilt } = section;
    try {
      await this.fetch(section);
    } finally {
      this.#loading.delete(section);
    }
    // What happened since it was asked for may not be in the answer.
    if (section.spoilt !== spoilt) {
      section.stale = true;
      this.changed();
    }
    return section;
  }

  // Sections are not right any more.
  spoil(sections = this.sections) {
    for (const section of sections) Object.assign(section, { stale: true, spoilt: (section.spoilt ?? 0) + 1 });
  }

  // Puts items in place. What is as it was keeps its look, and the focus.
  fill(section, found) {
    const items = found.filter(({ id }) => !this.hidden.has(id));
    if (items.length !== section.items?.length || !items.every((item, at) => isEqual(item, section.items[at]))) Object.assign(section, { items, layout: null });
    section.count = items.length;
    section.stale = false;
    section.used = performance.now();
    if (!section.count) this.sections = this.sections.filter((one) => one !== section);
    this.#forget();
    this.changed();
    return section;
  }

  #forget() {
    const loaded = this.sections.filter(({ items }) => items).sort((a, b) => b.used - a.used);
    let sum = 0;
    for (const section of loaded) {
      sum += section.items.length;
      if (sum > KEPT) section.items = null;
    }
  }

  // Takes items out of sight.
  take(ids) {
    const gone = new Set(ids);
    for (const id of gone) this.hidden.add(id);
    for (const section of this.sections) {
      if (!section.items?.some(({ id }) => gone.has(id))) continue;
      this.total -= section.items.length;
      section.items = section.items.filter(({ id }) => !gone.has(id));
      section.count = section.items.length;
      this.total += section.count;
      section.layout = null;
    }
    this.sections = this.sections.filter(({ count }) => count > 0);
    this.changed();
  }

  unhide(ids) {
    for (const id of ids) for (const set of [hidden, this.hidden]) set.delete(id);
  }

  // --- Places: { section, index } ---

  at(key, id) {
    const section = this.sections.find((one) => one.key === key);
    const index = section?.items?.findIndex((item) => item.id === id) ?? -1;
    return index < 0 ? null : { section, index, item: section.items[index] };
  }

  // Where an item is now, if its section is loaded.
  where(id) {
    for (const section of this.sections) {
      const index = section.items?.findIndex((item) => item.id === id) ?? -1;
      if (index >= 0) return { section, index, item: section.items[index] };
    }
    return null;
  }

  // The place that many steps from another one, loading what lies between; null beyond the ends.
  async step(place, by) {
    let { section, index } = place;
    index += by;
    while (section) {
      await this.load(section);
      if (index >= 0 && index < section.items.length) return { section, index, item: section.items[index] };
      const at = this.sections.indexOf(section);
      if (index < 0) {
        section = this.sections[at - 1];
        if (section) await this.load(section);
        index += section?.items.length ?? 0;
      } else {
        index -= section.items.length;
        section = this.sections[at + 1];
      }
    }
    return null;
  }

  // How many come before, and with it.
  ordinal({ section, index }) {
    let sum = index + 1;
    for (const one of this.sections) {
      if (one === section) return sum;
      sum += one.count;
    }
    return sum;
  }
}

// Everything that a filter selects, by months of taking.
export class Timeline extends Library {
  byDay = true;

  constructor(filter) {
    super();
    this.filter = filter;
  }

  async open() {
    const { total, buckets } = await api.timeline(this.filter);
    const before = new Map(this.sections.map((section) => [section.key, section]));
    this.total = total;
    this.sections = buckets.map(({ bucket, count }) => {
      const old = before.get(bucket);
      if (!old) return { key: bucket, date: Date.parse(`${bucket}-01T00:00Z`), count, items: null };
      // What is loaded keeps its look until it is fetched again.
      if ((old.items?.length ?? old.count) !== count) this.spoil([old]);
      if (!old.items) {
        if (old.count !== count) old.layout = null;
        old.count = count;
      }
      return old;
    });
    this.isOpen = true;
    this.changed();
    return this;
  }

  async fetch(section) {
    const items = [];
    let cursor;
    do {
      const page = await api.bucket(this.filter, section.key, cursor);
      page.id.forEach((id, i) => items.push({
        id, taken: page.taken[i], day: dayOf(page.taken[i]), width: page.width[i], height: page.height[i], mimeType: page.mimeType[i],
        placeholder: page.placeholder[i], color: page.dominantColor[i], name: page.name[i], size: page.size[i], status: page.status?.[i],
      }));
      cursor = page.nextCursor;
    } while (cursor);
    return this.fill(section, items);
  }

  // The place of something of which only the media object is known.
  async locate(media) {
    const key = dayOf(takenOf(media)).slice(0, 7);
    const section = this.sections.find((one) => one.key === key);
    if (!section) return null;
    await this.load(section);
    return this.at(key, media.id);
  }

  // Something changed: looks again at the months where it was and, unless it is gone, is.
  async touch(ids, gone = new Set()) {
    const keys = new Set();
    for (const id of ids) {
      const place = this.where(id);
      if (place) keys.add(place.section.key);
      if (gone.has(id)) continue;
      try {
        keys.add(dayOf(takenOf(await api.find(id))).slice(0, 7));
      } catch {
        // It went away meanwhile.
      }
    }
    this.spoil(this.sections.filter(({ key }) => keys.has(key)));
    await this.open();
  }

  async refresh() {
    await this.open();
  }
}

// A list in an order of its own, page after page.
export class List extends Library {
  byDay = false;

  constructor(query) {
    super();
    this.query = query;
    // In the trash it is to be seen, but for what leaves that.
    if (query.trash) this.hidden = new Set();
  }

  async open() {
    const section = this.sections.find(({ key }) => key === '0') ?? { key: '0', count: 1, items: null };
    const page = await this.#ask(section);
    if (!this.sections.includes(section)) this.sections = [section];
    this.spoil(this.sections.filter((one) => one !== section));
    this.isOpen = true;
    this.#put(section, page);
    return this;
  }

  async fetch(section) {
    const page = await this.#ask(section);
    // It may have been taken away meanwhile.
    return this.sections.includes(section) ? this.#put(section, page) : section;
  }

  #ask({ cursor }) {
    return api.list({ ...this.query, limit: 200, cursor });
  }

  // Pages before it may be gone, and what follows stays as long as it does follow.
  #put(section, page) {
    const next = this.sections.indexOf(section) + 1;
    const seen = this.sections.slice(0, next - 1).reduce((sum, { count }) => sum + count, page.items.length);
    this.isEstimate = page.totalIsEstimate ?? false;
    this.total = this.isEstimate ? Math.max(page.total, seen) : page.total;
    if (this.sections[next]?.cursor !== page.nextCursor) {
      this.sections = this.sections.slice(0, next);
      if (page.nextCursor) this.sections.push({ key: String(Number(section.key) + 1), count: 200, items: null, cursor: page.nextCursor });
    }
    return this.fill(section, page.items.map(itemOf));
  }

  async locate(media) {
    return this.where(media.id);
  }

  async touch() {
    await this.refresh();
  }

  async refresh() {
    if (this.sections.length < 4) await this.open();
  }
}

// A few items that were picked out, for a slideshow of them.
export class Picked extends Library {
  byDay = false;

  constructor(items) {
    super();
    this.total = items.length;
    this.sections = [{ key: '0', count: items.length, items }];
  }

  async locate(media) {
    return this.where(media.id);
  }

  async touch() {}

  async refresh() {}

  spoil() {}
}
