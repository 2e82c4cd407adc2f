// The keys of a list of files, and bringing a row into view.
const OWN = new Set(['ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', 'Home', 'End', ' ', 'Escape', 'Enter', 'Delete', 'F2', 'Backspace']);

export function attach(grid, owner, rowHeight) {
  const body = grid.querySelector('[data-part=body]');
  const abort = new AbortController();

  grid.addEventListener('keydown', (e) => {
    if (e.target !== grid && e.target.closest('input, button')) return;
    const ctrl = e.ctrlKey || e.metaKey;
    if (e.altKey || !(OWN.has(e.key) && !ctrl) && !(ctrl && e.key === 'a')) return;
    e.preventDefault();
    owner.invokeMethodAsync('Key', e.key, e.shiftKey, ctrl, Math.max(1, Math.floor(body.clientHeight / rowHeight) - 1));
  }, { signal: abort.signal });

  // Shift and a click choose rows here, not text
  body.addEventListener('mousedown', (e) => {
    if (e.shiftKey && !e.target.closest('input')) e.preventDefault();
  }, { signal: abort.signal });

  return {
    show: (index) => {
      const top = index * rowHeight;
      if (top < body.scrollTop) body.scrollTop = top;
      else if (top + rowHeight > body.scrollTop + body.clientHeight) body.scrollTop = top + rowHeight - body.clientHeight;
    },
    dispose: () => abort.abort(),
  };
}
