// What every page needs of the browser: the theme, copying, closing menus, loading again what never came alive. No state of the panel lives here.

const root = document.documentElement;
const system = matchMedia('(prefers-color-scheme: dark)');

/** 'light' or 'dark': what the page shows now. Changes are told by the window's event 'panel-theme'. */
export const theme = () => root.dataset.theme ?? (system.matches ? 'dark' : 'light');

const tell = () => dispatchEvent(new CustomEvent('panel-theme', { detail: theme() }));
system.addEventListener('change', tell);

function setTheme(choice) {
  const year = 31536000;
  if (choice === 'system') {
    delete root.dataset.theme;
    document.cookie = 'panel-theme=; path=/; max-age=0; samesite=lax';
  } else {
    root.dataset.theme = choice;
    document.cookie = `panel-theme=${choice}; path=/; max-age=${year}; samesite=lax`;
  }
  tell();
  keepTheme(choice);
}

// whoever is signed in finds the colours again in another browser; the form for signing out has the token that a change asks for
function keepTheme(choice) {
  const token = document.querySelector('form[action="sign-out"] input[name="__RequestVerificationToken"]')?.value;
  if (token) {
    fetch('theme', { method: 'POST', body: new URLSearchParams({ theme: choice, __RequestVerificationToken: token }) }).catch(() => {});   // this browser has them all the same
  }
}

// the panel writes times in this zone for everybody who has chosen no other
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !document.cookie.split('; ').includes(`panel-zone=${zone}`)) {
  document.cookie = `panel-zone=${zone}; path=/; max-age=31536000; samesite=lax`;
}

async function copy(button) {
  const text = button.dataset.copy;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // the clipboard belongs to secure pages; a panel on a plain address in the local network still copies
    const area = Object.assign(document.createElement('textarea'), { value: text });
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
  button.classList.add('done');
  document.getElementById('announce')?.replaceChildren('Copied');
  setTimeout(() => button.classList.remove('done'), 1400);
}

// What was dismissed is hidden by a rule, so that it stays so however often Blazor draws it.
const dismissedKey = 'panel-dismissed', mostDismissed = 100;
const hiding = new CSSStyleSheet();
document.adoptedStyleSheets.push(hiding);

function dismissed() {
  try {
    return JSON.parse(localStorage.getItem(dismissedKey) ?? '[]').filter((mark) => /^[0-9a-f-]{1,64}$/.test(mark));
  } catch {
    return [];   // storage is refused, or holds something else
  }
}

function hide(marks) {
  hiding.replaceSync(marks.map((mark) => `[data-announcement="${mark}"] { display: none }`).join('\n'));
}

function dismiss(mark) {
  const marks = [...dismissed().filter((other) => other !== mark), mark].slice(-mostDismissed);
  hide(marks);
  try {
    localStorage.setItem(dismissedKey, JSON.stringify(marks));
  } catch {
    // it comes back with the next page
  }
}

hide(dismissed());
addEventListener('storage', (event) => event.key === dismissedKey && hide(dismissed()));

document.addEventListener('click', (event) => {
  const dismisser = event.target.closest('[data-dismiss]');
  if (dismisser) {
    dismiss(dismisser.dataset.dismiss);
  }
  const opener = event.target.closest('[data-menu]');
  if (opener || event.target.closest('.sidebar a')) {
    const open = opener !== null && opener.closest('.sidebar').classList.toggle('open');
    const bar = document.querySelector('.sidebar');
    bar.classList.toggle('open', open);
    bar.querySelector('[data-menu]').setAttribute('aria-expanded', open);
  }
  const chooser = event.target.closest('[data-set-theme]');
  if (chooser) {
    setTheme(chooser.dataset.setTheme);
  }
  const copier = event.target.closest('[data-copy]');
  if (copier) {
    event.preventDefault();
    copy(copier);
  }
  for (const menu of document.querySelectorAll('details.menu[open]')) {
    if (!menu.contains(event.target) || event.target.closest('.item')) {
      menu.open = false;
    }
  }
});

// a toast goes to the top of the page where it would cover what was just pressed: it may be wanted again
let pressed = null, toasts = null;
const placing = new MutationObserver(() => {
  if (toasts.childElementCount === 0) {
    return;
  }
  delete toasts.dataset.above;
  const at = toasts.getBoundingClientRect();
  if (pressed && at.left < pressed.right && pressed.left < at.right && at.top < pressed.bottom && pressed.top < at.bottom) {
    toasts.dataset.above = '';
  }
});
document.addEventListener('click', (event) => {
  pressed = event.target.closest('button, a, label, summary')?.getBoundingClientRect() ?? null;
  const there = document.querySelector('.rz-notification');
  if (there && there !== toasts) {
    toasts = there;
    placing.disconnect();
    placing.observe(toasts, { childList: true });
  }
}, true);

// menus move by arrow keys, as those of the system do
const STEPS = { ArrowDown: (at) => at + 1, ArrowUp: (at) => (at < 0 ? -1 : at - 1), Home: () => 0, End: () => -1 };
document.addEventListener('keydown', (event) => {
  const menu = event.target.closest?.('details.menu');
  const step = STEPS[event.key];
  if (!menu || !step || event.altKey || event.ctrlKey || event.metaKey || (!menu.open && event.key !== 'ArrowDown')) {
    return;
  }
  event.preventDefault();
  menu.open = true;
  const items = [...menu.querySelectorAll('.item')].filter((item) => !item.disabled);
  const next = step(items.indexOf(document.activeElement));
  items[(next + items.length) % items.length]?.focus();
});

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') {
    const menu = document.querySelector('details.menu[open]');
    if (menu) {
      menu.open = false;
      menu.querySelector('summary').focus();
    }
  }
  // "/" goes to the page's search box, as in the tools people know
  if (event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !/^(input|textarea|select)$/i.test(event.target.tagName) && !event.target.isContentEditable) {
    const search = document.querySelector('[data-search]');
    if (search) {
      event.preventDefault();
      search.focus();
    }
  }
});

// A page waits for its circuit with all controls disabled. When that does not come (the panel ended between the page and its circuit), Blazor
// does not try again: the page is loaded anew once the panel answers, and later each time, as a line that lets no circuit through stays as it is.
const unborn = () => document.querySelector('fieldset.live')?.disabled === true;
const tries = Number(sessionStorage.getItem('panel-tries') ?? 0);
const patience = Math.min(15 * 2 ** tries, 300) * 1000;
const opened = performance.now();

async function bear() {
  if (!unborn()) {
    sessionStorage.removeItem('panel-tries');
    return;
  }
  if (performance.now() - opened > patience) {
    try {
      if ((await fetch('healthz', { cache: 'no-store' })).ok && unborn()) {
        sessionStorage.setItem('panel-tries', tries + 1);
        location.reload();
        return;
      }
    } catch {
      // out of reach: asked again in a moment
    }
  }
  setTimeout(bear, 3000);
}
bear();

// where tabs do not all fit, the one that is open is seen: on the page as it comes, and again once its circuit has drawn it anew
const showTab = () => document.querySelector('.tabs > .active')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
const birth = new MutationObserver(() => {
  if (!unborn()) {
    birth.disconnect();
    showTab();
  }
});
birth.observe(document.body, { childList: true, subtree: true, attributeFilter: ['disabled'] });
showTab();
