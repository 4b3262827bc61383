/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** The viewer: state, what changes it, and what is drawn of it. Embedded in the viewer's script. */
import { unpackTree } from '../data/codec.ts';
import type { FlameData } from '../data/flame-data.ts';
import { html, later, type Source, svg } from './dom.ts';
import { Input } from './input.ts';
import { decodeModel, searchPattern } from './model.ts';
import { Navigation } from './navigation.ts';
import { composePage, type Page } from './page.ts';
import { Controls } from './panes/controls.ts';
import { type Drawing, drawView } from './panes/draw.ts';
import { HeatMap } from './panes/heat.ts';
import { legendOf } from './panes/legend.ts';
import { Pane } from './panes/pane.ts';
import { crumbNodes, Panel } from './panes/panel.ts';
import { functionTableRows } from './panes/tables.ts';
import { firstState, formatState, parseState, type ViewState } from './state.ts';
import { sharedView } from './sync.ts';
import type { Part } from './views.ts';
import { searchWords } from './words.ts';

/** `person`: told to the page around; others are not. */
export type Cause = 'person' | 'page' | 'start';

export class Viewer {
  readonly root: SVGSVGElement;
  readonly pane: Pane;
  readonly first: ViewState;
  readonly alone: boolean;
  readonly graph = svg('svg', { class: 'graph', role: 'tree', 'aria-label': 'Flame graph' });
  readonly tip = html('div', { class: 'tip', hidden: true, 'aria-hidden': 'true' });
  readonly stage = html('div', { class: 'stage' }, this.graph, this.tip);
  readonly go = new Navigation(this);
  state: ViewState;
  drawing: Drawing | null = null;
  width = 0;
  /** Fragment of the address as this viewer wrote it. */
  written = '';
  readonly controls: Controls;
  readonly panel: Panel;
  private readonly page: Page;
  private literal = false;
  private heat: HeatMap | null = null;
  private saving = 0;
  private unfolded = false;
  /** What legend and table of functions were made of. */
  private legend = '';
  private filled: Pick<Pane, 'self' | 'matched'> | null = null;

  constructor(root: SVGSVGElement, pane: Pane) {
    const { data } = pane.model;
    this.root = root;
    this.alone = document.documentElement === (root as Element) && window.parent === window;
    this.pane = pane;
    // In a page the wide frames come first, at the top: below a hundred rows of thin towers nobody would look for them.
    this.first = { ...firstState(this.pane.differential), inverted: !this.alone };
    this.state = this.first;
    this.controls = new Controls(this.pane.differential, this.first, {
      change: (patch) => this.update(patch, 'person'),
      view: (view) => this.go.chooseView(view),
      hit: (step) => this.go.goHit(step),
      reset: () => this.go.reset(),
    });
    this.panel = new Panel({
      zoom: () => this.go.zoomTo(this.pane.selected),
      sandwich: () => this.go.chooseView('sandwich'),
      search: () => this.go.searchSelected(),
      close: () => this.update({ selected: [] }, 'person'),
    });
    this.page = composePage(this, data);
    this.page.functionsBox.addEventListener('toggle', () => this.fillFunctions());
    this.page.timeBox?.addEventListener('toggle', () => this.showTime());
    new Input(this).listen();
  }

  /** Takes the place of the static picture. */
  start(): void {
    const { root } = this;
    const title = root.querySelector('title');
    const holder = svg('foreignObject', { x: 0, y: 0, width: '100%', height: '100%' }, this.page.content);
    for (const name of ['viewBox', 'role', 'aria-label']) root.removeAttribute(name);
    root.setAttribute('width', '100%');
    root.setAttribute('lang', 'en');
    if (this.alone) root.setAttribute('height', '100%');
    root.replaceChildren(...(title === null ? [] : [title]), holder);
    if (this.alone)
      for (const event of ['beforeprint', 'afterprint'])
        window.addEventListener(event, () => this.print(holder, event === 'beforeprint'));
    this.link('start');
    // Drawn when the browser has laid the page out, before it paints: to ask for the width now would make it do so twice.
    const observer = new ResizeObserver(() => this.resize());
    for (const element of [this.page.content, this.page.top]) observer.observe(element);
  }

  /** A picture has no second page: all of it goes on one, scaled. */
  private print(holder: SVGForeignObjectElement, begins: boolean): void {
    const { content } = this.page;
    const width = String(content.clientWidth);
    content.classList.toggle('print', begins);
    const size = begins ? [width, String(content.scrollHeight)] : ['100%', '100%'];
    holder.setAttribute('width', size[0] as string);
    holder.setAttribute('height', size[1] as string);
    if (begins) this.root.setAttribute('viewBox', `0 0 ${size.join(' ')}`);
    else this.root.removeAttribute('viewBox');
  }

