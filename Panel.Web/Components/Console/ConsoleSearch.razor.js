// Search over the lines that the page holds. Matches are painted with the CSS Custom Highlight API, so that no line is rebuilt for it.
const MOST = 1_000;              // matches painted and counted
const PAUSE = 200;               // ms between new lines and a new count

const highlights = globalThis.CSS?.highlights;

export class ConsoleSearch {
  constructor(root, lines, reveal, signal) {
    this.lines = lines;
    this.reveal = reveal;
    this.part = (name) => root.querySelector(`[data-part=${name}]`);
    this.query = this.part('query');
    this.found = [];
    this.current = -1;
    const on = (target, type, act) => target.addEventListener(type, act, { signal });
    on(this.query, 'input', () => this.run());
    on(this.query, 'keydown', (e) => this.key(e));
    on(this.part('previous'), 'click', () => this.step(-1));
    on(this.part('next'), 'click', () => this.step(1));
  }

  focus() {
    this.query.focus();
    this.query.select();
  }

  key(e) {
    if (e.key === 'Enter') {
      e.preventDefault();
      this.step(e.shiftKey ? 1 : -1);
    } else if (e.key === 'Escape') {
      this.query.value = '';
      this.run();
    }
  }

  // New lines came: count again, soon.
  changed() {
    if (!this.query.value || this.timer) return;
    this.timer = setTimeout(() => {
      this.timer = 0;
      this.run(true);
    }, PAUSE);
  }

  // The newest matches; the newest of all is the current one.
  run(keep = false) {
    const needle = this.query.value.toLowerCase();
    const before = keep ? this.found[this.current] : undefined;
    this.found = [];
    if (needle) {
      const lines = this.lines();
      for (let i = lines.length - 1; i >= 0 && this.found.length < MOST; i--) {
        const text = lines[i].text.toLowerCase();
        for (let at = text.lastIndexOf(needle); at >= 0 && this.found.length < MOST; at = at > 0 ? text.lastIndexOf(needle, at - 1) : -1) {
          this.found.push({ line: lines[i], at, length: needle.length });
        }
      }
      this.found.reverse();
    }
    this.current = before ? this.found.findIndex((match) => match.line === before.line && match.at === before.at) : -1;
    this.show();
  }

  step(by) {
    if (!this.found.length) return;
    this.current = this.current < 0 ? this.found.length - 1 : (this.current + by + this.found.length) % this.found.length;
    this.reveal(this.found[this.current].line);
    this.show();
  }

  show() {
    const count = this.found.length;
    const total = count >= MOST ? `${MOST}+` : String(count);
    this.part('found').value = !this.query.value ? '' : this.current >= 0 ? `${this.current + 1} of ${total}` : count ? total : 'None';
    this.part('previous').hidden = this.part('next').hidden = !count;
    if (!highlights) return;
    highlights.set('console-match', new Highlight(...this.found.map(range).filter(Boolean)));
    const current = this.current >= 0 && range(this.found[this.current]);
    highlights.set('console-current', current ? new Highlight(current) : new Highlight());
  }

  dispose() {
    clearTimeout(this.timer);
    highlights?.delete('console-match');
    highlights?.delete('console-current');
  }
}

// From a place in a line's text to the text nodes that hold it.
function range({ line, at, length }) {
  const walker = document.createTreeWalker(line.element, NodeFilter.SHOW_TEXT);
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
