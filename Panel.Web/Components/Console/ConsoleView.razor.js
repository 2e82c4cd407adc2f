// The browser's side of a console. Lines arrive in batches; each batch is acknowledged by returning, so that a slow browser slows
// its own stream and nothing else. A window of all lines is held as DOM in blocks of a hundred, which the browser lays out only when
// they come into view (content-visibility); what lies before or behind the window the panel has, and gives when it is scrolled to.
import { ConsoleSearch } from './ConsoleSearch.razor.js';
import { commandLine } from './CommandLine.razor.js';
import { drawLine, LineTimes, make, skippedLine, spell } from '../../js/console/lines.js';
import { LineLinks } from '../../js/console/line-links.js';
import { ViewTools } from '../../js/console/view-tools.js';

const HELD = 10_000;             // lines
const BLOCK = 100;               // lines laid out together
const PAGE = 500;                // lines the panel is asked for at once
const LATEST = 2_000;            // lines to begin with again at the end
const AT_END = 24;               // pixels from the end that still count as the end
const NEAR = 400;                // pixels from the held window's border at which more is asked for

// What the window shows: the newest lines; older ones that have a gap behind them; only lines that match; a log of its own.
const LIVE = 'live', PAST = 'past', ONLY = 'only', LOG = 'log';

// When the next picture is drawn; a page that is not shown draws none.
const drawn = () => new Promise((resolve) => {
  requestAnimationFrame(() => setTimeout(resolve));
  setTimeout(resolve, 500);
});

export function open(root, owner, serverId, commands, mark) {
  return new ConsoleView(root, owner, serverId, commands, mark);
}

class ConsoleView {
  constructor(root, owner, serverId, commands, mark) {
    this.root = root;
    this.owner = owner;
    this.screen = root.querySelector('[data-part=screen]');
    this.lines = this.screen.appendChild(make('div', 'lines'));
    this.jump = root.querySelector('[data-part=jump]');
    this.blocks = [];            // { element, lines: [{ element, at, text, number }] }
    this.held = 0;
    this.sequence = 0;
    this.mode = LIVE;
    this.pending = [];           // what came while the view stands still
    this.pendingSkipped = 0;
    this.newLines = 0;
    this.following = true;
    this.floor = 0;              // what was cleared away comes back only when it is looked for
    this.abort = new AbortController();
    this.times = new LineTimes(root.dataset.zone);
    this.search = new ConsoleSearch(root, {
      lines: () => this.allLines(),
      reveal: (number) => this.goTo(number),
      showOnly: (found) => found ? this.showOnly(found) : this.latest(),
      shown: () => this.showNone(),
      ask: (text, lines) => this.ask('Find', text, lines),
    }, this.abort.signal);
    this.tools = new ViewTools(root, this, this.abort.signal);
    this.links = new LineLinks(this.screen, this.abort.signal);
    this.line = commandLine(root.querySelector('[data-part=command]'), owner, serverId, commands, () => this.follow(), this.abort.signal);
    this.bind();
    if (mark) this.goTo(mark, true);
  }

  bind() {
    const on = (target, type, act, options) => target.addEventListener(type, act, { signal: this.abort.signal, ...options });
    on(this.root.querySelector('[data-part=pause]'), 'click', () => this.following ? this.pause() : this.follow());
    on(this.jump, 'click', () => this.follow());
    on(this.root.querySelector('[data-part=none-clear]'), 'click', () => this.search.clear());
    for (const type of ['wheel', 'pointerdown', 'keydown']) on(this.screen, type, () => { this.goal = null; }, { passive: true });
    on(this.screen, 'scroll', () => this.scrolled(), { passive: true });
    on(this.screen, 'wheel', (e) => { if (e.deltaY < 0 && this.screen.scrollTop <= 0) this.upAtTop(); }, { passive: true });
    on(this.screen, 'keydown', (e) => this.key(e));
    on(this.root, 'keydown', (e) => {
      if ((e.ctrlKey || e.metaKey) && e.key === 'f') {
        e.preventDefault();
        this.search.focus();
      }
    });
    // also blocks get their true height only when they come into view
    this.sizes = new ResizeObserver(() => {
      if (this.following) this.toEnd();
      else if (this.goal) this.centre();
    });
    this.sizes.observe(this.screen);
    this.sizes.observe(this.lines);
  }

