/** The bar above the graph: what is used most in two rows on a phone, the rest behind "More" there. */
import { button, choice, html } from '../dom.ts';
import type { ViewState } from '../state.ts';

export interface ControlActions {
  readonly change: (patch: Partial<ViewState>) => void;
  readonly view: (view: string) => void;
  readonly hit: (step: 1 | -1) => void;
  readonly functions: () => void;
  /** Null where the graph has no address of its own. */
  readonly copyLink: (() => void) | null;
  readonly reset: () => void;
}

/** What there is to choose from. */
export interface ControlKind {
  readonly differential: boolean;
  readonly foldable: boolean;
}

type Option = [value: string, text: string];

const VIEWS: Option[] = [
  ['calls', 'calls'],
  ['reverse', 'reverse: from the leaves'],
  ['sandwich', 'sandwich: one function'],
];
const COLOURS: Option[] = [
  ['category', 'kind of code'],
  ['package', 'package'],
  ['tier', 'JIT tier'],
];
const WIDTHS: Option[] = [
  ['hot', 'hot'],
  ['healthy', 'healthy'],
  ['both', 'both: the larger one'],
  ['excess', 'excess: what was added'],
];
const CHANGES: Option[] = [
  ['code', 'own code and runtime'],
  ['total', 'with callees'],
  ['self', 'own code'],
];

export class Controls {
  readonly element = html('div', { class: 'bar', role: 'toolbar', 'aria-label': 'How the graph is drawn' });
  readonly search: HTMLInputElement;
  /** Sum of what the search matches. */
  readonly found = html('p', { class: 'small', role: 'status' });
  private readonly selects: Record<string, HTMLSelectElement> = {};
  private readonly toggles: { readonly element: HTMLButtonElement; readonly on: (state: ViewState) => boolean }[] = [];
  private readonly invert: HTMLButtonElement;
  private readonly hits: readonly HTMLButtonElement[];

  constructor({ differential, foldable }: ControlKind, state: ViewState, actions: ControlActions) {
    const { change } = actions;
    this.search = html('input', {
      type: 'search',
      'aria-label': 'Search',
      spellcheck: 'false',
      maxlength: 200,
      placeholder: 'regular expression',
    });
    this.search.addEventListener('input', () => change({ query: this.search.value }));
    this.hits = [
      button('‹', () => actions.hit(-1), { 'aria-label': 'Previous hit', title: 'Previous hit (N)' }),
      button('›', () => actions.hit(1), { 'aria-label': 'Next hit', title: 'Next hit (n)' }),
    ];
    const quick: HTMLElement[] = [];
    if (foldable) {
      quick.push(
        this.toggle('All frames', 'Node runtime, too (f)', (on) => change({ frames: on ? 'all' : 'mine' }), isUnfolded),
      );
    }
    if (differential)
      quick.push(
        this.toggle('Own code', 'Change of own code', (on) => change({ change: on ? 'self' : 'code' }), isSelf),
      );
    quick.push(button('Functions', actions.functions, { title: 'Functions, sorted by own code' }));
    this.invert = this.toggle('Invert', 'Root on top (i)', (inverted) => change({ inverted }), isInverted);
    const more = html('div', { class: 'more', id: 'more' });
    more.append(this.choice('view', 'View', VIEWS, actions.view), this.colours(differential, change));
    if (differential)
      more.append(
        this.choice('width', 'Width', WIDTHS, (width) => change({ width })),
        this.choice('change', 'Change', CHANGES, (value) => change({ change: value })),
      );
    more.append(this.invert);
    if (actions.copyLink !== null) more.append(button('Copy link', actions.copyLink));
    more.append(button('Reset', actions.reset, { title: 'Reset everything (0)' }));
    const open = button('More', () => open.setAttribute('aria-expanded', String(more.classList.toggle('open'))), {
      class: 'opens',
      'aria-expanded': 'false',
      'aria-controls': 'more',
    });
    this.element.append(
      html('div', { class: 'search' }, html('label', {}, html('span', {}, 'Search'), this.search), ...this.hits),
      html('div', { class: 'quick' }, ...quick, open),
      more,
    );
    this.show(state, '');
  }

  private toggle(
    text: string,
    title: string,
    act: (on: boolean) => void,
    on: (state: ViewState) => boolean,
  ): HTMLButtonElement {
    const element = button(text, () => act(element.getAttribute('aria-pressed') !== 'true'), { title });
    this.toggles.push({ element, on });
    return element;
  }

  private choice(name: string, label: string, options: Option[], act: (value: string) => void): HTMLElement {
    const { element, select } = choice(label, options, '', act);
    this.selects[name] = select;
    return element;
  }

  private colours(differential: boolean, change: ControlActions['change']): HTMLElement {
    const options: Option[] = differential ? [['change', 'change'], ...COLOURS] : COLOURS;
    return this.choice('colour', 'Colour', options, (colour) => change({ colour }));
  }

  /** Until something else is found. */
  say(words: string): void {
    this.found.textContent = words;
  }

  show(state: ViewState, found: string): void {
    if (this.search.value !== state.query) this.search.value = state.query;
    for (const [name, select] of Object.entries(this.selects)) select.value = String(state[name as keyof ViewState]);
    for (const { element, on } of this.toggles) element.setAttribute('aria-pressed', String(on(state)));
    this.invert.disabled = state.view === 'sandwich';
    for (const hit of this.hits) hit.disabled = state.query === '';
    if (this.found.textContent !== found) this.found.textContent = found;
  }
}

function isUnfolded({ frames }: ViewState): boolean {
  return frames === 'all';
}

function isSelf({ change }: ViewState): boolean {
  return change === 'self';
}

function isInverted({ inverted }: ViewState): boolean {
  return inverted;
}
