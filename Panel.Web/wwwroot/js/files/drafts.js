// What was typed and not saved yet, kept in this browser: it outlives a lost connection, a reload and a restart of the panel. Each
// account has its own, by its id in the key; what is old, or more than a few, goes.
const NAME = 'panel-drafts', STORE = 'drafts';
const DAYS = 14;
const MOST = 20;

let opening;

function open() {
  return opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'key' });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function run(mode, act) {
  try {
    const db = await open();
    return await new Promise((resolve, reject) => {
      const transaction = db.transaction(STORE, mode);
      const request = act(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  } catch {
    return undefined;   // a private window, or a full disk: what is typed lives as long as the page
  }
}

/** The draft of a key: { key, text, version, at }, or undefined. */
export const find = (key) => run('readonly', (store) => store.get(key));

export const keep = (draft) => run('readwrite', (store) => store.put({ ...draft, at: Date.now() }));

export const forget = (key) => run('readwrite', (store) => store.delete(key));

/** Removes what is old, and all but the newest few. */
export async function sweep() {
  const all = await run('readonly', (store) => store.getAll()) ?? [];
  const newest = all.sort((one, other) => other.at - one.at);
  const gone = newest.filter((draft, i) => i >= MOST || Date.now() - draft.at > DAYS * 86_400_000);
  for (const draft of gone) await forget(draft.key);
}