  // What the panel knows; null when it cannot say, which it tells by itself.
  async ask(method, ...values) {
    const bytes = await this.owner.invokeMethodAsync(method, ...values).catch(() => null);
    return bytes?.length ? JSON.parse(new TextDecoder().decode(bytes)) : null;
  }

  // Called for each batch; what it returns is the acknowledgement: of a flood when it is drawn, so that no more comes than the browser can draw.
  // A batch that comes again, because the answer to it was lost with a connection, is known by its number.
  append(sequence, bytes) {
    if (sequence <= this.sequence) return;
    this.sequence = sequence;
    const { skipped, lines } = JSON.parse(new TextDecoder().decode(bytes));
    this.came(skipped, lines);
    if (skipped > 0 && !document.hidden) return drawn();
  }

  came(skipped, rows) {
    // while the window stands elsewhere, the newest lines are counted and not held: the panel has them
    const away = !this.loading && (this.mode === PAST || this.mode === LOG);
    let lines = away && !this.search.needle ? [] : rows.map((row) => drawLine(row, this.times));
    this.search.came(lines, skipped);
    if (away) {
      this.newLines += skipped + rows.length;
      return this.showJump();
    }
    if (this.mode === ONLY && !this.loading) {
      lines = lines.filter((line) => this.search.matches(line));
      return this.following ? this.take(0, lines) : this.hold(0, lines);
    }
    return this.following && !this.loading ? this.take(skipped, lines) : this.hold(skipped, lines);
  }

