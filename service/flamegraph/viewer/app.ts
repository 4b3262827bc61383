/** The viewer: state, what changes it, and what is drawn of it. */
import { shownFrame } from '../picture/folding.ts';
import { afterPaint, html, svg } from './dom.ts';
import type { Cause, ViewerHandle } from './handle.ts';
import { Input } from './input.ts';
import { searchPattern } from './model.ts';
import { Navigation } from './navigation.ts';
import { composePage, type Page } from './page.ts';
import { Controls } from './panes/controls.ts';
import { type Drawing, drawView } from './panes/draw.ts';
import { HeatMap } from './panes/heat.ts';
import { makeLegend } from './panes/legend.ts';
import type { FrameRef, Pane } from './panes/pane.ts';
import { copyText, crumbNodes, Panel } from './panes/panel.ts';
import { functionTableRows } from './panes/tables.ts';
import { defaultState, formatState, type LinkedState, parseState, stateFragment, type ViewState } from './state.ts';
import { sharedView, VIEW_EVENT, type ViewNews } from './sync.ts';
import type { PaneHalf } from './views.ts';
import { searchWords } from './words.ts';

/** What “back” undoes. */
const STEPS: readonly (keyof ViewState)[] = ['view', 'focus', 'zoom', 'selected', 'selection', 'frames', 'open'];

export class Viewer implements ViewerHandle {
  readonly pane: Pane;
  readonly defaults: ViewState;
  readonly alone: boolean;
  readonly graph = svg('svg', { class: 'graph', role: 'tree', 'aria-label': 'Flame graph' });
  private readonly tip = html('div', { class: 'tip', hidden: true, 'aria-hidden': 'true' });
  private readonly stage = html('div', { class: 'stage' }, this.graph, this.tip);
  state: ViewState;
  drawing: Drawing | null = null;
  width = 0;
  private readonly root: SVGSVGElement;
  private readonly navigation = new Navigation(this);
  private readonly controls: Controls;
  private readonly panel: Panel;
  private readonly page: Page;
  /** Fragment of the address as this viewer wrote it. */
  private writtenHash = '';
  private saveTimer = 0;
  /** What the address does not say yet is a step of its own. */
  private unsavedStep = false;
  /** The search is not a regular expression. */
  private literal = false;
  private heatMap: HeatMap | null = null;
  private unfolded = false;
  /** What legend and table of functions were made of. */
  private legendKey = '';
  private tableSource: (Pick<Pane, 'self' | 'matched'> & { readonly mine: boolean }) | null = null;

  constructor(root: SVGSVGElement, pane: Pane) {
    this.root = root;
    this.alone = document.documentElement === (root as Element) && window.parent === window;
    this.pane = pane;
    // In a page the wide frames come first, at the top: below a hundred rows of thin towers nobody would look for them.
    this.defaults = { ...defaultState(pane.differential), inverted: !this.alone };
    this.state = this.defaults;
    this.controls = new Controls(pane, this.defaults, {
      change: (patch) => this.update(patch, 'person'),
      view: (view) => this.navigation.chooseView(view),
      hit: (step) => this.navigation.goHit(step),
      functions: () => this.goToFunctions(),
      copyLink: this.alone ? () => void this.copyLink() : null,
      reset: () => this.navigation.reset(),
    });
    this.panel = new Panel({
      zoom: () => this.navigation.zoomTo(this.pane.selected),
      sandwich: () => this.navigation.chooseView('sandwich'),
      search: () => this.navigation.searchSelected(),
      close: () => this.update({ selected: [] }, 'person'),
    });
    this.page = composePage({
      pane,
      alone: this.alone,
      controls: this.controls,
      stage: this.stage,
      panel: this.panel.element,
      showFunction: (fn) => this.navigation.showFunction(fn, 'person'),
    });
    this.page.functionsBox.addEventListener('toggle', () => this.fillFunctions());
    this.page.timeBox?.addEventListener('toggle', () => this.showTime());
    const { navigation, stage, tip, controls, panel } = this;
    const copyName = (): void => void panel.copy();
    new Input(this, { navigation, stage, tip, search: controls.search, copyName }).listen();
    window.addEventListener('hashchange', () => {
      if (location.hash.slice(1) !== this.writtenHash) this.applyHash('page');
    });
    // The script of the page around cannot know how high the graph is where it is of another origin.
    if (!this.alone) new ResizeObserver(() => this.tellHeight()).observe(this.page.content);
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
    this.applyHash('start');
    // Drawn when the browser has laid the page out, before it paints: to ask for the width now would make it do so
    // twice.
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
    const key = selected === null ? `0.${zoom}` : `${selected.half}.${selected.node}`;
    this.drawing?.elements.get(key)?.scrollIntoView({ block: selected === null ? 'nearest' : 'center' });
  }

