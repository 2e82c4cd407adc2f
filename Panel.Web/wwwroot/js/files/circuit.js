// Whether the page's connection is there: what is called without it is no answer but an error of the page.
const LOST = ['show', 'retrying', 'failed', 'rejected'].map((state) => 'components-reconnect-' + state);

export function isAway() {
  const notice = document.getElementById('components-reconnect-modal');
  return notice !== null && LOST.some((state) => notice.classList.contains(state));
}