  private resize(): void {
    this.page.content.style.setProperty('--top', `${this.page.top.offsetHeight}px`);
    if (!this.alone)
      this.root.setAttribute('height', String(Math.ceil(this.page.content.getBoundingClientRect().height)));
    const width = Math.floor(this.stage.clientWidth);
    // A frame may get its width late.
    if (width > 0 && !this.unfolded) {
      this.unfolded = true;
      if (matchMedia('(min-width:1180px)').matches)
        this.page.content.querySelector('.beside>details')?.setAttribute('open', '');
    }
    if (width === this.width) return;
    const began = performance.now();
    this.width = width;
    const first = this.drawing === null;
    this.draw();
    if (!first) return;
    performance.measure('smokejumper:paint', { start: began });
    if (this.alone) this.comeIntoSight();
  }

  /** Of a tall graph the frame that the address selects, else the wide ones, which are at its foot. */
  private comeIntoSight(): void {
    const { selected, zoom } = this.pane;
    const key = selected === null ? `0.${zoom}` : `${selected.part}.${selected.node}`;
    this.drawing?.elements.get(key)?.scrollIntoView({ block: selected === null ? 'nearest' : 'center' });
  }

  /** Shows what the address says. */
  link(cause: Cause): void {
    const linked = parseState(location.hash, this.first);
    const { pane } = this;
    if (linked === null) {
      if (cause === 'start' || this.written !== '') this.update(this.first, cause);
      return;
    }
    const { samples } = pane.model.data;
    const index = (value: number, length: number): number => (value < length ? value : -1);
    const { from, to, process, thread } = linked.selection;
    const late = from >= (samples?.bins ?? 0);
    const focus = pane.model.identity.indexOf(linked.focus);
    const state: ViewState = {
      ...linked,
      view: linked.view === 'sandwich' && focus < 0 ? 'calls' : linked.view,
      focus: linked.view === 'sandwich' && focus >= 0 ? (pane.model.keys[focus] as string) : '',
      selection: {
        from: late ? -1 : from,
        to: late ? -1 : to,
        process: index(process, samples?.processes.length ?? 0),
        thread: index(thread, samples?.threads.length ?? 0),
      },
      zoom: [],
      selected: [],
    };
    pane.rebuild(state);
    const upper = pane.resolve(0, linked.selected);
    const selected = upper.length === linked.selected.length ? upper : pane.resolve(1, linked.selected);
    this.update({ ...state, zoom: pane.resolve(0, linked.zoom), selected }, cause);
    if (
      this.page.timeBox !== null &&
      (state.selection.from >= 0 || state.selection.process >= 0 || state.selection.thread >= 0)
    ) {
      this.page.timeBox.open = true;
    }
  }

  update(patch: Partial<ViewState>, cause: Cause): void {
    const began = performance.now();
    const before = this.state;
    const state = { ...before, ...patch };
    this.state = state;
    const { pane } = this;
    const started = cause === 'start';
    const is = (name: keyof ViewState): boolean => started || before[name] !== state[name];
    if (is('view') || is('focus') || is('width') || is('selection')) pane.rebuild(state);
    if (is('query')) {
      const search = state.query === '' ? null : searchPattern(state.query);
      this.literal = search?.literal ?? false;
      pane.search(search?.pattern ?? null);
    }
    const only = Object.keys(patch).every((name) => name === 'selected');
    pane.locate(state);
    if (!only) this.draw();
    else this.mark(null);
    if (!started) performance.measure('smokejumper:zoom', { start: began });
    if (cause === 'person') {
      // The root has gone to the other end.
      if (this.alone && (is('inverted') || is('view')) && state.selected.length === 0) this.comeIntoSight();
      this.tell();
    }
    this.save();
  }

  private tell(): void {
    document.dispatchEvent(new CustomEvent('smokejumper:view', { bubbles: true, detail: sharedView(this.state) }));
  }

  /** Browsers refuse addresses that change too often. */
  private save(): void {
    clearTimeout(this.saving);
    this.saving = window.setTimeout(() => {
      const text = formatState(this.state, this.first);
      if (text === this.written) return;
      this.written = text;
      try {
        history.replaceState(null, '', text === '' ? location.href.split('#')[0] : `#${text}`);
      } catch {
        // A frame without an address of its own.
      }
    }, 120);
  }

