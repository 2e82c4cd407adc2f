// All uploads of this tab. They belong to the tab and to no page of the panel: a person goes to another folder or server, the live connection drops,
// the panel is started again, and they go on. The bytes travel by tus (tus-js-client): what broke off goes on at the byte that has come.
const AT_ONCE = 5;               // of the six connections that a browser has to a server by HTTP/1.1: a click needs one
const SMALL = 8 << 20;           // bytes that come with their announcement, in one request
const PACE = 200;                // ms between two tellings
const SETTLE = 2_000;            // ms between two looks at a folder while files arrive
const RETRIES = [300, 1_000, 2_000, 3_000, ...Array(60).fill(5_000)];   // of one file, without a byte coming between
const PATIENCE = 2_500;          // ms without a byte before it is said that the connection is waited for
const LIVE = new Set(['waiting', 'sending']);

let items = [], nextId = 1, paused = false, telling = 0, arriving = 0, watching = 0, loading;
const changed = new EventTarget();

/** Tells 'change' when anything moved, 'arrived' when files are in their places, and 'idle' when nothing is on its way any more. */
export const events = changed;

/** @returns what is on its way, what went, and what did not. */
export function state() {
  const all = items.filter((item) => item.state !== 'cancelled');
  return {
    all,
    paused,
    busy: isBusy(),
    stuck: isStuck(),
    done: all.filter((item) => item.state === 'done').length,
    failed: all.filter((item) => item.state === 'failed'),
    sending: all.filter((item) => item.state === 'sending'),
    sent: all.reduce((sum, item) => sum + item.sent, 0),
    size: all.reduce((sum, item) => sum + item.size, 0),
  };
}

// what has been sent whole waits for the panel's disk, not for the line
const isStuck = () => {
  const open = items.filter((item) => item.state === 'sending' && (item.broke || item.sent < item.size));
  return open.length > 0 && open.every((item) => item.broke || performance.now() - item.moved > PATIENCE);
};

export const isBusy = () => items.some((item) => LIVE.has(item.state));

/**
 * Adds files.
 * @param address where uploads are announced
 * @param files of each the file, its path in the volume, the name to show, whether it may go over a file that is there, and where one goes on that broke off
 */
export function add(address, files) {
  if (!isBusy()) items = items.filter((item) => item.state === 'failed');
  for (const { file, path, name, replace, url } of files) items.push({ id: nextId++, address, file, path, name, replace, url, size: file.size, sent: 0, mark: 0, state: 'waiting' });
  pump();
}

export function pause() {
  paused = true;
  for (const item of items) {
    if (item.state !== 'sending') continue;
    item.state = 'waiting';
    item.upload?.abort();
  }
  tell();
}

export function resume() {
  paused = false;
  pump();
}

export function retry(id) {
  for (const item of items) if (item.id === id && item.state === 'failed') item.state = 'waiting';
  pump();
}

export function cancel(id) {
  for (const item of items) if (item.id === id) end(item, 'cancelled');
  pump();
}

export function cancelAll() {
  for (const item of items) if (item.state !== 'done') end(item, 'cancelled');
  items = [];
  paused = false;
  tell();
}

function pump() {
  const free = paused ? 0 : AT_ONCE - items.filter((item) => item.state === 'sending').length;
  items.filter((item) => item.state === 'waiting').slice(0, Math.max(0, free)).forEach(send);
  tell();
}

async function send(item) {
  item.state = 'sending';
  item.why = undefined;
  item.broke = false;
  item.moved = performance.now();
  watch();
  try {
    item.upload ??= await open(item);
  } catch (failure) {
    return end(item, 'failed', failure.message);
  }
  if (item.state === 'sending') item.upload.start();
}

