export const read = (area) => new TextEncoder().encode(area.value);
export const blank = (area) => area.value.trim() === '';
