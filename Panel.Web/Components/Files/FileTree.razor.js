// The keys of the tree of folders.
const OWN = new Set(['ArrowDown', 'ArrowUp', 'ArrowLeft', 'ArrowRight', 'Home', 'End', 'Enter', ' ']);

export function attach(tree, owner) {
  const abort = new AbortController();
  tree.addEventListener('keydown', (e) => {
    if (!OWN.has(e.key) || e.ctrlKey || e.metaKey || e.altKey) return;
    e.preventDefault();
    owner.invokeMethodAsync('Key', e.key);
  }, { signal: abort.signal });
  return {
    show: (id) => document.getElementById(id)?.scrollIntoView({ block: 'nearest' }),
    dispose: () => abort.abort(),
  };
}
