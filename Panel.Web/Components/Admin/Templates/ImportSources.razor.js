export const read = (area) => new TextEncoder().encode(area.value);
