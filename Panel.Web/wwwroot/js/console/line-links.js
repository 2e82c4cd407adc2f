// A button at the line that the pointer is on: copies an address that opens the console with that line marked.
import { copyText } from './clipboard.js';
import { make } from './lines.js';

export class LineLinks {
  constructor(screen, signal) {
    this.button = make('button', 'line-link');
    this.button.type = 'button';
    this.button.tabIndex = -1;
    this.button.textContent = '#';
    this.button.title = 'Copy a link to this line';
    this.button.setAttribute('aria-label', this.button.title);
    screen.addEventListener('pointerover', (e) => this.over(e), { signal, passive: true });
    screen.addEventListener('pointerleave', () => this.button.remove(), { signal });
    this.button.addEventListener('click', () => this.copy(), { signal });
  }

  over(e) {
    const element = e.target.closest?.('.line');
    if (!element?.line?.number || element === this.line?.element) return;
    this.line = element.line;
    element.append(this.button);
  }

  async copy() {
    const { number, at, element } = this.line;
    const address = new URL(location.href);
    address.search = `?line=${number}-${at}`;
    address.hash = '';
    const done = await copyText(address.href);
    element.parentElement?.parentElement?.querySelector('.marked')?.classList.remove('marked');
    element.classList.add('marked');
    this.button.textContent = done ? 'Copied' : 'Not allowed';
    setTimeout(() => { this.button.textContent = '#'; }, 1500);
  }
}
