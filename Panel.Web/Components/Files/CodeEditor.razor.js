import * as drafts from '../../js/files/drafts.js';
import { isAway } from '../../js/files/circuit.js';

const REST = 500;                // ms without a key before what was typed is kept
const AGAIN = 1000;              // ms until what could not be told is told again

let loading;

function loadMonaco() {
  return loading ??= new Promise((resolve, reject) => {
    const vs = new URL('lib/monaco/vs', document.baseURI).href;
    const script = document.createElement('script');
    script.src = `${vs}/loader.js`;
    script.onerror = () => reject(new Error('The editor could not be loaded.'));
    script.onload = () => {
      require.config({ paths: { vs } });
      require(['vs/editor/editor.main'], (monaco) => {
        prepare(monaco);
        resolve(monaco);
      }, reject);
    };
    document.head.append(script);
  });
}

function prepare(monaco) {
  monaco.languages.register({ id: 'log' });
  monaco.languages.setMonarchTokensProvider('log', {
    ignoreCase: true,
    tokenizer: {
      root: [
        [/\b(error|fatal|severe|exception)\b.*/, 'invalid'],
        [/\b(warn|warning)\b/, 'type'],
        [/\b(info|debug|trace|notice)\b/, 'keyword'],
        [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z?|\b\d\d:\d\d:\d\d\b/, 'number'],
        [/"[^"]*"/, 'string'],
      ],
    },
  });
  // keys with dots and dashes, as game servers have them; the editor's own "ini" stops at the first dash
  monaco.languages.register({ id: 'properties' });
  monaco.languages.setLanguageConfiguration('properties', { comments: { lineComment: '#' } });
  monaco.languages.setMonarchTokensProvider('properties', {
    tokenizer: {
      root: [
        [/^\s*[#;!].*$/, 'comment'],
        [/^\s*\[[^\]]*\]/, 'metatag'],
        [/^(\s*(?:export\s+)?[^=:\s][^=:]*?)(\s*[=:])/, ['attribute.name', 'delimiter']],
        [/\b(true|false|yes|no|on|off)\s*$/, 'keyword'],
        [/-?\b\d+(\.\d+)?\s*$/, 'number'],
        [/"[^"]*"|'[^']*'/, 'string'],
        [/[^\s"']+|./, ''],
      ],
    },
  });
  themes(monaco);
}

const dark = () => (document.documentElement.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';

// what a language marks, by the page's colour for it
const rules = [
  [['attribute.name', 'type.yaml', 'string.key.json', 'tag', 'metatag'], '--accent'],
  [['string', 'string.yaml', 'string.value.json', 'attribute.value', 'type.log'], '--amber'],
  [['number', 'number.log'], '--green'],
  [['keyword', 'keyword.json'], '--blue'],
  [['comment'], '--ink-3'],
  [['invalid'], '--red'],
];

// The page's own colours: read from its tokens, so that the editor is a part of it in both themes.
function themes(monaco) {
  const probe = document.body.appendChild(document.createElement('span'));
  probe.style.transition = 'none';    // or each colour would begin as the one before it
  const token = (name) => {
    probe.style.color = `var(${name})`;
    const [r, g, b, a = 1] = getComputedStyle(probe).color.match(/[\d.]+/g).map(Number);
    return '#' + [r, g, b, a * 255].map((part) => Math.round(part).toString(16).padStart(2, '0')).join('');
  };
  monaco.editor.defineTheme('panel', {
    base: dark() ? 'vs-dark' : 'vs',
    inherit: true,
    rules: rules.map(([kinds, name]) => kinds.map((kind) => ({ token: kind, foreground: token(name).slice(1, 7) }))).flat(),
    colors: {
      'editor.background': token('--surface'),
      'editor.foreground': token('--ink'),
      'editorGutter.background': token('--surface'),
      'editorLineNumber.foreground': token('--ink-off'),
      'editorLineNumber.activeForeground': token('--ink-2'),
      'editor.lineHighlightBackground': token('--surface-2'),
      'editor.lineHighlightBorder': '#00000000',
      'editorWidget.background': token('--overlay'),
      'editorWidget.border': token('--line-strong'),
      'focusBorder': token('--accent'),
    },
  });
  probe.remove();
  monaco.editor.setTheme('panel');
}

export async function create(element, pane, owner) {
  const monaco = await loadMonaco();
  const { editor, KeyMod, KeyCode } = monaco;
  themes(monaco);
  const style = getComputedStyle(document.documentElement);
  const view = editor.create(element, {
    theme: 'panel', language: 'plaintext', automaticLayout: true, minimap: { enabled: false }, scrollBeyondLastLine: false, unusualLineTerminators: 'off', unicodeHighlight: { ambiguousCharacters: false },
    fontFamily: style.getPropertyValue('--font-mono').trim(), fontLigatures: false, fontSize: 13, lineHeight: 20, padding: { top: 10, bottom: 10 }, renderLineHighlightOnlyWhenFocus: true, lineNumbersMinChars: 4, folding: true,
    smoothScrolling: false, fixedOverflowWidgets: true, wordWrap: matchMedia('(max-width: 40rem)').matches ? 'on' : 'off', ariaLabel: 'File content', occurrencesHighlight: 'off', quickSuggestions: false, wordBasedSuggestions: 'off', suggestOnTriggerCharacters: false,
  });
  let saved = view.getModel().getAlternativeVersionId(), sent = saved, dirty = false;
  let savedText = '', sentText = '', diff, original;
  let key = null, version = '', found = null, keeping = 0, telling = 0;
  drafts.sweep();

  const keepDraft = () => {
    clearTimeout(keeping);
    keeping = 0;
    if (key === null) return undefined;
    return view.getModel().getAlternativeVersionId() !== saved ? drafts.keep({ key, text: view.getModel().getValue(), version }) : drafts.forget(key);
  };

  const tell = () => {
    const now = view.getModel().getAlternativeVersionId() !== saved;
    if (now === dirty) return;
    clearTimeout(telling);
    if (isAway()) {
      telling = setTimeout(tell, AGAIN);
      return;
    }
    dirty = now;
    owner.invokeMethodAsync('Dirty', dirty);
  };
  view.onDidChangeModelContent(() => {
    tell();
    clearTimeout(keeping);
    if (key !== null && !found) keeping = setTimeout(keepDraft, REST);
  });
  // without the panel it is kept in the browser, where it is found again
  const save = () => (isAway() ? !found && keepDraft() : owner.invokeMethodAsync('Save'));
  view.addCommand(KeyMod.CtrlCmd | KeyCode.KeyS, save);
  // Ctrl+S is this page's own while a file is open, wherever the keyboard is
  const abort = new AbortController();
  addEventListener('keydown', (e) => {
    if (!(e.ctrlKey || e.metaKey) || e.altKey || e.key.toLowerCase() !== 's' || element.contains(e.target)) return;
    e.preventDefault();
    // what is typed into a field counts once the field is left
    const field = document.activeElement;
    if (field?.matches('input')) {
      field.blur();
      field.focus();
    }
    save();
  }, { signal: abort.signal });
  addEventListener('pagehide', () => { if (keeping) keepDraft(); }, { signal: abort.signal });
  addEventListener('panel-theme', () => themes(monaco), { signal: abort.signal });

  // the lines that the server's settings write over, for formats of lines; the others are named above the text
  let written = null, marks = null, marking = 0;
  const mark = () => {
    const model = view.getModel();
    if (!written || !model) return;
    let section = '';
    const found = [];
    for (let line = 1; line <= Math.min(model.getLineCount(), 20_000); line++) {
      const text = model.getLineContent(line);
      section = written.format === 'ini' ? /^\s*\[\s*(.*?)\s*\]\s*$/.exec(text)?.[1] ?? section : '';
      const name = /^\s*([^\s#;!=:][^=:]*?)\s*[=:]/.exec(text)?.[1];
      const own = written.format === 'file' ? written.keys.some((key) => text.startsWith(key))
        : name !== undefined && (section ? written.keys.includes(`${section}.${name}`) || written.keys.includes(`[${section}].${name}`) : written.keys.includes(name));
      if (own) found.push({ range: new monaco.Range(line, 1, line, 1), options: { isWholeLine: true, linesDecorationsClassName: 'written-line', hoverMessage: { value: "Written by the server's settings before each start" } } });
    }
    marks ??= view.createDecorationsCollection();
    marks.set(found);
  };
  view.onDidChangeModelContent(() => {
    clearTimeout(marking);
    if (written) marking = setTimeout(mark, REST);
  });

  const decode = async (text) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(await text.arrayBuffer());

  const part = () => {
    diff?.dispose();
    original?.dispose();
    diff = original = undefined;
    pane.hidden = true;
  };

  return {
    load: async (text, language, draftKey, textVersion) => {
      part();
      clearTimeout(keeping);
      [key, version, found] = [null, textVersion, null];
      const model = editor.createModel(await decode(text), language);
      savedText = model.getValue();
      const old = view.getModel();
      view.setModel(model);
      old?.dispose();
      saved = sent = model.getAlternativeVersionId();
      tell();
      view.focus();
      found = await drafts.find(draftKey) ?? null;
      key = draftKey;
      if (!found) return;
      if (found.text === savedText) {
        found = null;
        await drafts.forget(key);
      } else {
        owner.invokeMethodAsync('Draft', found.at, found.version === version);
      }
    },
    // what was found goes into the text, beside what was saved since
    restore: () => {
      const model = view.getModel();
      if (found) model.pushEditOperations([], [{ range: model.getFullModelRange(), text: found.text }], () => null);
      found = null;
      keepDraft();
      view.focus();
    },
    forget: () => {
      clearTimeout(keeping);
      found = null;
      const gone = key;
      return drafts.forget(gone);
    },
    mark: (format, keys) => {
      written = ['properties', 'ini', 'file'].includes(format) ? { format, keys } : null;
      mark();
    },
    edit: (start, length, text) => {
      const model = view.getModel();
      const [from, to] = [model.getPositionAt(start), model.getPositionAt(start + length)];
      model.pushStackElement();
      model.pushEditOperations([], [{ range: { startLineNumber: from.lineNumber, startColumn: from.column, endLineNumber: to.lineNumber, endColumn: to.column }, text }], () => null);
      model.pushStackElement();
    },
    ends: (crlf) => {
      view.getModel().pushEOL(crlf ? editor.EndOfLineSequence.CRLF : editor.EndOfLineSequence.LF);
      tell();
    },
    read: () => {
      sent = view.getModel().getAlternativeVersionId();
      sentText = view.getModel().getValue();
      return new TextEncoder().encode(sentText);
    },
    reveal: (line) => {
      const lineNumber = Math.min(Math.max(1, line), view.getModel().getLineCount());
      view.setPosition({ lineNumber, column: 1 });
      view.revealLineInCenter(lineNumber);
    },
    keep: async (textVersion) => {
      saved = sent;
      savedText = sentText;
      version = textVersion;
      found = null;
      tell();
      await keepDraft();
    },
    // beside an earlier text, or beside the saved one
    compare: async (text) => {
      part();
      const model = view.getModel();
      original = editor.createModel(text ? await decode(text) : savedText, model.getLanguageId());
      pane.hidden = false;
      diff = editor.createDiffEditor(pane, {
        theme: 'panel', automaticLayout: true, minimap: { enabled: false }, scrollBeyondLastLine: false, fontFamily: style.getPropertyValue('--font-mono').trim(), fontLigatures: false, fontSize: 13, lineHeight: 20,
        renderSideBySide: matchMedia('(min-width: 64rem)').matches, originalEditable: false, renderOverviewRuler: false, fixedOverflowWidgets: true, originalAriaLabel: 'Before', modifiedAriaLabel: 'Now',
      });
      diff.setModel({ original, modified: model });
      diff.getModifiedEditor().focus();
    },
    part,
    // takes the earlier text over, as an edit that can be undone
    take: () => {
      const model = view.getModel();
      if (original) model.pushEditOperations([], [{ range: model.getFullModelRange(), text: original.getValue() }], () => null);
      part();
      view.focus();
    },
    dispose: () => {
      for (const timer of [keeping, telling, marking]) clearTimeout(timer);
      part();
      abort.abort();
      view.getModel()?.dispose();
      view.dispose();
    },
  };
}
