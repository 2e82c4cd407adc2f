// The card in the corner that shows how uploads go, on every page of the panel. It is drawn here and not by the panel, so that it lives while the
// panel is away.
import { cancel, cancelAll, events, pause, resume, retry, state } from './queue.js';

const SHOWN = 6;                 // files of a kind
const RATE = 5_000;              // ms that the pace is measured over

let tray, parts, samples = [], shut = false;

/** Shows the card from now on, whenever there is something to show. */
export function showTray() {
  if (tray) return;
  tray = make('section', 'upload-tray');
  tray.setAttribute('aria-label', 'Uploads');
  tray.hidden = true;
  parts = {
    title: make('strong', 'title'), detail: make('span', 'detail'), bar: make('progress', 'bar'), list: make('ul', 'list'),
    pause: button('Pause', () => (state().paused ? resume() : pause())), close: button('Cancel', cancelAll), fold: button('Hide', () => { shut = !shut; draw(); }),
  };
  parts.title.setAttribute('role', 'status');
  parts.bar.setAttribute('aria-label', 'Progress of all uploads');
  const head = make('div', 'head');
  const words = make('div', 'words');
  words.append(parts.title);
  head.append(words, parts.pause, parts.fold, parts.close);
  tray.append(head, parts.detail, parts.bar, parts.list);
  document.body.append(tray);
  events.addEventListener('change', draw);
}

function draw() {
  const now = state();
  tray.hidden = now.all.length === 0;
  if (tray.hidden) return;
  parts.title.textContent = headline(now);
  parts.detail.textContent = detail(now);
  parts.detail.hidden = parts.detail.textContent === '';
  parts.bar.hidden = !now.busy;
  parts.bar.max = Math.max(1, now.size);
  parts.bar.value = now.sent;
  parts.pause.hidden = !now.busy;
  parts.pause.textContent = now.paused ? 'Resume' : 'Pause';
  parts.close.textContent = now.busy ? 'Cancel' : 'Close';
  const rows = [...now.failed.slice(0, SHOWN), ...now.sending.filter((item) => item.size > 0).slice(0, SHOWN)];
  parts.fold.hidden = rows.length === 0;
  parts.fold.textContent = shut ? 'Show' : 'Hide';
  parts.list.hidden = shut || rows.length === 0;
  fill(rows);
}

// rows stay the same elements: a button must not vanish under the finger
function fill(items) {
  const old = new Map([...parts.list.children].map((row) => [row.dataset.id, row]));
  const rows = items.map((item) => {
    const kind = item.state === 'failed' ? 'failed' : 'sending';
    const id = `${item.id} ${kind}`;
    const row = old.get(id) ?? line(item, id, kind);
    row.querySelector('.detail').textContent = kind === 'failed' ? item.why ?? '' : `${Math.floor((item.sent * 100) / item.size)} %`;
    return row;
  });
  if (rows.length !== parts.list.children.length || rows.some((row, i) => parts.list.children[i] !== row)) parts.list.replaceChildren(...rows);
}

function line(item, id, kind) {
  const row = make('li', kind);
  row.dataset.id = id;
  const name = make('span', 'name');
  name.textContent = name.title = item.name;
  const act = kind === 'failed' ? button('Try again', () => retry(item.id)) : button('✕', () => cancel(item.id));
  if (kind !== 'failed') act.setAttribute('aria-label', `Cancel ${item.name}`);
  row.append(name, make('span', 'detail'), act);
  return row;
}

function headline(now) {
  const total = now.all.length, count = (number) => number.toLocaleString('en');
  if (now.paused && now.busy) return 'Paused';
  if (now.stuck) return 'Waits for the connection';
  if (now.busy) return total === 1 ? `Uploading ${now.all[0].name}` : `Uploading ${count(now.done)} of ${count(total)} files`;
  if (now.failed.length && now.failed.length === total) return total === 1 ? `Not uploaded: ${now.all[0].name}` : `None of ${count(total)} files was uploaded`;
  if (now.failed.length) return `Uploaded ${count(now.done)} of ${count(total)} files`;
  return total === 1 ? `Uploaded ${now.all[0].name}` : `Uploaded ${count(total)} files`;
}

function detail(now) {
  const at = performance.now();
  samples = [...samples.filter((sample) => at - sample.at < RATE && sample.sent <= now.sent), { at, sent: now.sent }];
  if (!now.busy) return now.done > 0 ? bytes(now.sent) : '';
  if (now.stuck) {
    samples = [];
    return `${bytes(now.sent)} of ${bytes(now.size)}, goes on by itself`;
  }
  const [first] = samples, pace = at - first.at > 500 ? (now.sent - first.sent) / ((at - first.at) / 1000) : 0;
  return `${bytes(now.sent)} of ${bytes(now.size)}${pace > 0 && !now.paused ? ` · ${bytes(pace)}/s · ${left((now.size - now.sent) / pace)}` : ''}`;
}

function left(seconds) {
  if (seconds < 60) return `${Math.ceil(seconds)} s left`;
  return seconds < 3600 ? `${Math.ceil(seconds / 60)} min left` : `${Math.floor(seconds / 3600)} h ${Math.ceil((seconds % 3600) / 60)} min left`;
}

function bytes(number) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  for (; number >= 1024 && unit < units.length - 1; unit++) number /= 1024;
  return `${unit === 0 || number >= 100 ? Math.round(number) : number.toFixed(1)} ${units[unit]}`;
}

function make(tag, name) {
  const element = document.createElement(tag);
  element.className = name;
  return element;
}

function button(text, act) {
  const element = make('button', 'button quiet sm');
  element.type = 'button';
  element.textContent = text;
  element.addEventListener('click', act);
  return element;
}
