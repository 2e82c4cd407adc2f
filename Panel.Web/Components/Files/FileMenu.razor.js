// A menu at a place of the window: inside it, with the keyboard on its first entry, which goes back to where it was.
const EDGE = 8;                  // pixels from the window's edge

export function attach(box) {
  let before = null, typed = '', typing = 0;
  const items = () => [...box.querySelectorAll('.item')];
  const focus = (index) => {
    const all = items();
    all[(index + all.length) % all.length]?.focus();
  };

  // by hand: what the browser closes by itself would close when the button that opened it is let go
  const abort = new AbortController();
  const hide = () => { if (box.matches(':popover-open')) box.hidePopover(); };
  addEventListener('pointerdown', (e) => { if (!box.contains(e.target)) hide(); }, { capture: true, signal: abort.signal });
  addEventListener('resize', hide, { signal: abort.signal });
  addEventListener('blur', hide, { signal: abort.signal });

  box.addEventListener('keydown', (e) => {
    const all = items();
    const at = all.indexOf(document.activeElement);
    switch (e.key) {
      case 'ArrowDown': focus(at + 1); break;
      case 'ArrowUp': focus(at < 0 ? -1 : at - 1); break;
      case 'Home': case 'PageUp': focus(0); break;
      case 'End': case 'PageDown': focus(-1); break;
      case 'Tab': case 'Escape': hide(); break;
      default: {
        if (e.key.length !== 1 || e.key === ' ' || e.ctrlKey || e.metaKey || e.altKey) return;
        typed = e.timeStamp - typing < 800 ? typed + e.key.toLowerCase() : e.key.toLowerCase();
        typing = e.timeStamp;
        const from = typed.length === 1 ? at + 1 : Math.max(0, at);
        const order = [...all.slice(from), ...all.slice(0, from)];
        order.find((item) => item.textContent.trim().toLowerCase().startsWith(typed))?.focus();
      }
    }
    e.preventDefault();
    e.stopPropagation();
  });
  box.addEventListener('contextmenu', (e) => e.preventDefault());
  box.addEventListener('toggle', (e) => {
    if (e.newState !== 'closed' || !before?.isConnected) return;
    if (document.activeElement === document.body || box.contains(document.activeElement)) before.focus({ preventScroll: true });
  });

  return {
    open: (x, y, anchor) => {
      before = anchor ?? (document.activeElement === document.body ? null : document.activeElement);
      hide();
      box.showPopover();
      const at = anchor?.getBoundingClientRect();
      const { offsetWidth: width, offsetHeight: height } = box;
      const left = at ? at.right - width : x;
      const top = at ? (at.bottom + 4 + height + EDGE <= innerHeight ? at.bottom + 4 : at.top - 4 - height) : y;
      box.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - width - EDGE))}px`;
      box.style.top = `${Math.max(EDGE, Math.min(top, innerHeight - height - EDGE))}px`;
      box.scrollTop = 0;
      focus(0);
    },
    close: hide,
    dispose: () => abort.abort(),
  };
}