  private draw(): void {
    const { graph, pane, state } = this;
    this.tip.hidden = true;
    if (this.width <= 0) return;
    const focused = graph.contains(document.activeElement) ? document.activeElement : null;
    const drawing = drawView(pane, state, this.width, graph);
    this.drawing = drawing;
    graph.setAttribute('aria-label', drawing.height === 0 ? 'Flame graph: nothing to draw' : 'Flame graph');
    this.page.crumbs.replaceChildren(...crumbNodes(pane, (node) => this.go.zoomTo({ part: 0, node })));
    this.mark(focused);
    later(() => {
      if (this.drawing !== drawing) return;
      this.nameFrames(drawing);
      this.controls.show(state, searchWords(pane, this.literal));
      this.showLegend(drawing.cut);
      setTimeout(() => {
        this.fillFunctions();
        this.showTime();
      });
    });
    const upper = pane.view.upper;
    this.root.dataset.zoom = pane.zoom === 0 ? '' : pane.name(upper, pane.zoom);
    this.root.dataset.search = state.query;
  }

  /** Names for screen readers: after the first paint, which they need not delay. */
  private nameFrames({ parts, elements }: Drawing): void {
    for (const [key, rect] of elements) {
      const [index, node] = key.split('.').map(Number) as [number, number];
      const part = parts[index]?.part as Part;
      rect.setAttribute('aria-level', String((part.depth[node] as number) + 1));
      rect.setAttribute('aria-label', this.pane.spoken(part, node));
    }
  }

  /** Marks the selected frame and makes it the one that Tab reaches. */
  private mark(focused: Element | null): void {
    const { graph, pane, drawing } = this;
    if (drawing === null) return;
    const { selected } = pane;
    for (const old of graph.querySelectorAll('.sel,[tabindex="0"]')) {
      old.classList.remove('sel');
      old.setAttribute('tabindex', '-1');
      old.removeAttribute('aria-selected');
    }
    const element = selected === null ? undefined : drawing.elements.get(`${selected.part}.${selected.node}`);
    element?.classList.add('sel');
    element?.setAttribute('aria-selected', 'true');
    const reached = element ?? drawing.elements.get(`0.${pane.zoom}`);
    reached?.setAttribute('tabindex', '0');
    if (focused !== null || (element !== undefined && graph.contains(document.activeElement))) {
      reached?.focus({ preventScroll: !this.alone });
    }
    this.panel.show(pane, selected);
    const part = selected === null ? null : pane.part(selected.part);
    this.root.dataset.selected = selected === null || part === null ? '' : pane.name(part, selected.node);
  }

  focusGraph(): void {
    this.graph.querySelector<SVGElement>('[tabindex="0"]')?.focus({ preventScroll: !this.alone });
  }

  private showLegend(cut: boolean): void {
    const { colour, width, change, view } = this.state;
    const key = [colour, width, change, view, cut].join(' ');
    if (this.legend === key) return;
    this.legend = key;
    this.page.legend.replaceChildren(legendOf(this.pane, this.state, cut));
  }

  /** A zoom changes nothing in the table: other samples and another search do. */
  private fillFunctions(): void {
    const { pane, page } = this;
    const { self, matched } = pane;
    if (!page.functionsBox.open || (this.filled?.self === self && this.filled.matched === matched)) return;
    this.filled = { self, matched };
    page.functions.fill(functionTableRows(pane));
  }

  private showTime(): void {
    if (this.page.timeBox === null || !this.page.timeBox.open) return;
    if (this.heat === null) {
      this.heat = new HeatMap(this.pane, (selection) => this.update({ selection }, 'person'));
      this.page.timeBox.append(this.heat.element);
    }
    this.heat.show(this.state.selection, this.width);
  }
}

/**
 * A graph that cannot be read stays the picture that it was. In several tasks behind the document's own: the picture without script is
 * shown at once, and none of them holds up the page for long. What the page around asks for meanwhile is kept.
 */
function startViewer(root: SVGSVGElement | null): void {
  const island = root?.querySelector('script[type="application/json"]');
  if (root === null || !island) return;
  const asked: unknown[] = [];
  const keep = (event: Event): void => {
    asked.push((event as CustomEvent<unknown>).detail);
  };
  document.addEventListener('smokejumper:show', keep);
  const task = (work: () => void): void => {
    setTimeout(() => {
      const began = performance.now();
      work();
      performance.measure('smokejumper:start', { start: began });
    });
  };
  task(() => {
    const data = JSON.parse(island.textContent ?? '') as FlameData;
    if (data.v !== 1) return;
    const tree = unpackTree(data.tree);
    task(() => {
      const pane = new Pane(decodeModel(data, tree));
      pane.rebuild(firstState(pane.differential));
      task(() => {
        new Viewer(root, pane).start();
        document.removeEventListener('smokejumper:show', keep);
        for (const detail of asked) document.dispatchEvent(new CustomEvent('smokejumper:show', { detail }));
      });
    });
  });
}

export const APP_SOURCES: readonly Source[] = [Viewer, startViewer];
