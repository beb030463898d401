// One picture, large: steps, zoom, slideshow, what is known about it, and editing that.
import * as api from './api.js';
import { announce, button, el, icon, put, toast } from './dom.js';
import { kindOf, shortType } from './grid.js';
import { about, bytes, dateTime, failed, instant, t } from './i18n.js';
import { showInfo } from './info.js';
import { takenOf } from './library.js';
import { placeholder } from './thumbhash.js';

const SLIDE = 5000;
// What every browser shows itself.
const shown = /^image\/(jpeg|png|webp|gif|avif)$/;
const isCalm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

export class Lightbox {
  #place = null;
  #library = null;
  #media = null;
  #frame = null;
  #release = [];
  #zoom = { scale: 1, x: 0, y: 0 };
  #fit = { width: 1, height: 1 };
  #pointers = new Map();
  #gesture = null;
  #slides = 0;
  #idle = 0;
  #actions;

  // `actions`: shown(place), closed(place), remove([item], isTrash), restore([item]), similar(item), changed(media).
  constructor(actions) {
    this.#actions = actions;
    this.stage = el('div.stage');
    this.title = el('p.title');
    this.infoButton = button('info', t('info'), () => this.#toggleInfo(), 'quiet', { 'aria-expanded': 'false' });
    this.playButton = button('play', t('slideshow'), () => this.#play(!this.#slides), 'quiet.play');
    this.removeButton = button('trash', t('delete'), () => this.#remove());
    this.restoreButton = button('restore', t('restore'), () => this.#restore());
    this.bar = el('div.tools', { role: 'toolbar', 'aria-label': t('tools') }, button('close', t('close'), () => this.close()), this.title,
      this.playButton, button('link', t('copyLink'), () => this.#copy()), button('download', t('download'), () => this.#download()),
      this.restoreButton, this.removeButton, this.infoButton);
    this.previous = button('left', t('previous'), () => this.step(-1), 'quiet.side.previous');
    this.next = button('right', t('next'), () => this.step(1), 'quiet.side.next');
    this.info = el('aside.info', { hidden: true, 'aria-label': t('info') });
    this.box = el('dialog.lightbox', { 'aria-label': t('viewer') }, el('div.view', {}, this.stage, this.bar, this.previous, this.next), this.info);
    this.box.addEventListener('close', () => this.#closed());
    // Wherever the focus is, as long as no other dialog lies above.
    addEventListener('keydown', (event) => this.box.open && document.querySelectorAll('dialog[open]').length === 1 && this.#pressed(event));
    this.box.addEventListener('pointermove', () => this.#stir());
    this.#listenToPointers();
    document.body.append(this.box);
    new ResizeObserver(() => this.#place && this.#fitFrame()).observe(this.stage);
  }

  get isOpen() {
    return this.box.open;
  }

  get id() {
    return this.#place?.item.id;
  }

  open(library, place, { slideshow = false, isTrash = false } = {}) {
    this.#library = library;
    this.isTrash = isTrash;
    this.restoreButton.hidden = !isTrash;
    this.removeButton.title = isTrash ? t('deleteForever') : t('delete');
    this.removeButton.setAttribute('aria-label', this.removeButton.title);
    if (!this.box.open) this.box.showModal();
    if (api.local.get('mana.info') === '1' && !slideshow && innerWidth > 900) this.#toggleInfo(true);
    this.#show(place);
    this.#play(slideshow);
    this.#stir();
  }

  close() {
    if (this.box.open) this.box.close();
  }

  #closed() {
    this.#play(false);
    this.#clear();
    const place = this.#place;
    this.#place = null;
    this.box.after(document.querySelector('#toasts'));
    if (document.fullscreenElement) document.exitFullscreen();
    this.#actions.closed(place);
  }

  // --- Which one ------------------------------------------------------------------------------------------------------------

  async step(by) {
    const from = this.#place;
    if (!from) return false;
    // The library may have changed below it.
    const here = this.#library.where(from.item.id) ?? from;
    const to = await this.#library.step(here, by).catch(() => null);
    if (this.#place !== from || !to) return false;
    this.#show(to, by);
    return true;
  }

  #show(place, by = 0) {
    this.#place = place;
    this.#media = null;
    this.#clear();
    this.#zoom = { scale: 1, x: 0, y: 0 };
    const { item } = place;
    const kind = kindOf(item.mimeType);
    const isPicture = kind === 'photo' && item.width > 0;
    this.#frame = isPicture ? this.#picture(item) : kind === 'video' || kind === 'audio' ? this.#film(item, kind) : this.#tile(item);
    if (by && !isCalm()) this.#frame.classList.add(this.#slides ? 'fading' : by > 0 ? 'from-right' : 'from-left');
    this.stage.replaceChildren(this.#frame);
    this.#fitFrame();
    this.title.textContent = dateTime(item.taken);
    const position = this.#library.total ? t('position', { n: this.#library.ordinal(place), of: about(this.#library) }) : '';
    announce([t(kind), dateTime(item.taken), item.name, position].filter(Boolean).join(', '));
    this.#actions.shown(place);
    this.#describe(item);
    this.#preload();
  }

  #clear() {
    for (const release of this.#release) release();
    this.#release = [];
  }

  #picture(item) {
    const frame = el('div.frame');
    if (item.placeholder) frame.style.backgroundImage = `url(${placeholder(item.placeholder)})`;
    const add = (url, onfail) => {
      const image = el('img', { alt: '', draggable: false, decoding: 'async' });
      image.onload = () => {
        image.classList.add('shown');
        // What is below shows through transparent pixels.
        frame.style.backgroundImage = '';
        while (image.previousElementSibling) image.previousElementSibling.remove();
      };
      frame.append(image);
      this.#release.push(api.show(image, url, onfail));
      return image;
    };
    const moves = item.mimeType === 'image/gif';
    add(api.fileUrl(item.id, 'medium'), () => frame.childElementCount < 2 && frame.append(el('p', {}, t('notPicture'))));
    if (moves) add(api.fileUrl(item.id));
    else if (Math.max(item.width, item.height) > 800) add(api.fileUrl(item.id, 'large'));
    frame.sharpen = () => {
      frame.sharpen = null;
      if (moves || Math.max(item.width, item.height) <= 1920) return;
      add(shown.test(item.mimeType) ? api.fileUrl(item.id) : api.transformUrl(item.id, { w: 4096, h: 4096, fit: 'inside', format: 'webp' }));
    };
    return frame;
  }

  #film(item, kind) {
    const film = el(kind, { controls: true, preload: 'metadata' });
    const frame = el('div.frame.film', {}, film);
    this.#release.push(api.show(film, api.fileUrl(item.id), () => frame.replaceWith(this.#tile(item))));
    return frame;
  }

  #tile(item) {
    const kind = kindOf(item.mimeType);
    const isPicture = kind === 'photo';
    return el('div.card', {}, icon({ photo: 'photos', video: 'film', audio: 'music', file: 'file' }[kind]), el('b', {}, item.name ?? shortType(item)),
      el('span', {}, `${shortType(item)} · ${bytes(item.size)}`), el('p', {}, t(isPicture ? 'notReady' : 'notPicture')), button('download', t('download'), () => this.#download(), 'main'));
  }

  // Shows it anew if it could not be shown before and now can.
  refresh() {
    if (!this.#place || this.#place.item.width > 0) return;
    const now = this.#library.where(this.id);
    if (now?.item.width > 0) this.#show(now);
  }

  // The neighbours, once this one is there.
  async #preload() {
    const from = this.#place;
    for (const by of [1, -1]) {
      const to = await this.#library.step(this.#library.where(from.item.id) ?? from, by).catch(() => null);
      if (this.#place !== from) return;
      this[by > 0 ? 'next' : 'previous'].hidden = !to;
      if (to?.item.width > 0) this.#release.push(api.show(new Image(), api.fileUrl(to.item.id, Math.max(to.item.width, to.item.height) > 800 ? 'large' : 'medium')));
    }
  }

  // --- Zoom -----------------------------------------------------------------------------------------------------------------

  #fitFrame() {
    const { width, height } = this.#place.item;
    const room = this.stage.getBoundingClientRect();
    if (!(width > 0) || !this.#frame?.classList.contains('frame')) return;
    const fit = Math.min(room.width / width, room.height / height, 1.5);
    this.#fit = { width: width * fit, height: height * fit };
    Object.assign(this.#frame.style, { width: `${this.#fit.width}px`, height: `${this.#fit.height}px` });
    this.#transform();
  }

  #transform() {
    const { scale } = this.#zoom;
    const room = this.stage.getBoundingClientRect();
    const limit = (size, whole) => Math.max(0, (size * scale - whole) / 2);
    const bound = (value, most) => Math.max(-most, Math.min(most, value));
    this.#zoom.x = bound(this.#zoom.x, limit(this.#fit.width, room.width));
    this.#zoom.y = bound(this.#zoom.y, limit(this.#fit.height, room.height));
    if (this.#frame) this.#frame.style.transform = scale === 1 ? '' : `translate(${this.#zoom.x}px, ${this.#zoom.y}px) scale(${scale})`;
    this.box.classList.toggle('zoomed', scale > 1);
    if (scale > 1.4) this.#frame?.sharpen?.();
  }

  // Zooms so that what is below a point of the window stays there.
  #zoomTo(scale, x, y) {
    if (!this.#place || !(this.#place.item.width > 0)) return;
    const room = this.stage.getBoundingClientRect();
    const most = Math.max(4, this.#place.item.width / this.#fit.width * 2);
    const next = Math.max(1, Math.min(most, scale));
    const [dx, dy] = [(x ?? room.left + room.width / 2) - room.left - room.width / 2, (y ?? room.top + room.height / 2) - room.top - room.height / 2];
    const by = next / this.#zoom.scale;
    this.#zoom = { scale: next, x: dx - (dx - this.#zoom.x) * by, y: dy - (dy - this.#zoom.y) * by };
    this.#transform();
  }

  #listenToPointers() {
    const { stage } = this;
    stage.addEventListener('wheel', (event) => {
      event.preventDefault();
      this.#zoomTo(this.#zoom.scale * Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.002)), event.clientX, event.clientY);
    }, { passive: false });
    stage.addEventListener('dblclick', (event) => this.#zoomTo(this.#zoom.scale > 1 ? 1 : Math.max(2.5, this.#place.item.width / this.#fit.width), event.clientX, event.clientY));
    stage.addEventListener('pointerdown', (event) => {
      if (event.button || event.target.closest('video, audio, button')) return;
      stage.setPointerCapture(event.pointerId);
      this.#pointers.set(event.pointerId, event);
      this.#begin();
    });
    stage.addEventListener('pointermove', (event) => {
      if (!this.#pointers.has(event.pointerId)) return;
      this.#pointers.set(event.pointerId, event);
      this.#drag();
    });
    for (const name of ['pointerup', 'pointercancel']) {
      stage.addEventListener(name, (event) => {
        if (!this.#pointers.delete(event.pointerId)) return;
        if (!this.#pointers.size) this.#drop(name === 'pointercancel');
        else this.#begin();
      });
    }
  }

  #centre() {
    const all = [...this.#pointers.values()];
    const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
    const [a, b] = all;
    return { x: mean(all.map(({ clientX }) => clientX)), y: mean(all.map(({ clientY }) => clientY)), spread: b ? Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY) : 0 };
  }

  #begin() {
    this.#gesture = { ...this.#centre(), zoom: { ...this.#zoom }, pinched: this.#pointers.size > 1 || this.#gesture?.pinched, dx: 0, dy: 0 };
  }

  #drag() {
    const { x, y, spread } = this.#centre();
    const start = this.#gesture;
    start.dx = x - start.x;
    start.dy = y - start.y;
    if (spread && start.spread) {
      this.#zoom = { ...start.zoom };
      this.#zoomTo(start.zoom.scale * spread / start.spread, start.x, start.y);
      this.#zoom.x += start.dx;
      this.#zoom.y += start.dy;
      this.#transform();
    } else if (this.#zoom.scale > 1) {
      this.#zoom = { ...this.#zoom, x: start.zoom.x + start.dx, y: start.zoom.y + start.dy };
      this.#transform();
    } else if (!start.pinched && this.#frame) {
      const isDown = Math.abs(start.dy) > Math.abs(start.dx);
      this.#frame.style.transform = isDown ? `translateY(${Math.max(0, start.dy)}px)` : `translateX(${start.dx}px)`;
    }
  }

  // A swipe: to the sides for the neighbours, down to close.
  async #drop(cancelled) {
    const { dx, dy, pinched } = this.#gesture ?? {};
    this.#gesture = null;
    if (this.#zoom.scale > 1 || pinched) return;
    if (!cancelled && Math.abs(dx) > 50 && Math.abs(dx) > Math.abs(dy) && await this.step(dx < 0 ? 1 : -1)) return;
    if (!cancelled && dy > 90 && dy > Math.abs(dx)) this.close();
    else if (this.#frame) this.#transform();
  }

  // --- Keyboard and slideshow -----------------------------------------------------------------------------------------------

  #pressed(event) {
    if (event.target.closest?.('input, textarea') || event.ctrlKey || event.metaKey || event.altKey) return;
    const keys = {
      ArrowLeft: () => this.step(-1), ArrowRight: () => this.step(1), '+': () => this.#zoomTo(this.#zoom.scale * 1.5), '=': () => this.#zoomTo(this.#zoom.scale * 1.5),
      '-': () => this.#zoomTo(this.#zoom.scale / 1.5), 0: () => this.#zoomTo(1), i: () => this.#toggleInfo(), Delete: () => this.#remove(), d: () => this.#download(),
      ' ': () => this.#play(!this.#slides),
    };
    if (event.key === ' ' && event.target.closest('button, video, audio')) return;
    if (event.target.closest('video, audio') && event.key.startsWith('Arrow')) return;
    const run = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!run) return;
    event.preventDefault();
    run();
  }

  #play(on) {
    clearInterval(this.#slides);
    this.#slides = 0;
    if (on) {
      this.#slides = setInterval(async () => (await this.step(1)) || this.#play(false), SLIDE);
      if (!this.info.hidden) this.#toggleInfo(false);
    }
    this.box.classList.toggle('playing', on);
    this.playButton.replaceChildren(icon(on ? 'pause' : 'play'));
    this.playButton.title = on ? t('pause') : t('slideshow');
    this.playButton.setAttribute('aria-label', this.playButton.title);
  }

  // Tools go away while nothing moves in a slideshow.
  #stir() {
    this.box.classList.remove('idle');
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#slides && this.box.classList.add('idle'), 2500);
  }

  // --- What can be done -----------------------------------------------------------------------------------------------------

  async #copy() {
    try {
      const { url, until } = await api.share(this.id);
      await navigator.clipboard.writeText(url);
      toast(until ? t('copiedUntil', { when: instant(until) }) : t('copied'));
    } catch (error) {
      toast(failed(error));
    }
  }

  async #download() {
    const { item } = this.#place;
    await api.download(item.id, item.name).catch((error) => toast(failed(error)));
  }

  async #leave(run) {
    const { item } = this.#place;
    const here = this.#library.where(item.id) ?? this.#place;
    const to = await this.#library.step(here, 1).catch(() => null) ?? await this.#library.step(here, -1).catch(() => null);
    if (await run([item], this.isTrash) === false) return;
    if (to) this.#show(this.#library.where(to.item.id) ?? to);
    else this.close();
  }

  #remove() {
    return this.#leave(this.#actions.remove);
  }

  #restore() {
    return this.#leave(this.#actions.restore);
  }

  // --- What is known --------------------------------------------------------------------------------------------------------

  #toggleInfo(on = this.info.hidden) {
    this.info.hidden = !on;
    this.infoButton.setAttribute('aria-expanded', String(on));
    api.local.set('mana.info', on ? '1' : null);
    if (this.#media) this.#showInfo();
  }

  async #describe(item) {
    put(this.info, el('p.soft', {}, t('loading')));
    try {
      const media = await api.find(item.id);
      if (this.id !== item.id) return;
      this.#media = media;
      const text = this.stage.querySelector('.card p');
      if (text && media.error) text.textContent = t('broken', { why: media.error.message ?? media.error.code });
      if (!this.info.hidden) this.#showInfo();
    } catch (error) {
      if (this.id === item.id) put(this.info, el('p.soft', {}, failed(error)));
    }
  }

  #showInfo() {
    showInfo(this.info, this.#media, {
      close: () => this.#toggleInfo(false),
      similar: this.#actions.similar,
      changed: (media) => {
        this.#actions.changed(media);
        if (this.id !== media.id) return;
        this.#media = media;
        this.#place.item.taken = takenOf(media);
        this.title.textContent = dateTime(takenOf(media));
        this.#showInfo();
        this.infoButton.focus();
      },
    });
  }
}
