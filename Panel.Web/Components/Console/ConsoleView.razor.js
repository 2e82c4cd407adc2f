// The browser's side of a console. Lines arrive in batches; each batch is acknowledged by returning, so that a slow browser slows
// its own stream and nothing else. The newest lines are held as DOM in blocks of a hundred, which the browser lays out only when they
// come into view (content-visibility). Texts become text nodes: no line can become markup.
import { ConsoleSearch } from './ConsoleSearch.razor.js';
import { commandLine } from './CommandLine.razor.js';

const HELD = 10_000;             // lines
const BLOCK = 100;               // lines laid out together
const PROGRAM = 0, INSTALL = 1, PANEL = 2;
const COMMAND = /^[^\s>]{0,256} ?> /; // how the panel tells who typed what
const AT_END = 24;               // pixels from the end that still count as the end

const numbers = new Intl.NumberFormat('en-US');
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

export function open(root, owner, serverId, commands) {
  return new ConsoleView(root, owner, serverId, commands);
}

class ConsoleView {
  constructor(root, owner, serverId, commands) {
    this.root = root;
    this.screen = root.querySelector('[data-part=screen]');
    this.lines = this.screen.appendChild(make('div', 'lines'));
    this.jump = root.querySelector('[data-part=jump]');
    this.blocks = [];            // { element, lines: [{ element, at, text }] }
    this.held = 0;
    this.sequence = 0;
    this.pending = [];           // what came while the view stands still
    this.pendingSkipped = 0;
    this.newLines = 0;
    this.following = true;
    this.abort = new AbortController();
    this.prefs = readPrefs();
    this.search = new ConsoleSearch(root, () => this.allLines(), (line) => this.reveal(line), this.abort.signal);
    this.line = commandLine(root.querySelector('[data-part=command]'), owner, serverId, commands, () => this.follow(), this.abort.signal);
    this.bind();
    this.showPrefs();
  }

  bind() {
    const on = (target, type, act, options) => target.addEventListener(type, act, { signal: this.abort.signal, ...options });
    const click = (part, act) => {
      const button = this.root.querySelector(`[data-part=${part}]`);
      if (button) on(button, 'click', act);
    };
    click('pause', () => this.following ? this.pause() : this.follow());
    click('wrap', () => this.toggle('wrap'));
    click('times', () => this.toggle('times'));
    click('clear', () => this.clear());
    click('copy', (e) => this.copy(e.currentTarget));
    click('download', () => this.download(serverName(this.root)));
    click('jump', () => this.follow());
    on(this.screen, 'scroll', () => this.scrolled(), { passive: true });
    on(this.screen, 'keydown', (e) => this.key(e));
    on(this.root, 'keydown', (e) => {
      if ((e.ctrlKey || e.metaKey) && e.key === 'f') {
        e.preventDefault();
        this.search.focus();
      }
    });
    // also blocks get their true height only when they come into view
    this.sizes = new ResizeObserver(() => { if (this.following) this.toEnd(); });
    this.sizes.observe(this.screen);
    this.sizes.observe(this.lines);
  }

  // Called for each batch; what it returns is the acknowledgement.
  // A batch that comes again, because the answer to it was lost with a connection, is known by its number.
  append(sequence, bytes) {
    if (sequence <= this.sequence) return;
    this.sequence = sequence;
    const { skipped, lines } = JSON.parse(new TextDecoder().decode(bytes));
    if (!this.following) return this.hold(skipped, lines);
    this.add(skipped, lines);
    this.toEnd();
    this.search.changed();
  }

  hold(skipped, lines) {
    this.pendingSkipped += skipped;
    this.newLines += skipped + lines.length;
    for (const line of lines) this.pending.push(line);
    const over = this.pending.length - HELD;
    if (over > 0) {
      this.pending.splice(0, over);
      this.pendingSkipped += over;
    }
    this.showJump();
  }

  add(skipped, lines) {
    if (skipped > 0) this.put(skippedLine(skipped));
    for (const line of lines) this.put(drawLine(line));
    while (this.held > HELD) {
      const first = this.blocks.shift();
      this.held -= first.lines.length;
      first.element.remove();
    }
  }

  put(line) {
    let block = this.blocks.at(-1);
    if (!block || block.lines.length >= BLOCK) {
      block?.element.classList.add('full');
      block = { element: make('div', 'block'), lines: [] };
      this.blocks.push(block);
      this.lines.append(block.element);
    }
    block.lines.push(line);
    block.element.append(line.element);
    this.held++;
  }

  allLines() {
    return this.blocks.flatMap((block) => block.lines);
  }

  // ---- following and standing still
  scrolled() {
    const left = this.screen.scrollHeight - this.screen.scrollTop - this.screen.clientHeight;
    const up = this.screen.scrollTop < this.lastTop - 1;
    this.lastTop = this.screen.scrollTop;
    if (this.following && up && left > AT_END) this.pause();
    else if (!this.following && !this.asked && !up && left <= AT_END) this.follow();
  }

