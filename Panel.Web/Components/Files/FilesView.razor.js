// How this browser's person likes to look at files.
const STORE = 'panel-files';

export function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(STORE));
    return kept && { hidden: kept.hidden !== false, tree: kept.tree !== false };
  } catch {
    return null;   // storage is refused, or holds something else
  }
}

export function keep(looks) {
  try {
    localStorage.setItem(STORE, JSON.stringify(looks));
  } catch { /* private window: it lasts as long as the page */ }
}