  /** Shows what the address says. A graph in a page has none: the page's script tells it what to show. */
  private applyHash(cause: Cause): void {
    const linked = this.alone ? parseState(location.hash, this.defaults) : null;
    const before = this.writtenHash;
    this.writtenHash = location.hash.slice(1);
    if (linked !== null) this.applyLinked(linked, cause);
    else if (cause === 'start' || before !== '') this.update(this.defaults, cause);
  }

  /** Shows what a link says, and tells the page what that is: other graphs can follow paths, but no hashes of them. */
  followLink(link: string): void {
    const linked = parseState(stateFragment(link), this.defaults);
    if (linked === null) this.update(this.defaults, 'page');
    else this.applyLinked(linked, 'page');
    this.publishView(false);
  }

  private applyLinked(linked: LinkedState, cause: Cause): void {
    const { pane } = this;
    const { bins = 0, processes = [], threads = [] } = pane.timeline ?? {};
    const index = (value: number, length: number): number => (value < length ? value : -1);
    const { from, to, process, thread } = linked.selection;
    const late = from >= bins;
    const focus = pane.model.identity.indexOf(linked.focus);
    const state: ViewState = {
      ...linked,
      view: linked.view === 'sandwich' && focus < 0 ? 'calls' : linked.view,
      focus: linked.view === 'sandwich' && focus >= 0 ? (pane.model.keys[focus] as string) : '',
      selection: {
        from: late ? -1 : from,
        to: late ? -1 : to,
        process: index(process, processes.length),
        thread: index(thread, threads.length),
      },
      zoom: [],
      selected: [],
    };
    pane.rebuild(state);
    this.update({ ...state, zoom: pane.resolve(linked.zoom), selected: pane.resolve(linked.selected) }, cause);
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
    const changed = (name: keyof ViewState): boolean => started || before[name] !== state[name];
    if (changed('view') || changed('focus') || changed('width') || changed('selection')) pane.rebuild(state);
    pane.fold(state);
    if (changed('query')) {
      const search = state.query === '' ? null : searchPattern(state.query);
      this.literal = search?.literal ?? false;
      pane.search(search?.pattern ?? null);
    }
    const onlySelected = Object.keys(patch).every((name) => name === 'selected');
    pane.locate(state);
    if (!onlySelected) this.draw();
    else this.mark(null);
    if (!started) performance.measure('smokejumper:zoom', { start: began });
    if (cause === 'person') {
      // The root has gone to the other end.
      if (this.alone && (changed('inverted') || changed('view')) && state.selected.length === 0) this.comeIntoSight();
      const step = STEPS.some((name) => before[name] !== state[name]);
      this.publishView(step);
      this.unsavedStep ||= step;
    }
    if (this.alone) this.save();
  }

  private publishView(step: boolean): void {
    const detail: ViewNews = { ...sharedView(this.state, this.pane.chosenTime(this.state)), link: this.link(), step };
    document.dispatchEvent(new CustomEvent(VIEW_EVENT, { bubbles: true, detail }));
  }

  private link(): string {
    const { pane, state, defaults } = this;
    const { selected } = pane;
    const paths = {
      zoom: pane.hashOf({ half: 0, node: pane.zoom }),
      selected: selected === null ? 0 : pane.hashOf(selected),
    };
    return formatState(state, defaults, paths);
  }

  private async copyLink(): Promise<void> {
    this.writeAddress();
    const copied = await copyText(location.href, null);
    this.controls.say(copied ? 'Link copied.' : 'Copy the link from the address bar.');
  }

  private goToFunctions(): void {
    this.page.functionsBox.open = true;
    this.page.functionsBox.scrollIntoView({ block: 'start' });
    this.page.functionsBox.querySelector('summary')?.focus({ preventScroll: true });
  }

