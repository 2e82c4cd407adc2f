// The tools above a console: how its lines look, kept in this browser, and what can be done with them.
import { copyText } from './clipboard.js';

const STORE = 'panel.console';
const TIMES = [[false, 'Show times'], ['local', 'Show times in UTC'], ['utc', 'Hide times']];
const SIZES = [0.6875, 0.75, 0.8125, 0.875, 1, 1.125, 1.25]; // rem
const USUAL = 2;

export class ViewTools {
  constructor(root, view, signal) {
    this.root = root;
    this.view = view;
    this.prefs = read();
    const on = (target, type, act) => target.addEventListener(type, act, { signal });
    const click = (part, act) => {
      const button = this.part(part);
      if (button) on(button, 'click', act);
    };
    click('wrap', () => this.set('wrap', !this.prefs.wrap));
    click('times', () => this.set('times', TIMES[(this.timesAt() + 1) % TIMES.length][0]));
    click('smaller', () => this.set('size', Math.max(0, this.prefs.size - 1)));
    click('larger', () => this.set('size', Math.min(SIZES.length - 1, this.prefs.size + 1)));
    click('full', () => this.fill(!root.classList.contains('filling')));
    click('clear', () => view.clear());
    click('copy', (e) => this.copy(e.currentTarget));
    click('log-back', () => view.follow());
    on(document, 'fullscreenchange', () => { if (!document.fullscreenElement) this.fill(false); });
    on(root, 'keydown', (e) => {
      if (e.key === 'Escape' && !e.defaultPrevented && !document.fullscreenElement && root.classList.contains('filling')) this.fill(false);
    });
    // a menu closes when somebody chose from it, or clicks elsewhere
    on(document, 'click', (e) => {
      for (const menu of root.querySelectorAll('details.menu[open]')) {
        if (!menu.contains(e.target) || e.target.closest('a.item, [data-closes]')) menu.open = false;
      }
    });
    this.show();
  }

  part(name) {
    return this.root.querySelector(`[data-part=${name}]`);
  }

  timesAt() {
    return Math.max(0, TIMES.findIndex(([mode]) => mode === this.prefs.times));
  }

  set(name, value) {
    this.prefs[name] = value;
    try { localStorage.setItem(STORE, JSON.stringify(this.prefs)); } catch { /* private window: the choice lasts as long as the page */ }
    this.show();
  }

  show() {
    const { wrap, times, size } = this.prefs;
    this.root.classList.toggle('show-wrap', wrap);
    this.part('wrap').setAttribute('aria-pressed', String(wrap));
    this.root.classList.toggle('show-times', !!times);
    const button = this.part('times');
    button.setAttribute('aria-pressed', String(!!times));
    button.title = TIMES[this.timesAt()][1];
    button.setAttribute('aria-label', button.title);
    this.part('times-mode').textContent = times === 'utc' ? 'UTC' : '';
    if (this.view.times.mode !== times) {
      this.view.times.set(times);
      for (const line of this.view.allLines()) this.view.times.show(line);
    }
    this.root.style.setProperty('--console-size', `${SIZES[size]}rem`);
    this.part('smaller').disabled = size === 0;
    this.part('larger').disabled = size === SIZES.length - 1;
    if (this.view.following) this.view.toEnd();
  }

  fill(on) {
    this.root.classList.toggle('filling', on);
    const button = this.part('full');
    button.setAttribute('aria-pressed', String(on));
    button.title = on ? 'Leave full screen' : 'Full screen';
    button.setAttribute('aria-label', button.title);
    // the whole page, not the console alone: dialogs and notices stay in front of it
    if (on) document.documentElement.requestFullscreen?.().catch(() => { /* not allowed here: it fills the window */ });
    else if (document.fullscreenElement) document.exitFullscreen().catch(() => { /* it was left already */ });
    if (this.view.following) this.view.toEnd();
  }

  async copy(button) {
    const done = await copyText(this.view.text());
    button.dataset.said = done ? 'Copied' : 'Not allowed';
    setTimeout(() => delete button.dataset.said, 1500);
  }
}

function read() {
  const usual = { wrap: true, times: false, size: USUAL };
  try {
    const kept = { ...usual, ...JSON.parse(localStorage.getItem(STORE)) };
    if (kept.times === true) kept.times = 'local'; // as it was kept before there was a choice
    kept.size = Number.isInteger(kept.size) && SIZES[kept.size] ? kept.size : USUAL;
    return kept;
  } catch {
    return usual;
  }
}
