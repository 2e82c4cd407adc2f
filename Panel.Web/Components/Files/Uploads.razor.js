// Takes files from the person: dropped (folders too) or chosen. What happens with them then is js/uploads.
import { add as enqueue, events } from '../../js/uploads/queue.js';
import { chosen, entriesOf, walk } from '../../js/uploads/dropped.js';
import { showTray } from '../../js/uploads/tray.js';

const ASKED = 200;               // names in one question: a message to the server has to stay small

export function attach(zone, owner, address) {
  const pickers = [...zone.querySelectorAll('[data-part=picker], [data-part=folders]')];
  const cover = zone.querySelector('[data-part=drop]');
  const abort = new AbortController();
  const on = (target, type, act) => target.addEventListener(type, act, { signal: abort.signal });
  let target = null, depth = 0;

  const bare = (e) => e.dataTransfer?.types.includes('Files') && target !== null;
  on(zone, 'dragenter', (e) => { if (bare(e)) { e.preventDefault(); depth++; cover.hidden = false; } });
  on(zone, 'dragover', (e) => { if (bare(e)) { e.preventDefault(); e.dataTransfer.dropEffect = 'copy'; } });
  on(zone, 'dragleave', (e) => { if (bare(e) && --depth <= 0) { depth = 0; cover.hidden = true; } });
  on(zone, 'drop', async (e) => {
    depth = 0;
    cover.hidden = true;
    if (!bare(e)) return;
    e.preventDefault();
    await add(await walk(entriesOf(e.dataTransfer)));
  });
  for (const picker of pickers) {
    on(picker, 'change', () => {
      const found = chosen(picker.files);
      picker.value = '';
      add(found);
    });
  }
  on(events, 'arrived', () => owner.invokeMethodAsync('Arrived').catch(() => {}));

  async function add({ files, folders }) {
    if (target === null || !(files.length + folders.length)) return;
    const folder = target === '/' ? '' : target;
    const top = (name) => name.split('/')[0];
    const tops = [...new Set([...files.map(({ name }) => top(name)), ...folders.map(top)])];
    const there = [];
    for (let i = 0; i < tops.length; i += ASKED) there.push(...await owner.invokeMethodAsync('Existing', tops.slice(i, i + ASKED)));
    // of each name that is there: the name it gets, and whether it goes over what is there; null to leave it away
    const answers = new Map(there.length ? (await owner.invokeMethodAsync('Ask', there)).map(({ name, as, replace }) => [name, { as, replace }]) : []);
    const taken = (name) => !answers.has(top(name)) || answers.get(top(name)).as !== null;
    const renamed = (name) => (answers.has(top(name)) ? answers.get(top(name)).as + name.slice(top(name).length) : name);
    const empty = folders.filter(taken).map(renamed);
    if (empty.length) await owner.invokeMethodAsync('MakeFolders', empty);
    const taking = files.filter(({ name }) => taken(name));
    showTray();
    enqueue(address, taking.map(({ file, name }) => ({ file, name: renamed(name), path: `${folder}/${renamed(name)}`, replace: answers.get(top(name))?.replace ?? false })));
  }

  return {
    pick: (folders) => zone.querySelector(folders ? '[data-part=folders]' : '[data-part=picker]').click(),
    aim: (folder) => { target = folder; },
    resume: (id, path, size, replace) => {
      const picker = Object.assign(document.createElement('input'), { type: 'file' });
      const name = path.slice(path.lastIndexOf('/') + 1);
      on(picker, 'change', () => {
        const [file] = picker.files;
        if (!file) return;
        if (file.size !== size) return owner.invokeMethodAsync('Other', file.name, name);
        showTray();
        enqueue(address, [{ file, name, path, replace, url: `${address}/${id}` }]);
      });
      picker.click();
    },
    download: async (addresses) => {
      for (const href of addresses) {
        const link = Object.assign(document.createElement('a'), { href, download: '' });
        document.body.append(link);
        link.click();
        link.remove();
        await new Promise((resolve) => setTimeout(resolve, 400));   // browsers drop downloads that start at once
      }
    },
    dispose: () => abort.abort(),
  };
}
