// The keys of a list of files, its menu, dragging rows onto folders, and bringing a row into view.
const OWN = new Set(['ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', 'Home', 'End', ' ', 'Escape', 'Enter', 'Delete', 'F2', 'Backspace']);
const LETTERS = new Set(['a', 'c', 'x', 'v', 'i']);     // with Ctrl
const LONG = 500;                // ms of a press that asks for the menu
const PAUSE = 800;               // ms after which typing a name begins anew
const KIND = 'application/x-panel-files';

export function attach(grid, owner, rowHeight) {
  const body = grid.querySelector('[data-part=body]');
  const area = grid.closest('[data-part=files]') ?? grid;
  const abort = new AbortController();
  const on = (target, type, act, options) => target.addEventListener(type, act, { signal: abort.signal, ...options });
  const rowOf = (target) => Number(target.closest('[data-row]')?.dataset.row ?? -1);
  const menu = (row, x, y) => owner.invokeMethodAsync('Menu', row, x, y);

  let typed = '', typing = -PAUSE;
  on(grid, 'keydown', (e) => {
    if (e.target.closest('input:not([type=checkbox])')) return;
    // a box or a button that was clicked keeps its own keys, and no other
    if ((e.key === ' ' || e.key === 'Enter') && e.target.closest('input, button')) return;
    const ctrl = e.ctrlKey || e.metaKey;
    if (e.key === 'ContextMenu' || (e.key === 'F10' && e.shiftKey)) {
      e.preventDefault();
      const at = (grid.querySelector('.cursor .name') ?? body).getBoundingClientRect();
      menu(-2, at.left + 24, Math.min(at.bottom, body.getBoundingClientRect().bottom));
      return;
    }
    if (e.altKey) return;
    if (ctrl ? !LETTERS.has(e.key.toLowerCase()) : !OWN.has(e.key)) {
      if (!ctrl && e.key.length === 1 && e.key !== '/') find(e);
      return;
    }
    if (e.key === ' ' && typed && e.timeStamp - typing < PAUSE) {
      find(e);
      return;
    }
    // text that is marked is copied as text
    if (ctrl && 'cx'.includes(e.key.toLowerCase()) && getSelection().toString()) return;
    e.preventDefault();
    owner.invokeMethodAsync('Key', ctrl ? e.key.toLowerCase() : e.key, e.shiftKey, ctrl, Math.max(1, Math.floor(body.clientHeight / rowHeight) - 1));
  });

  function find(e) {
    e.preventDefault();
    typed = e.timeStamp - typing < PAUSE ? typed + e.key : e.key;
    typing = e.timeStamp;
    owner.invokeMethodAsync('Find', typed);
  }

  let pressing = 0, pressed = -LONG * 2;
  const justPressed = () => performance.now() - pressed < LONG * 2;
  on(grid, 'contextmenu', (e) => {
    if (e.target.closest('input:not([type=checkbox])')) return;
    e.preventDefault();
    clearTimeout(pressing);
    if (body.contains(e.target) && !justPressed()) menu(rowOf(e.target), e.clientX, e.clientY);
  });
  // not every browser makes a menu of a long press
  on(body, 'pointerdown', (e) => {
    clearTimeout(pressing);
    if (e.pointerType !== 'touch' || e.target.closest('input, button')) return;
    pressing = setTimeout(() => {
      pressed = performance.now();
      menu(rowOf(e.target), e.clientX, e.clientY);
    }, LONG);
  });
  for (const type of ['pointerup', 'pointercancel', 'scroll']) on(body, type, () => clearTimeout(pressing), { passive: true });
  // the end of a long press opens nothing
  on(body, 'click', (e) => { if (justPressed()) { e.preventDefault(); e.stopPropagation(); } }, { capture: true });
  // Shift and a click choose rows here, not text
  on(body, 'mousedown', (e) => { if (e.shiftKey && !e.target.closest('input')) e.preventDefault(); });

  dragging(body, area, owner, on, rowOf);
  takeKeyboard(grid);

  return {
    show: (index) => {
      const top = index * rowHeight;
      if (top < body.scrollTop) body.scrollTop = top;
      else if (top + rowHeight > body.scrollTop + body.clientHeight) body.scrollTop = top + rowHeight - body.clientHeight;
    },
    dispose: () => abort.abort(),
  };
}

/** Gives the keyboard to what shows a folder that was just come to, unless somebody types, walks through the tree or is asked something. */
export function takeKeyboard(element) {
  if (!document.activeElement?.closest('input:not([type=checkbox]), textarea, select, [role=tree], [role=dialog], [role=menu]')) element.focus({ preventScroll: true });
}

// Rows onto whatever names a folder in data-drop: a row, a step of the path, a branch of the tree. With Ctrl they are copied.
function dragging(body, area, owner, on, rowOf) {
  let row = -1, over = null;
  const mark = (target) => {
    if (over === target) return;
    over?.removeAttribute('data-dropping');
    over = target;
    over?.setAttribute('data-dropping', '');
  };
  const targetOf = (e) => {
    const target = row < 0 ? null : e.target.closest('[data-drop]');
    const own = target?.closest('[data-row]');
    // not onto what is dragged itself
    return own && (Number(own.dataset.row) === row || (own.classList.contains('chosen') && body.querySelector(`[data-row="${row}"].chosen`))) ? null : target;
  };

  on(body, 'dragstart', (e) => {
    row = e.target.closest('input') ? -1 : rowOf(e.target);
    if (row < 0) return e.preventDefault();
    const element = e.target.closest('[data-row]');
    const count = element.classList.contains('chosen') ? Number(body.dataset.chosen) : 1;
    e.dataTransfer.clearData();
    e.dataTransfer.setData(KIND, String(row));
    e.dataTransfer.effectAllowed = 'copyMove';
    const label = document.body.appendChild(document.createElement('div'));
    label.className = 'drag-label';
    label.textContent = count > 1 ? `${count.toLocaleString('en')} entries` : element.querySelector('[data-name]').textContent;
    e.dataTransfer.setDragImage(label, -12, -8);
    setTimeout(() => label.remove());
  });
  on(area, 'dragover', (e) => {
    const target = targetOf(e);
    mark(target);
    if (!target) return;
    e.preventDefault();
    e.dataTransfer.dropEffect = e.ctrlKey || e.altKey ? 'copy' : 'move';
  });
  on(area, 'drop', (e) => {
    const target = targetOf(e);
    mark(null);
    if (!target) return;
    e.preventDefault();
    owner.invokeMethodAsync('Drop', row, target.dataset.drop, e.ctrlKey || e.altKey);
    row = -1;
  });
  on(area, 'dragleave', (e) => { if (!area.contains(e.relatedTarget)) mark(null); });
  on(document, 'dragend', () => { mark(null); row = -1; });
}
