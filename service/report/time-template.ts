/**
 * Prints the `DisplayTime` at a path of the context. Without script it is UTC; the pages' script puts the reader's own
 * time and how long ago that was in its place, and leaves UTC in the title.
 */
export function timeTemplate(path: string): string {
  return `<time datetime="{{${path}.iso}}" title="{{${path}.text}}">{{${path}.text}}</time>`;
}

/** The same without the date, for lists of what happened one after the other. */
export function clockTemplate(path: string): string {
  return `<time datetime="{{${path}.iso}}" title="{{${path}.text}}" data-clock>{{${path}.clock}}</time>`;
}
