// The strip at the right: years where they lie, a handle, and a bubble with the month.
import { el } from './dom.js';
import { monthName, number, shortMonth, t } from './i18n.js';

export class Scrubber {
  #sections = [];
  #tops = [];
  #height = 1;
  #timer = 0;

  constructor(onscrub, onmonths) {
    this.bubble = el('output.bubble');
    this.handle = el('div.handle');
    this.years = el('div.years', { 'aria-hidden': 'true' });
    this.node = el('div.scrubber', {
      role: 'slider', tabIndex: 0, hidden: true, 'aria-label': t('timeline'), 'aria-orientation': 'vertical', 'aria-valuemin': '0', 'aria-valuemax': '0', 'aria-valuenow': '0',
      onkeydown: (event) => {
        const by = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1, PageUp: -12, PageDown: 12, Home: -Infinity, End: Infinity }[event.key];
        if (!by) return;
        event.preventDefault();
        onmonths(by);
        this.wake();
      },
      onpointerdown: (event) => {
        if (event.button) return;
        event.preventDefault();
        this.node.focus({ preventScroll: true });
        this.node.setPointerCapture(event.pointerId);
        this.node.classList.add('dragging');
        this.#to(event, onscrub, false);
      },
      onpointermove: (event) => {
        if (this.node.classList.contains('dragging')) this.#to(event, onscrub, true);
        else this.#name(this.#part(event));
      },
      onlostpointercapture: () => this.node.classList.remove('dragging'),
      onpointerleave: () => this.#name(null),
    }, this.years, this.handle, this.bubble);
  }

  #part(event) {
    const { top, height } = this.node.getBoundingClientRect();
    return Math.max(0, Math.min(1, (event.clientY - top) / height));
  }

  #to(event, onscrub, isMoving) {
    const part = this.#part(event);
    this.#name(part);
    onscrub(part, isMoving);
  }

  // Which month is at that part, beside the pointer; null: none.
  #name(part) {
    this.hovered = part;
    if (part === null) return;
    const top = part * this.#height;
    const at = this.#tops.findIndex((end, i) => i > 0 && end > top) - 1;
    const section = this.#sections[at < 0 ? this.#sections.length - 1 : at];
    this.#say(part, section);
  }

  #say(part, section) {
    this.bubble.textContent = section?.date !== undefined ? shortMonth(section.date) : '';
    this.bubble.style.top = `${part * 100}%`;
  }

  show(sections, tops, height, byDay) {
    this.#sections = sections;
    this.#tops = tops;
    this.#height = height;
    this.node.hidden = !byDay || sections.length < 2;
    if (this.node.hidden) return;
    this.node.setAttribute('aria-valuemax', sections.length - 1);
    const room = this.node.clientHeight || 600;
    const labels = [];
    let last = -Infinity;
    let year = null;
    sections.forEach(({ key }, at) => {
      if (key.slice(0, 4) === year) return;
      year = key.slice(0, 4);
      const part = tops[at] / height;
      // Without touching the one above, or the end.
      const fits = (part - last) * room > 22 && (part === 0 || part * room < room - 10);
      if (fits) last = part;
      labels.push(fits ? `${part * 100}|${year}` : `${part * 100}|`);
    });
    const wanted = labels.join(' ');
    if (this.years.dataset.shown === wanted) return;
    this.years.dataset.shown = wanted;
    this.years.replaceChildren(...labels.map((label) => {
      const [percent, text] = label.split('|');
      return el(text ? 'span' : 'i', { style: { top: `${percent}%` } }, text);
    }));
  }

  move(part, section) {
    if (this.node.hidden) return;
    this.handle.style.top = `${Math.max(0, Math.min(1, part)) * 100}%`;
    if (section) {
      this.node.setAttribute('aria-valuenow', this.#sections.indexOf(section));
      this.node.setAttribute('aria-valuetext', section.date === undefined ? number(this.#sections.indexOf(section)) : monthName(section.date));
    }
    if (!this.hovered && this.hovered !== 0) this.#say(part, section);
  }

  // Seen while scrolling, where it is hidden otherwise.
  wake() {
    this.node.classList.add('awake');
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.node.classList.remove('awake'), 1200);
  }
}
