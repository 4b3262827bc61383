/** What is said about a frame: panel, tooltip, and the way to it. */
import { button, html } from '../dom.ts';
import { frameBelow } from '../views.ts';
import { type Described, describe } from '../words.ts';
import type { FrameRef, Pane } from './pane.ts';

export function describedNodes({ name, where, rows }: Described): Node[] {
  const list = rows.map(([label, value]) => html('div', {}, html('dt', {}, label), html('dd', {}, value)));
  return [
    html('strong', { class: 'name' }, name),
    html('div', { class: 'soft small' }, where),
    html('dl', {}, ...list),
  ];
}

/** Copies text; where the browser forbids it, selects what is shown of it. True: copied. */
export async function copyText(text: string, shown: Node | null): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    if (shown !== null) getSelection()?.selectAllChildren(shown);
    return false;
  }
}

export interface PanelActions {
  readonly zoom: () => void;
  readonly sandwich: () => void;
  readonly search: () => void;
  readonly close: () => void;
}

/** The selected frame in full. */
export class Panel {
  readonly element = html('section', { class: 'panel', hidden: true, 'aria-label': 'Selected frame' });
  private readonly live = html('div', { 'aria-live': 'polite' });
  private readonly note = html('span', { class: 'small', role: 'status' });
  private name = '';

  constructor(actions: PanelActions) {
    const bar = html(
      'div',
      { class: 'bar' },
      button('Zoom', actions.zoom),
      button('Sandwich', actions.sandwich),
      button('Search', actions.search),
      button('Copy name', () => void this.copy()),
      button('Close', actions.close),
      this.note,
    );
    this.element.append(this.live, bar);
  }

  show(pane: Pane, ref: FrameRef | null): void {
    this.element.toggleAttribute('hidden', ref === null);
    if (ref === null) return;
    const described = describe(pane, ref, false);
    this.name = described.name;
    this.note.textContent = '';
    this.live.replaceChildren(...describedNodes(described));
  }

  async copy(): Promise<void> {
    if (this.element.hasAttribute('hidden')) return;
    const copied = await copyText(this.name, this.live.querySelector('.name'));
    this.note.textContent = copied ? 'Copied.' : 'Selected: copy it with the keyboard.';
  }
}

/** The zoomed frame's callers, outermost first; of a long way the middle is left out. */
export function crumbNodes(pane: Pane, zoomTo: (node: number) => void): HTMLElement[] {
  const { upper } = pane.view;
  const path: number[] = [];
  for (let at = pane.zoom; at >= 0; at = frameBelow(upper, at)) path.push(at);
  path.reverse();
  const most = 14;
  const shown = path.length <= most ? path : [...path.slice(0, 3), -1, ...path.slice(3 - most)];
  return shown.map((node) => {
    if (node < 0) return html('li', {}, `… ${path.length - most} more …`);
    const name = pane.name(upper, node).slice(0, 120);
    if (node === pane.zoom) return html('li', { 'aria-current': 'location' }, html('strong', {}, name));
    return html(
      'li',
      {},
      button(name, () => zoomTo(node), { class: 'plain' }),
    );
  });
}
