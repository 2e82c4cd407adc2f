// How a line of a console becomes elements. Texts become text nodes: no line can become markup.
import { addText } from './links.js';

const KINDS = { 1: 'line install', 2: 'line note', 3: 'line mark start', 4: 'line mark end', 5: 'line sent', 6: 'line answer' };
const LEVELS = ['', ' debug', ' warning', ' error'];

const numbers = new Intl.NumberFormat('en-US');

export const spell = (number) => numbers.format(number);

// [number, unix ms, source and level, span…]
export function drawLine([number, at, kind, ...spans], times) {
  const source = kind & 15;
  const element = make('div', (KINDS[source] ?? 'line') + (LEVELS[kind >> 4] ?? ''));
  let text = '';
  for (let i = 0; i < spans.length; i++) {
    const span = spans[i];
    const [part, classes, colour, back] = typeof span === 'string' ? [span] : span;
    let target = element;
    if (typeof span !== 'string') {
      target = element.appendChild(make('span', classes));
      if (colour) target.style.color = colour;
      if (back) target.style.backgroundColor = back;
    }
    addText(target, part, last(spans[i - 1]), first(spans[i + 1]));
    text += part;
  }
  const line = { element, at, number, text };
  element.line = line;
  times?.show(line);
  return line;
}

export function skippedLine(count) {
  const element = make('div', 'line skipped');
  const text = `… ${spell(count)} ${count === 1 ? 'line' : 'lines'} skipped`;
  element.append(text);
  return { element, text };
}

export function make(tag, className) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  return element;
}

// The stamps before lines: none, in the person's own time zone, or in UTC.
export class LineTimes {
  constructor(zone) {
    this.zone = zone || undefined;
    this.set(false);
  }

  set(mode) {
    this.mode = mode;
    const options = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', timeZone: mode === 'utc' ? 'UTC' : this.zone };
    try {
      this.format = new Intl.DateTimeFormat('en-GB', options);
    } catch {
      this.format = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: undefined }); // a zone that this browser does not know
    }
  }

  show(line) {
    if (this.mode && line.at) line.element.dataset.at = this.format.format(line.at);
  }
}

const textOf = (span) => span === undefined ? '' : typeof span === 'string' ? span : span[0];
const last = (span) => textOf(span).at(-1) ?? '';
const first = (span) => textOf(span)[0] ?? '';
