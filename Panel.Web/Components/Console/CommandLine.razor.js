// The command line: Enter sends, up and down walk the history (kept per server in this browser), Tab completes.
const KEPT = 100;                // commands of one server
const SHOWN = 8;                 // choices at once

export function commandLine(box, owner, serverId, commands, sent, signal) {
  const part = (name) => box.querySelector(`[data-part=${name}]`);
  const entry = part('entry'), choices = part('choices'), error = part('error');
  const store = `panel.commands.${serverId}`;
  let history = read(store), place = history.length, draft = '';
  let offered = [], chosen = -1;

  const fail = (words) => {
    error.textContent = words ?? '';
    error.hidden = !words;
    entry.setAttribute('aria-invalid', String(!!words));
  };

  const type = (text) => {
    entry.value = text;
    entry.setSelectionRange(text.length, text.length);
  };

  async function send() {
    const text = entry.value;
    if (!text.trim() || entry.disabled) return;
    close();
    fail(null);
    type('');
    if (history.at(-1) !== text) history = [...history, text].slice(-KEPT);
    place = history.length;
    draft = '';
    write(store, history);
    sent();
    const refusal = await owner.invokeMethodAsync('Send', text).catch(() => 'The connection is gone; the command was not sent.');
    if (!refusal) return;
    fail(refusal);
    if (!entry.value) type(text);
  }

  function walk(by) {
    const next = place + by;
    if (next < 0 || next > history.length) return;
    if (place === history.length) draft = entry.value;
    place = next;
    type(place === history.length ? draft : history[place]);
  }

  // Tab with nothing to complete leaves the field, as everywhere else.
  function complete(back) {
    if (offered.length) {
      choose((chosen + (back ? -1 : 1) + offered.length) % offered.length);
      return true;
    }
    const text = entry.value;
    if (!text || back) return false;
    const matches = commands.filter((command) => command.toLowerCase().startsWith(text.toLowerCase()) && command !== text);
    if (!matches.length) return false;
    if (matches.length === 1) type(matches[0]);
    else offer(matches.slice(0, SHOWN));
    return true;
  }

  function offer(matches) {
    offered = matches;
    choices.replaceChildren(...matches.map((command, i) => {
      const item = document.createElement('li');
      item.role = 'option';
      item.textContent = command;
      item.addEventListener('pointerdown', (e) => {
        e.preventDefault();
        choose(i);
        close();
      });
      return item;
    }));
    choices.hidden = false;
    choose(0);
  }

  function choose(i) {
    chosen = i;
    type(offered[i]);
    [...choices.children].forEach((item, at) => item.setAttribute('aria-selected', String(at === i)));
  }

  function close() {
    offered = [];
    chosen = -1;
    choices.hidden = true;
  }

  entry.addEventListener('keydown', (e) => {
    if (e.isComposing || e.ctrlKey || e.metaKey || e.altKey) return;
    const act = {
      Enter: () => { send(); return true; },
      ArrowUp: () => { if (offered.length) choose((chosen - 1 + offered.length) % offered.length); else walk(-1); return true; },
      ArrowDown: () => { if (offered.length) choose((chosen + 1) % offered.length); else walk(1); return true; },
      Tab: () => complete(e.shiftKey),
      Escape: () => { if (!offered.length) return false; close(); return true; },
    }[e.key];
    if (act?.()) e.preventDefault();
  }, { signal });
  entry.addEventListener('input', () => { close(); fail(null); place = history.length; }, { signal });
  entry.addEventListener('blur', close, { signal });
  entry.addEventListener('paste', (e) => {
    // one line is one command: the breaks of a longer text become spaces instead of vanishing
    const text = e.clipboardData?.getData('text') ?? '';
    if (!/[\r\n]/.test(text.trim())) return;
    e.preventDefault();
    entry.setRangeText(text.trim().replace(/\s*[\r\n]+\s*/g, ' '), entry.selectionStart, entry.selectionEnd, 'end');
  }, { signal });
  part('send').addEventListener('click', send, { signal });

  return { setCommands: (list) => { commands = list; } };
}

function read(store) {
  try {
    const kept = JSON.parse(localStorage.getItem(store));
    return Array.isArray(kept) ? kept.filter((line) => typeof line === 'string').slice(-KEPT) : [];
  } catch {
    return [];
  }
}

function write(store, history) {
  try { localStorage.setItem(store, JSON.stringify(history)); } catch { /* full or forbidden: the history lasts as long as the page */ }
}