  take(skipped, lines) {
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

  // ---- the window
  add(skipped, lines) {
    if (skipped > 0) this.put(skippedLine(skipped));
    for (const line of lines) this.put(line);
    while (this.held > HELD) this.drop(this.blocks.shift());
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

  // Lines before the first; what stands on the screen stays where it is.
  putBefore(lines) {
    const made = [];
    for (let i = 0; i < lines.length; i += BLOCK) {
      const block = { element: make('div', 'block'), lines: lines.slice(i, i + BLOCK) };
      block.element.append(...block.lines.map((line) => line.element));
      made.push(block);
    }
    const stays = this.blocks[0]?.element;
    const before = stays?.getBoundingClientRect().top;
    this.blocks.unshift(...made);
    this.lines.prepend(...made.map((block) => block.element));
    this.held += lines.length;
    if (stays) this.screen.scrollTop += stays.getBoundingClientRect().top - before;
    this.lastTop = this.screen.scrollTop;
    let behind = false;
    while (this.held > HELD) {
      this.drop(this.blocks.pop());
      behind = true;
    }
    if (behind) this.part();
  }

  drop(block) {
    this.held -= block.lines.length;
    block.element.remove();
  }

  // The window has a gap behind it from now on.
  part() {
    if (this.mode !== LIVE) return;
    this.mode = PAST;
    this.pending = [];
    this.pendingSkipped = 0;
  }

  empty() {
    for (const block of this.blocks) block.element.remove();
    this.blocks = [];
    this.held = 0;
  }

  allLines() {
    return this.blocks.flatMap((block) => block.lines);
  }

  firstHeld() {
    return this.blocks[0]?.lines.find((line) => line.number !== undefined)?.number;
  }

  lastHeld() {
    return this.blocks.at(-1)?.lines.findLast((line) => line.number !== undefined)?.number;
  }

  find(number) {
    const from = this.blocks.findLast((block) => block.lines.some((line) => line.number <= number));
    return from?.lines.find((line) => line.number === number);
  }

  draw(rows) {
    return rows.map((row) => drawLine(row, this.times));
  }

  // One question at a time; lines that come meanwhile wait.
  async load(act) {
    while (this.loading) await this.loading;
    let ended;
    this.loading = new Promise((resolve) => { ended = resolve; });
    const count = this.newLines;
    try {
      await act();
    } finally {
      this.loading = null;
      ended();
      if (this.mode === PAST || this.mode === LOG) {
        this.pending = [];
        this.pendingSkipped = 0;
      } else if (this.following) {
        this.newLines = 0;
      } else if (this.mode === ONLY) {
        this.newLines = count;
      }
      this.showState();
      this.search.changed();
    }
  }

  loadOlder() {
    const first = this.firstHeld();
    if (this.loading || first === undefined || first <= Math.max(this.floor, this.oldest ?? 0) || (this.mode !== LIVE && this.mode !== PAST)) return;
    this.load(async () => {
      const page = await this.ask('Page', first, null, PAGE);
      if (!page || this.firstHeld() !== first) return;
      this.oldest = page.first;
      this.putBefore(this.draw(page.lines.filter(([number]) => number >= this.floor)));
    });
  }

  loadNewer() {
    const last = this.lastHeld();
    if (this.loading || last === undefined || this.mode !== PAST) return;
    this.load(async () => {
      const page = await this.ask('Page', null, last + 1, PAGE);
      if (!page || this.lastHeld() !== last) return;
      this.add(0, this.draw(page.lines));
      if ((page.lines.at(-1)?.[0] ?? last) + 1 < page.next) return;
      this.mode = LIVE;
      this.newLines = 0;
      const came = this.pending.filter((line) => line.number >= page.next);
      this.pending = [];
      this.hold(0, came);
    });
  }

  // The newest lines again, and on with what comes.
  async latest() {
    this.following = true;
    this.asked = false;
    await this.load(async () => {
      this.pending = [];
      this.pendingSkipped = 0;
      const page = await this.ask('Page', null, null, LATEST);
      if (!page) return;
      this.mode = LIVE;
      this.floor = 0;
      this.oldest = page.first;
      const came = this.pending.filter((line) => line.number >= page.next);
      this.pending = [];
      this.pendingSkipped = 0;
      this.empty();
      this.add(0, [...this.draw(page.lines), ...came]);
    });
    this.showLog(null);
    this.toEnd();
  }

  // A line by its number, with what lies around it.
  async goTo(number, mark = false) {
    let line = this.find(number);
    if (!line && this.mode !== LOG) {
      await this.load(async () => {
        const page = await this.ask('Page', null, Math.max(1, number - 150), PAGE);
        if (!page) return;
        this.mode = PAST;
        this.following = false;
        this.floor = 0;
        this.oldest = page.first;
        this.empty();
        this.add(0, this.draw(page.lines));
      });
      line = this.find(number) ?? this.blocks[0]?.lines[0];
    }
    if (!line) return;
    if (this.following) this.pause();
    this.asked = mark; // a line that a link names stays where it is, also at the end
    if (mark) {
      this.screen.querySelector('.marked')?.classList.remove('marked');
      line.element.classList.add('marked');
      this.goal = line.element;
    }
    this.centre(line.element);
    requestAnimationFrame(() => { if (this.goal) this.centre(); });
    this.search.changed();
  }

  // A filter that leaves nothing says so.
  showNone() {
    const none = this.root.querySelector('[data-part=none]');
    none.hidden = this.mode !== ONLY || this.held > 0;
    if (none.hidden) return;
    none.querySelector('[data-part=none-title]').textContent = `No line contains “${this.search.query.value.trim()}”`;
    none.querySelector('[data-part=none-text]').textContent = this.search.whole === false ? 'The newest lines were searched, within two seconds.' : 'All lines that are kept were searched. Lines that come and match appear here.';
  }

  // Into the middle, for which there is room behind the last line while a link names one; what becomes higher or lower later moves it no more.
  centre(element = this.goal) {
    if (this.goal) this.lines.style.paddingBottom = `${Math.round(this.screen.clientHeight / 2)}px`;
    const [line, screen] = [element.getBoundingClientRect(), this.screen.getBoundingClientRect()];
    this.screen.scrollTop += line.top + line.height / 2 - screen.top - screen.height / 2;
    this.lastTop = this.screen.scrollTop;
  }

  // Only lines that match, the newest of them, and those that come.
  showOnly(found) {
    this.mode = ONLY;
    this.pending = [];
    this.pendingSkipped = this.newLines = 0;
    this.empty();
    const left = found.count - found.lines.length;
    if (left > 0) {
      const line = skippedLine(left);
      line.element.textContent = line.text = `… ${spell(left)} older ${left === 1 ? 'line matches' : 'lines match'} too`;
      this.put(line);
    }
    this.add(0, this.draw(found.lines));
    this.following = true;
    this.asked = false;
    this.toEnd();
    this.showState();
  }

  // A log of its own instead of the console, until somebody goes back.
  openLog(title, bytes) {
    const { lines } = JSON.parse(new TextDecoder().decode(bytes));
    this.mode = LOG;
    this.following = false;
    this.pending = [];
    this.pendingSkipped = this.newLines = 0;
    this.empty();
    this.add(0, this.draw(lines));
    this.showLog(title);
    this.screen.scrollTop = this.screen.scrollHeight;
    this.lastTop = this.screen.scrollTop;
    this.showState();
    this.search.changed();
  }

  showLog(title) {
    const banner = this.root.querySelector('[data-part=log]');
    banner.hidden = !title;
    banner.querySelector('[data-part=log-title]').textContent = title ?? '';
  }

  // ---- following and standing still
  scrolled() {
    const left = this.screen.scrollHeight - this.screen.scrollTop - this.screen.clientHeight;
    const up = this.screen.scrollTop < this.lastTop - 1;
    this.lastTop = this.screen.scrollTop;
    if (this.following && up && left > AT_END) this.pause();
    else if (!this.following && this.mode !== LOG && this.mode !== PAST && !this.asked && !up && left <= AT_END) this.follow();
    if (!this.following && this.screen.scrollTop < NEAR) this.loadOlder();
    else if (!this.following && !up && left < NEAR) this.loadNewer();
  }

  // The wheel turned up where nothing is left to scroll: there may be more before it all the same.
  upAtTop() {
    if (this.following) this.pause();
    this.asked = false;
    this.loadOlder();
  }

  pause() {
    this.following = false;
    // a click on Pause stays paused at the end of the page; scrolling up goes on by itself when the end is reached again
    this.asked = this.screen.scrollHeight - this.screen.scrollTop - this.screen.clientHeight <= AT_END;
    this.showState();
  }

  follow() {
    if (this.mode === PAST || this.mode === LOG) return this.latest();
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
    this.goal = null;
    this.lines.style.paddingBottom = '';
    this.screen.scrollTop = this.screen.scrollHeight;
    this.lastTop = this.screen.scrollTop;
  }

  key(e) {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key === 'End') {
      e.preventDefault();
      this.follow();
    } else if (e.key === 'Home' || e.key === 'PageUp' || e.key === 'ArrowUp') {
      if (this.screen.scrollTop <= 0) return this.upAtTop();
      if (this.following) this.pause();
      this.asked = false;
    }
  }

  showState() {
    this.showNone();
    const button = this.root.querySelector('[data-part=pause]');
    this.root.classList.toggle('paused', !this.following);
    button.setAttribute('aria-pressed', String(!this.following));
    button.title = this.following ? 'Pause' : 'Follow';
    button.setAttribute('aria-label', button.title);
    this.showJump();
  }

  showJump() {
    this.jump.hidden = this.following || this.mode === LOG;
    this.jump.querySelector('[data-part=count]').textContent = this.newLines ? ` (${spell(this.newLines)} new)` : '';
  }

  clear() {
    if (this.mode === LOG) return;
    this.mode = LIVE;
    this.floor = (this.pending.at(-1)?.number ?? this.lastHeld() ?? 0) + 1;
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

  setHistory(commands) {
    this.line?.setHistory(commands);
  }

  setPlayers(names) {
    this.line?.setPlayers(names);
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