  /** To a page of another origin, as the frames of a report file are: `report-file.ts` listens. */
  private tellHeight(): void {
    const height = Math.ceil(this.page.content.getBoundingClientRect().height);
    if (window.parent !== window) window.parent.postMessage({ smokejumperHeight: height }, '*');
  }

  /** Browsers refuse addresses that change too often. */
  private save(): void {
    clearTimeout(this.saveTimer);
    this.saveTimer = window.setTimeout(() => this.writeAddress(), 120);
  }

  /** "Back" leads to where a person was before a step; what is typed makes no steps. */
  private writeAddress(): void {
    clearTimeout(this.saveTimer);
    const text = stateFragment(this.link());
    const step = this.unsavedStep;
    this.unsavedStep = false;
    if (text === this.writtenHash) return;
    this.writtenHash = text;
    const address = text === '' ? location.href.split('#')[0] : `#${text}`;
    try {
      if (step) history.pushState(null, '', address);
      else history.replaceState(null, '', address);
    } catch {
      // A frame without its own address.
    }
  }

  private draw(): void {
    const { graph, pane, state } = this;
    this.tip.hidden = true;
    if (this.width <= 0) return;
    const focused = graph.contains(document.activeElement) ? document.activeElement : null;
    const drawing = drawView(pane, state, this.width, graph);
    this.drawing = drawing;
    graph.setAttribute('aria-label', drawing.height === 0 ? 'Flame graph: nothing to draw' : 'Flame graph');
    this.page.crumbs.replaceChildren(...crumbNodes(pane, (node) => this.navigation.zoomTo({ half: 0, node })));
    this.page.crumbs.scrollLeft = this.page.crumbs.scrollWidth;
    this.mark(focused);
    afterPaint(() => {
      if (this.drawing !== drawing) return;
      this.nameFrames(drawing);
      this.controls.show(state, searchWords(pane, this.literal));
      this.showLegend(drawing);
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
  private nameFrames({ halves, elements }: Drawing): void {
    for (const [key, rect] of elements) {
      const [index, node] = key.split('.').map(Number) as [number, number];
      const half = halves[index]?.half as PaneHalf;
      rect.setAttribute('aria-level', String((half.rows.row[node] as number) + 1));
      rect.setAttribute('aria-label', this.pane.spoken(half, node));
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
    const element = selected === null ? undefined : drawing.elements.get(`${selected.half}.${this.shown(selected)}`);
    element?.classList.add('sel');
    element?.setAttribute('aria-selected', 'true');
    const reached = element ?? drawing.elements.get(`0.${pane.zoom}`);
    reached?.setAttribute('tabindex', '0');
    if (focused !== null || (element !== undefined && graph.contains(document.activeElement))) {
      reached?.focus({ preventScroll: !this.alone });
    }
    this.panel.show(pane, selected);
    this.root.dataset.selected = selected === null ? '' : pane.name(pane.halfOf(selected), selected.node);
  }

  /** The frame that is drawn for a frame. */
  private shown(ref: FrameRef): number {
    return shownFrame(this.pane.halfOf(ref).rows, ref.node);
  }

  focusGraph(): void {
    this.graph.querySelector<SVGElement>('[tabindex="0"]')?.focus({ preventScroll: !this.alone });
  }

  private showLegend(drawing: Drawing): void {
    const { colour, width, change, view } = this.state;
    const key = [colour, width, change, view, drawing.cut, drawing.narrowRows, this.pane.tested].join(' ');
    if (this.legendKey === key) return;
    this.legendKey = key;
    this.page.legend.replaceChildren(makeLegend(this.pane, this.state, drawing));
  }

  /** A zoom changes nothing in the table: other samples and another search do. */
  private fillFunctions(): void {
    const { pane, page } = this;
    const { self, matched } = pane;
    const mine = this.state.frames === 'mine' && pane.foldable;
    const source = this.tableSource;
    if (!page.functionsBox.open) return;
    if (source?.self === self && source.matched === matched && source.mine === mine) return;
    this.tableSource = { self, matched, mine };
    page.functions.fill(functionTableRows(pane, mine));
  }

  private showTime(): void {
    if (this.page.timeBox === null || !this.page.timeBox.open) return;
    if (this.heatMap === null) {
      this.heatMap = new HeatMap(this.pane, (selection) => this.update({ selection }, 'person'));
      this.page.timeBox.append(this.heatMap.element);
    }
    this.heatMap.show(this.state.selection, this.width);
  }
}
