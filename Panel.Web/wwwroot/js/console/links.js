// Addresses in a console's text become links only where they are what they seem: http or https, a plain host name, no account in
// front of it, whole within one style. The title shows the address that is opened.
const ADDRESS = /https?:\/\/[^\s<>"'`\\]+/gi;
const HOST = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$|^\[[0-9a-f:.]+\]$/i;
const MOST = 2_000;              // characters of an address

// Adds a text; what stands right before and after it in the line belongs to other styles.
export function addText(target, text, before, after) {
  let from = 0;
  if (text.includes('://')) {
    for (const match of text.matchAll(ADDRESS)) {
      const shown = trimmed(match[0]);
      const end = match.index + shown.length;
      const cut = (match.index === 0 ? isPart(before) : isPart(text[match.index - 1])) || (match.index + match[0].length === text.length && isPart(after));
      const address = cut ? null : safe(shown);
      if (!address) continue;
      if (match.index > from) target.append(text.slice(from, match.index));
      target.append(link(shown, address));
      from = end;
    }
  }
  if (from < text.length) target.append(from ? text.slice(from) : text);
}

// A full stop or bracket behind an address belongs to the sentence.
function trimmed(text) {
  let end = text.length;
  while (end > 0 && (/[.,;:!?\]}*_~|]/.test(text[end - 1]) || (text[end - 1] === ')' && !text.slice(0, end).includes('(')))) end--;
  return text.slice(0, end);
}

const isPart = (letter) => !!letter && /[\p{L}\p{N}.@:/%_-]/u.test(letter);

function safe(text) {
  if (text.length > MOST || !/^[\x21-\x7e]+$/.test(text)) return null;
  const url = URL.parse ? URL.parse(text) : tryParse(text);
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.username || url.password) return null;
  return HOST.test(url.hostname) && !/(^|\.)xn--/i.test(url.hostname) ? url.href : null;
}

function tryParse(text) {
  try { return new URL(text); } catch { return null; }
}

function link(text, address) {
  const element = document.createElement('a');
  element.href = element.title = address;
  element.target = '_blank';
  element.rel = 'noopener noreferrer';
  element.referrerPolicy = 'no-referrer';
  element.append(text);
  return element;
}
