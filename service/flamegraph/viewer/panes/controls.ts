/** The bar above the graph. */
import { button, choice, html } from '../dom.ts';
import type { ViewState } from '../state.ts';

export interface ControlActions {
  readonly change: (patch: Partial<ViewState>) => void;
  readonly view: (view: string) => void;
  readonly hit: (step: 1 | -1) => void;
  readonly reset: () => void;
}

export class Controls {
  readonly element = html('div', { class: 'bar', role: 'toolbar', 'aria-label': 'How the graph is drawn' });
  readonly search: HTMLInputElement;
  /** Sum of what the search matches. */
  readonly found = html('p', { class: 'small', role: 'status' });
  private readonly selects: Readonly<Record<string, HTMLSelectElement>>;
  private readonly invert: HTMLButtonElement;
  private readonly hits: readonly HTMLButtonElement[];

  constructor(differential: boolean, state: ViewState, actions: ControlActions) {
    this.search = html('input', {
      type: 'search',
      spellcheck: 'false',
      maxlength: 200,
      placeholder: 'regular expression',
    });
    this.search.addEventListener('input', () => actions.change({ query: this.search.value }));
    const selects: Record<string, HTMLSelectElement> = {};
    const add = (
      name: string,
      label: string,
      options: [string, string][],
      act: (value: string) => void,
    ): HTMLElement => {
      const { element, select } = choice(label, options, '', act);
      selects[name] = select;
      return element;
    };
    const colours: [string, string][] = [
      ['category', 'kind of code'],
      ['package', 'package'],
      ['tier', 'JIT tier'],
    ];
    if (differential) colours.unshift(['change', 'change']);
    this.hits = [
      button('‹', () => actions.hit(-1), { 'aria-label': 'Previous hit', title: 'Previous hit (N)' }),
      button('›', () => actions.hit(1), { 'aria-label': 'Next hit', title: 'Next hit (n)' }),
    ];
    const views: [string, string][] = [
      ['calls', 'calls'],
      ['reverse', 'reverse: from the leaves'],
      ['sandwich', 'sandwich: one function'],
    ];
    this.element.append(
      html('label', { class: 'wide' }, html('span', {}, 'Search'), this.search),
      ...this.hits,
      add('view', 'View', views, actions.view),
      add('colour', 'Colour', colours, (colour) => actions.change({ colour })),
    );
    if (differential) {
      const widths: [string, string][] = [
        ['hot', 'hot'],
        ['healthy', 'healthy'],
        ['both', 'both: the larger one'],
        ['excess', 'excess: what was added'],
      ];
      const changes: [string, string][] = [
        ['total', 'with callees'],
        ['self', 'own code'],
      ];
      this.element.append(
        add('width', 'Width', widths, (width) => actions.change({ width })),
        add('change', 'Change', changes, (change) => actions.change({ change })),
      );
    }
    this.invert = button(
      'Invert',
      () => actions.change({ inverted: this.invert.getAttribute('aria-pressed') !== 'true' }),
      {
        title: 'Root on top (i)',
      },
    );
    this.element.append(this.invert, button('Reset', actions.reset, { title: 'Reset everything (0)' }));
    this.selects = selects;
    this.show(state, '');
  }

  show(state: ViewState, found: string): void {
    if (this.search.value !== state.query) this.search.value = state.query;
    for (const [name, select] of Object.entries(this.selects)) select.value = String(state[name as keyof ViewState]);
    this.invert.setAttribute('aria-pressed', String(state.inverted));
    this.invert.disabled = state.view === 'sandwich';
    for (const hit of this.hits) hit.disabled = state.query === '';
    if (this.found.textContent !== found) this.found.textContent = found;
  }
}