async function open(item) {
  const tus = await loadTus();
  const upload = new tus.Upload(item.file, {
    endpoint: item.address,
    headers: { 'X-Requested-With': 'Panel' },
    metadata: { path: item.path, replace: String(item.replace) },
    uploadDataDuringCreation: item.size <= SMALL,
    storeFingerprintForResuming: item.size > SMALL,
    removeFingerprintOnSuccess: true,
    fingerprint: () => Promise.resolve(`panel ${item.address} ${item.path} ${item.size} ${item.file.lastModified}`),
    retryDelays: RETRIES,
    onShouldRetry: ({ originalResponse }) => {
      const status = originalResponse?.getStatus() ?? 0;
      item.broke = status === 0 || status >= 500;
      tell();
      return item.state === 'sending' && (status === 0 || status >= 500 || status === 409 || status === 423 || status === 429) && status !== 507;
    },
    // the client takes any refusal of the look as "begin anew"; a panel that is just starting has not lost the upload
    onAfterResponse: (request, response) => {
      const status = response.getStatus();
      if (request.getMethod() === 'HEAD' && (status >= 500 || status === 422 || status === 429)) throw new Error(`The panel answered ${status}.`);
    },
    onProgress: (sent) => {
      // each try begins behind what was thought to be sent
      if (sent > item.mark) {
        item.broke = false;
        item.moved = performance.now();
      }
      item.mark = sent;
      item.sent = Math.min(sent, item.size);
      tell();
    },
    onSuccess: () => { end(item, 'done'); pump(); },
    onError: (failure) => {
      if (item.state !== 'sending') return;
      end(item, 'failed', problem(failure));
      pump();
    },
  });
  // the same file chosen again, after the page was closed for example
  if (item.url) {
    upload.url = item.url;
    return upload;
  }
  const [before] = item.size > SMALL ? await upload.findPreviousUploads() : [];
  if (before) upload.resumeFromPreviousUpload(before);
  return upload;
}

function end(item, state, why) {
  const upload = item.upload;
  item.state = state;
  item.why = why;
  if (state === 'cancelled') upload?.abort(true).catch(() => {});   // what stays is swept
  if (state === 'done' || state === 'cancelled') item.file = item.upload = undefined;   // lets go of the file itself
  if (state === 'done') {
    item.sent = item.size;
    arrived();
  }
  tell();
}

function arrived() {
  arriving ||= setTimeout(() => {
    arriving = 0;
    changed.dispatchEvent(new Event('arrived'));
  }, isBusy() ? SETTLE : 50);
}

function tell() {
  telling ||= setTimeout(() => {
    telling = 0;
    changed.dispatchEvent(new Event('change'));
    if (!isBusy()) changed.dispatchEvent(new Event('idle'));
  }, PACE);
}

// a line that says nothing tells nothing: somebody has to look
function watch() {
  watching ||= setInterval(() => {
    if (isBusy()) return tell();
    clearInterval(watching);
    watching = 0;
  }, 500);
}

function problem(failure) {
  const response = failure.originalResponse;
  if (!response || response.getStatus() === 0) return 'The panel could not be reached.';
  try {
    const { detail, title, errors } = JSON.parse(response.getBody());
    return Object.values(errors ?? {}).flat().join(' ') || detail || title;
  } catch {
    return `The panel answered ${response.getStatus()}.`;
  }
}

// ready-made for a <script>; the editor's loader would take it for a module of its own
function loadTus() {
  return loading ??= (async () => {
    const loader = globalThis.define;
    const amd = loader?.amd;
    if (amd) loader.amd = undefined;
    try {
      await import(new URL('lib/tus/tus.min.js', document.baseURI).href);
    } finally {
      if (amd) loader.amd = amd;
    }
    return globalThis.tus;
  })();
}

addEventListener('beforeunload', (e) => {
  if (isBusy()) e.preventDefault();
});
// a page that lost its circuit loads itself again (ReconnectNotice): not under what is on its way
globalThis.panelBusy = { get uploads() { return isBusy(); }, idle: (act) => changed.addEventListener('idle', act, { once: true }) };
