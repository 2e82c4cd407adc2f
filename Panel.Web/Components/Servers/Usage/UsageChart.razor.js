// Tells the value of a chart below the pointer, or at the place that the arrow keys choose: a slider lies over it, so that both are the browser's own.
export function read(root) {
  const part = (name) => root.querySelector(`[data-part=${name}]`);
  const place = part('place'), at = part('at'), told = part('told');
  let usual = null;

  const show = () => {
    const slots = JSON.parse(root.dataset.slots), slot = Math.min(Number(place.value), slots.length - 1);
    usual ??= told.textContent;
    at.hidden = false;
    at.style.insetInlineStart = `${((slot + 0.5) / slots.length) * 100}%`;
    told.textContent = slots[slot];
    place.setAttribute('aria-valuetext', slots[slot]);
  };
  const rest = () => {
    if (document.activeElement === place && place.matches(':focus-visible')) return;
    at.hidden = true;
    if (usual !== null) told.textContent = usual;
    usual = null;
  };

  place.addEventListener('input', show);
  place.addEventListener('focus', () => { if (place.matches(':focus-visible')) show(); });
  place.addEventListener('blur', rest);
  place.addEventListener('pointermove', (e) => {
    const box = place.getBoundingClientRect(), slots = Number(place.max) + 1;
    place.value = String(Math.max(0, Math.min(slots - 1, Math.floor(((e.clientX - box.left) / box.width) * slots))));
    show();
  });
  place.addEventListener('pointerleave', rest);
}
