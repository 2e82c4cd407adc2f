// The command line: Enter sends, up and down walk what this person sent before (the panel keeps it), Tab completes.
const KEPT = 100;                // commands of one server
const LONGEST = 1024;            // characters of a command
const SHOWN = 8;                 // choices at once

export function commandLine(box, owner, serverId, commands, sent, signal) {
  const part = (name) => box.querySelector(`[data-part=${name}]`);
  const entry = part('entry'), choices = part('choices'), error = part('error');
  let history = [], players = [], place = 0, draft = '';
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
    sent();
    const refusal = await owner.invokeMethodAsync('Send', text).catch(() => 'The connection is gone; the command was not sent.');
    if (!refusal) return;
    fail(refusal);
    if (!entry.value) type(text);
  }

  async function sendLines(lines) {
    fail(null);
    const long = lines.findIndex((line) => line.length > LONGEST);
    if (long >= 0) return fail(`Line ${long + 1} is longer than ${LONGEST.toLocaleString('en-US')} characters.`);
    sent();
    fail(await owner.invokeMethodAsync('SendLines', lines).catch(() => 'The connection is gone. Look in the console whether the lines were sent.'));
  }

  function walk(by) {
    const next = place + by;
    if (next < 0 || next > history.length) return;
    if (place === history.length) draft = entry.value;
    place = next;
    type(place === history.length ? draft : history[place]);
  }

  // Tab completes, and stays where nothing can be: who types on would type into a button. From an empty line it goes on, and Shift+Tab goes back.
  function complete(back) {
    if (offered.length) {
      choose((chosen + (back ? -1 : 1) + offered.length) % offered.length);
      return true;
    }
    const text = entry.value;
    if (!text || back) return false;
    // games take a command with a slash and without
    const bare = (command) => command.replace(/^\//, '');
    const typed = bare(text).toLowerCase();
    let matches = commands.filter((command) => bare(command).toLowerCase().startsWith(typed)).map((command) => text.startsWith('/') ? `/${bare(command)}` : command)
      .filter((command) => command !== text);
    if (!matches.length) {
      // behind a command stands often who is meant
      const from = text.lastIndexOf(' ') + 1, word = text.slice(from).toLowerCase();
      matches = from ? players.filter((name) => name.toLowerCase().startsWith(word)).map((name) => text.slice(0, from) + name).filter((whole) => whole !== text) : [];
    }
    if (!matches.length) return true;
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
    // one line is one command: of more lines each is one, and the person is asked first
    const text = e.clipboardData?.getData('text') ?? '';
    if (!/[\r\n]/.test(text.trim())) return;
    e.preventDefault();
    const whole = entry.value.slice(0, entry.selectionStart) + text + entry.value.slice(entry.selectionEnd);
    sendLines(whole.split(/[\r\n]+/).map((line) => line.trimEnd()).filter((line) => line.trim()));
  }, { signal });
  part('send').addEventListener('click', send, { signal });

  // saved commands are put into the line, to be looked at and sent
  box.addEventListener('click', (e) => {
    const chosen = e.target.closest('[data-command]');
    if (!chosen || entry.disabled) return;
    type(chosen.dataset.command);
    entry.focus();
  }, { signal });

  return {
    setCommands: (list) => { commands = list; },
    setPlayers: (names) => { players = names; },
    setHistory: (list) => {
      history = [...list, ...history].slice(-KEPT);
      place = history.length;
    },
  };
}
