// Search over all that the panel keeps of a console: the panel looks, and names the lines; those that come later are held against the
// text here. What the page holds is painted with the CSS Custom Highlight API, so that no line is rebuilt for it.
const MOST = 1_000;              // matches painted
const TYPING = 150;              // ms between a key and the question
const PAUSE = 200;               // ms between new lines and new paint
const AGAIN = 2_000;             // ms before the panel is asked again because lines were skipped

const highlights = globalThis.CSS?.highlights;

export class ConsoleSearch {
  // view: lines() held, reveal(number), showOnly(found or null), ask(text, lines)
  constructor(root, view, signal) {
    this.view = view;
    this.part = (name) => root.querySelector(`[data-part=${name}]`);
    this.query = this.part('query');
    this.numbers = [];           // of lines that match, newest first
    this.count = 0;
    this.current = -1;
    this.asked = 0;
    this.filtering = false;
    const on = (target, type, act) => target.addEventListener(type, act, { signal });
    on(this.query, 'input', () => this.later(TYPING));
    on(this.query, 'keydown', (e) => this.key(e));
    on(this.part('previous'), 'click', () => this.step(1));
    on(this.part('next'), 'click', () => this.step(-1));
    on(this.part('filter'), 'click', () => this.filter(!this.filtering));
  }

  get needle() {
    return this.query.value.toLowerCase();
  }

  focus() {
    this.query.focus();
    this.query.select();
  }

  key(e) {
    if (e.key === 'Enter') {
      e.preventDefault();
      this.enter(e.shiftKey ? -1 : 1);
    } else if (e.key === 'Escape') {
      this.query.value = '';
      this.run();
    }
  }

  async enter(by) {
    if (this.timer) await this.run();
    this.step(by);
  }

  later(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.run(), ms);
  }

  async run() {
    clearTimeout(this.timer);
    this.timer = 0;
    const asked = ++this.asked, text = this.query.value;
    if (!text.trim()) {
      this.numbers = [];
      this.count = 0;
      this.current = -1;
      this.show();
      if (this.shown) await this.view.showOnly(null);
      this.shown = false;
      return;
    }
    const found = await this.view.ask(text, this.filtering ? 2_000 : 0);
    if (asked !== this.asked || !found) return;
    const before = this.numbers[this.current];
    this.numbers = found.numbers;
    this.count = found.count;
    this.whole = found.whole;
    this.next = found.next;
    this.current = before === undefined ? -1 : this.numbers.indexOf(before);
    if (this.filtering) {
      this.shown = true;
      this.view.showOnly(found);
    }
    this.show();
  }

  async filter(on) {
    this.filtering = on;
    this.part('filter').setAttribute('aria-pressed', String(on));
    if (this.query.value.trim() || !on) await this.run();
    else this.query.focus();
    if (!on && this.shown) {
      this.shown = false;
      await this.view.showOnly(null);
    }
  }

  matches(line) {
    return line.text.toLowerCase().includes(this.needle);
  }

  // Lines came, of which the browser may have got only some.
  came(lines, skipped) {
    if (!this.needle) return;
    for (const line of lines) {
      if (line.number < this.next || !this.matches(line)) continue;
      this.numbers.unshift(line.number);
      this.count++;
      if (this.current >= 0) this.current++;
      this.next = line.number + 1;
    }
    if (skipped && !this.timer) this.later(AGAIN);
    this.changed();
  }

  changed() {
    if (!this.needle || this.painting) return;
    this.painting = setTimeout(() => {
      this.painting = 0;
      this.show();
    }, PAUSE);
  }

  // One match back in time, or one on.
  step(by) {
    if (!this.numbers.length) return;
    this.current = this.current < 0 ? (by > 0 ? 0 : this.numbers.length - 1) : (this.current + by + this.numbers.length) % this.numbers.length;
    this.view.reveal(this.numbers[this.current]);
    this.show();
  }

  clear() {
    this.query.value = '';
    this.run();
    this.query.focus();
  }

  show() {
    this.view.shown();
    const any = this.numbers.length > 0;
    const total = this.count.toLocaleString('en-US') + (this.whole === false ? '+' : '');
    this.part('found').value = !this.query.value.trim() ? '' : this.current >= 0 ? `${(this.count - this.current).toLocaleString('en-US')} of ${total}` : any ? total : 'No match';
    this.part('found').classList.toggle('nothing', !any && !!this.query.value.trim());
    this.part('previous').hidden = this.part('next').hidden = !any;
    if (highlights) this.paint();
  }

  paint() {
    const needle = this.needle, ranges = [];
    let current;
    if (needle.trim()) {
      const lines = this.view.lines();
      for (let i = lines.length - 1; i >= 0 && ranges.length < MOST; i--) {
        const text = lines[i].text.toLowerCase();
        for (let at = text.indexOf(needle); at >= 0 && ranges.length < MOST; at = text.indexOf(needle, at + needle.length)) {
          const found = range(lines[i], at, needle.length);
          if (!found) continue;
          ranges.push(found);
          if (lines[i].number === this.numbers[this.current]) current ??= found;
        }
      }
    }
    highlights.set('console-match', new Highlight(...ranges));
    highlights.set('console-current', current ? new Highlight(current) : new Highlight());
  }

  dispose() {
    clearTimeout(this.timer);
    clearTimeout(this.painting);
    highlights?.delete('console-match');
    highlights?.delete('console-current');
  }
}

// From a place in a line's text to the text nodes that hold it.
function range({ element }, at, length) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const result = document.createRange();
  let passed = 0, started = false;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const end = passed + node.length;
    if (!started && at < end) {
      result.setStart(node, at - passed);
      started = true;
    }
    if (started && at + length <= end) {
      result.setEnd(node, at + length - passed);
      return result;
    }
    passed = end;
  }
  return null;
}
