// Files from the browser to the server: dropped (folders too) or chosen, a few at a time, each as the raw body of one PUT.
const AT_ONCE = 3;
const PACE = 250;                // ms between two reports
const RELIST = 2_000;            // ms between two looks at the folder while files arrive
const SHOWN = 20;                // failures told
const ASKED = 50;                // names in one question: a message to the server has to stay small

export function attach(zone, owner, address) {
  const picker = zone.querySelector('[data-part=picker]');
  const cover = zone.querySelector('[data-part=drop]');
  const abort = new AbortController();
  const on = (target, type, act) => target.addEventListener(type, act, { signal: abort.signal });
  let target = null, items = [], nextId = 1, reporting = 0, arriving = 0, depth = 0;

  const bare = (e) => e.dataTransfer?.types.includes('Files') && target !== null;
  on(zone, 'dragenter', (e) => { if (bare(e)) { e.preventDefault(); depth++; cover.hidden = false; } });
  on(zone, 'dragover', (e) => { if (bare(e)) { e.preventDefault(); e.dataTransfer.dropEffect = 'copy'; } });
  on(zone, 'dragleave', (e) => { if (bare(e) && --depth <= 0) { depth = 0; cover.hidden = true; } });
  on(zone, 'drop', async (e) => {
    depth = 0;
    cover.hidden = true;
    if (!bare(e)) return;
    e.preventDefault();
    add(await dropped(e.dataTransfer));
  });
  on(picker, 'change', () => {
    const files = [...picker.files].map((file) => ({ file, name: file.name }));
    picker.value = '';
    add(files);
  });

  async function add(files) {
    if (!files.length || target === null) return;
    const folder = target;
    const tops = [...new Set(files.map(({ name }) => name.split('/')[0]))];
    const existing = [];
    for (let i = 0; i < tops.length; i += ASKED) existing.push(...await owner.invokeMethodAsync('Existing', tops.slice(i, i + ASKED)));
    if (existing.length && !await owner.invokeMethodAsync('Overwrite', existing.slice(0, ASKED), existing.length)) return;
    if (!items.some((item) => item.state === 'waiting' || item.state === 'sending')) items = [];
    for (const { file, name } of files) items.push({ id: nextId++, file, name, folder, sent: 0, state: 'waiting' });
    pump();
  }

  function pump() {
    const free = AT_ONCE - items.filter((item) => item.state === 'sending').length;
    items.filter((item) => item.state === 'waiting').slice(0, Math.max(0, free)).forEach(send);
    report();
  }

  function send(item) {
    const path = `${item.folder === '/' ? '' : item.folder}/${item.name}`;
    const request = item.request = new XMLHttpRequest();
    item.state = 'sending';
    item.sent = 0;
    request.open('PUT', `${address}?path=${encodeURIComponent(path)}`);
    request.setRequestHeader('X-Requested-With', 'Panel');
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.upload.onprogress = (e) => { item.sent = Math.min(e.loaded, item.file.size); report(); };
    request.onload = () => request.status < 300 ? end(item, 'done') : end(item, 'failed', problem(request));
    request.onerror = () => end(item, 'failed', 'The connection broke.');
    request.onabort = () => end(item, 'cancelled');
    request.send(item.file);
  }

  function end(item, state, why) {
    item.state = state;
    item.why = why;
    item.request = null;
    if (state === 'done') {
      item.sent = item.file.size;
      item.file = { size: item.sent };   // lets go of the file itself
      arrived();
    }
    pump();
  }

  function arrived() {
    arriving ||= setTimeout(() => {
      arriving = 0;
      owner.invokeMethodAsync('Arrived').catch(() => {});
    }, items.some((item) => item.state === 'waiting' || item.state === 'sending') ? RELIST : 50);
  }

  function report() {
    reporting ||= setTimeout(() => {
      reporting = 0;
      const live = items.filter((item) => item.state !== 'cancelled');
      const failed = live.filter((item) => item.state === 'failed');
      owner.invokeMethodAsync('Report', {
        done: live.filter((item) => item.state === 'done').length,
        failed: failed.length,
        total: live.length,
        sent: live.reduce((sum, item) => sum + item.sent, 0),
        size: live.reduce((sum, item) => sum + item.file.size, 0),
        busy: live.some((item) => item.state === 'waiting' || item.state === 'sending'),
        active: live.filter((item) => item.state === 'sending').map(({ id, name, sent, file }) => ({ id, name, sent, size: file.size })),
        failures: failed.slice(0, SHOWN).map(({ id, name, why }) => ({ id, name, why })),
      }).catch(() => {});
    }, PACE);
  }

  const cancel = (item) => item.request ? item.request.abort() : end(item, 'cancelled');
  return {
    pick: () => picker.click(),
    aim: (folder) => { target = folder; },
    cancel: (id) => items.filter((item) => item.id === id).forEach(cancel),
    retry: (id) => {
      items.filter((item) => item.id === id && item.state === 'failed').forEach((item) => { item.state = 'waiting'; });
      pump();
    },
    cancelAll: () => {
      const open = items.filter((item) => item.state === 'waiting' || item.state === 'sending');
      for (const item of open) if (item.state === 'waiting') item.state = 'cancelled';
      for (const item of open) item.request?.abort();
      items = [];
      report();
    },
    download: async (addresses) => {
      for (const href of addresses) {
        const link = Object.assign(document.createElement('a'), { href, download: '' });
        document.body.append(link);
        link.click();
        link.remove();
        await new Promise((resolve) => setTimeout(resolve, 400));   // browsers drop downloads that start at once
      }
    },
    dispose: () => {
      abort.abort();
      clearTimeout(reporting);
      clearTimeout(arriving);
      for (const item of items) item.request?.abort();
    },
  };
}

function problem(request) {
  try {
    const { detail, title, errors } = JSON.parse(request.responseText);
    return detail || Object.values(errors ?? {}).flat().join(' ') || title;
  } catch {
    return request.status === 413 ? 'It is too large.' : `The server answered ${request.status}.`;
  }
}

// Everything that was dropped, folders walked through. The entries have to be taken before anything is awaited.
async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const files = [];
  const walk = async (entry, prefix) => {
    if (entry.isFile) {
      const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
      files.push({ file, name: prefix + entry.name });
      return;
    }
    const reader = entry.createReader();
    for (;;) {
      const part = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
      if (!part.length) return;
      for (const child of part) await walk(child, `${prefix}${entry.name}/`);
    }
  };
  for (const entry of entries) await walk(entry, '');
  return files;
}
