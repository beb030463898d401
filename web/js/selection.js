// Which items are chosen. Tells of `change`s.

export class Selection extends EventTarget {
  items = new Map();
  // From where a range goes.
  anchor = null;

  get size() {
    return this.items.size;
  }

  has(id) {
    return this.items.has(id);
  }

  toggle(place, on = !this.items.has(place.item.id)) {
    if (on) this.items.set(place.item.id, place.item);
    else this.items.delete(place.item.id);
    this.anchor = place;
    this.#changed();
  }

  // Everything from the anchor to here, at most a few thousand.
  async range(library, place) {
    const from = this.anchor && library.where(this.anchor.item.id);
    if (!from) return this.toggle(place, true);
    const forward = library.ordinal(place) >= library.ordinal(from);
    let [at, end] = forward ? [from, place] : [place, from];
    for (let n = 0; at && n < 5000; n++) {
      this.items.set(at.item.id, at.item);
      if (at.item.id === end.item.id) break;
      at = await library.step(at, 1);
    }
    return this.#changed();
  }

  add(items) {
    for (const item of items) this.items.set(item.id, item);
    this.#changed();
  }

  clear() {
    if (!this.items.size) return;
    this.items.clear();
    this.anchor = null;
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}
