/** Small helpers to make elements. Text is always text: no markup is ever parsed. */

export type Properties = Readonly<Record<string, string | number | boolean | ((event: Event) => void)>>;

function apply(element: Element, properties: Properties): void {
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false) element.setAttribute(name, String(value));
  }
}

/** An HTML element, in SVG documents too; a function as property is a listener of the event of that name. */
export function html<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElementNS('http://www.w3.org/1999/xhtml', tag) as HTMLElementTagNameMap[K];
  apply(element, properties);
  element.append(...children);
  return element;
}

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: (Node | string)[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  apply(element, properties);
  element.append(...children);
  return element;
}

/** A labelled choice. */
export function choice(
  label: string,
  options: readonly (readonly [string, string])[],
  value: string,
  change: (value: string) => void,
): { readonly element: HTMLElement; readonly select: HTMLSelectElement } {
  const select = html('select', { change: () => change(select.value) });
  for (const [key, text] of options) select.append(html('option', { value: key }, text));
  select.value = value;
  return { element: html('label', {}, html('span', {}, label), select), select };
}

export function button(text: string, click: () => void, properties: Properties = {}): HTMLButtonElement {
  return html('button', { type: 'button', click, ...properties }, text);
}

/** After the next paint: work that the first picture does not need. */
export function afterPaint(work: () => void): void {
  requestAnimationFrame(() => setTimeout(work));
}
