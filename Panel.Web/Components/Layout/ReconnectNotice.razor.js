const notice = document.getElementById('components-reconnect-modal');
const has = (state) => notice.classList.contains('components-reconnect-' + state);

// uploads need no circuit: what is on its way ends first
function load() {
  const busy = globalThis.panelBusy;
  if (busy?.uploads) {
    busy.idle(load);
  } else {
    location.reload();
  }
}

// rejected: the server answered, but no longer knows this page's circuit (it restarted, or the time to come back ran out)
new MutationObserver(() => {
  if (has('rejected')) {
    load();
  }
}).observe(notice, { attributeFilter: ['class'] });

// Blazor's script gives up after its last attempt; a panel that comes back after an hour is still met by this
async function comeBack() {
  try {
    if ((await fetch('healthz', { cache: 'no-store' })).ok) {
      load();
    }
  } catch {
    // still out of reach: the notice stays
  }
}

setInterval(() => {
  if (has('failed')) {
    comeBack();
  }
}, 5000);
notice.querySelector('button').addEventListener('click', comeBack);
