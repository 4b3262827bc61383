/** How a function changed, without colour. */
export const CHANGE_GLYPHS = {
  unchanged: '',
  appeared: '✚',
  vanished: '✖',
  grown: '▲',
  shrunk: '▼',
} as const;
