// Files and folders as a person gave them: dropped, or chosen as files or as a folder.

/** Takes what was dropped; it has to be called before anything is awaited. @returns the entries of {@link walk}. */
export const entriesOf = (transfer) => [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);

/** Walks through entries. @returns files with their names, folders and all, and the folders that hold nothing. */
export async function walk(entries) {
  const found = { files: [], folders: [] };
  const queue = entries.map((entry) => ({ entry, name: entry.name }));
  while (queue.length) {
    const { entry, name } = queue.pop();
    if (entry.isFile) {
      found.files.push({ file: await new Promise((resolve, reject) => entry.file(resolve, reject)), name });
      continue;
    }
    const inside = await contents(entry);
    if (!inside.length) found.folders.push(name);
    queue.push(...inside.map((child) => ({ entry: child, name: `${name}/${child.name}` })));
  }
  return found;
}

/** What was chosen: of a folder, each file has its way in it. */
export const chosen = (list) => ({ files: [...list].map((file) => ({ file, name: file.webkitRelativePath || file.name })), folders: [] });

// a browser gives at most a hundred at once
async function contents(folder) {
  const reader = folder.createReader(), all = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return all;
    all.push(...some);
  }
}