  pause() {
    this.following = false;
    // a click on Pause stays paused at the end of the page; scrolling up goes on by itself when the end is reached again
    this.asked = this.screen.scrollHeight - this.screen.scrollTop - this.screen.clientHeight <= AT_END;
    this.showState();
  }

  follow() {
    const { pending, pendingSkipped } = this;
    this.pending = [];
    this.pendingSkipped = this.newLines = 0;
    this.following = true;
    this.asked = false;
    if (pending.length >= HELD) this.empty();
    this.add(pendingSkipped, pending);
    this.toEnd();
    this.showState();
    this.search.changed();
  }

  toEnd() {
    this.screen.scrollTop = this.screen.scrollHeight;
    this.lastTop = this.screen.scrollTop;
  }

  reveal(line) {
    if (this.following) this.pause();
    this.asked = false;
    line.element.scrollIntoView({ block: 'center' });
    this.lastTop = this.screen.scrollTop;
  }

  key(e) {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key === 'End') {
      e.preventDefault();
      this.follow();
    } else if (e.key === 'Home' || e.key === 'PageUp' || e.key === 'ArrowUp') {
      if (this.following && this.screen.scrollTop > 0) this.pause();
      this.asked = false;
    }
  }

  showState() {
    const button = this.root.querySelector('[data-part=pause]');
    this.root.classList.toggle('paused', !this.following);
    button.setAttribute('aria-pressed', String(!this.following));
    button.title = this.following ? 'Pause' : 'Follow';
    button.setAttribute('aria-label', button.title);
    this.showJump();
  }

  showJump() {
    this.jump.hidden = this.following;
    this.jump.querySelector('[data-part=count]').textContent = this.newLines ? ` (${numbers.format(this.newLines)} new)` : '';
  }

  // ---- the toolbar
  toggle(name) {
    this.prefs[name] = !this.prefs[name];
    try { localStorage.setItem('panel.console', JSON.stringify(this.prefs)); } catch { /* private window: the choice lasts as long as the page */ }
    this.showPrefs();
  }

  showPrefs() {
    for (const name of ['wrap', 'times']) {
      this.root.classList.toggle(`show-${name}`, !!this.prefs[name]);
      this.root.querySelector(`[data-part=${name}]`)?.setAttribute('aria-pressed', String(!!this.prefs[name]));
    }
    if (this.following) this.toEnd();
  }

  empty() {
    for (const block of this.blocks) block.element.remove();
    this.blocks = [];
    this.held = 0;
  }

  clear() {
    this.empty();
    this.pending = [];
    this.pendingSkipped = 0;
    this.follow();
  }

  text() {
    const selected = getSelection();
    if (selected && !selected.isCollapsed && this.screen.contains(selected.anchorNode)) return selected.toString();
    return this.allLines().map((line) => line.text).join('\n');
  }

  async copy(button) {
    const done = await copyText(this.text());
    button.dataset.said = done ? 'Copied' : 'Not allowed';
    setTimeout(() => delete button.dataset.said, 1500);
  }

  download(name) {
    const lines = this.allLines().map((line) => (line.at ? `${new Date(line.at).toISOString()} ` : '') + line.text);
    const url = URL.createObjectURL(new Blob([lines.join('\n'), '\n'], { type: 'text/plain;charset=utf-8' }));
    const link = make('a');
    link.href = url;
    link.download = `${name}-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.log`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  setCommands(commands) {
    this.line?.setCommands(commands);
  }

  dispose() {
    this.abort.abort();
    this.sizes.disconnect();
    this.search.dispose();
  }
}

function drawLine([number, at, source, ...spans]) {
  const element = make('div', source === PANEL ? 'line note' : source === INSTALL ? 'line install' : 'line');
  element.dataset.at = clock.format(at);
  let text = '';
  for (const span of spans) {
    if (typeof span === 'string') {
      text += span;
      element.append(span);
      continue;
    }
    const [part, classes, colour, back] = span;
    const piece = make('span', classes);
    if (colour) piece.style.color = colour;
    if (back) piece.style.backgroundColor = back;
    piece.append(part);
    element.append(piece);
    text += part;
  }
  if (source === PANEL && COMMAND.test(text)) element.className = 'line sent';
  return { element, at, number, text };
}

function skippedLine(count) {
  const element = make('div', 'line skipped');
  const text = `… ${numbers.format(count)} ${count === 1 ? 'line' : 'lines'} skipped`;
  element.append(text);
  return { element, text };
}

function make(tag, className) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  return element;
}

function readPrefs() {
  try {
    return { wrap: true, times: false, ...JSON.parse(localStorage.getItem('panel.console')) };
  } catch {
    return { wrap: true, times: false };
  }
}

const serverName = (root) => (root.dataset.name || 'console').replace(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, 60) || 'console';

async function copyText(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text).then(() => true, () => false);
  // plain HTTP on a home network has no clipboard API
  const area = make('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  return done;
}
