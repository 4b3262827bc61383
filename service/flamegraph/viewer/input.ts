/** What a person's pointer and keys do, and what the page around asks for. */
import type { ViewerHandle } from './handle.ts';
import { stepFrom } from './keys.ts';
import type { Navigation } from './navigation.ts';
import { hitFrame } from './panes/draw.ts';
import type { FrameRef } from './panes/pane.ts';
import { describedNodes } from './panes/panel.ts';
import type { ViewState } from './state.ts';
import { readLink, readRequest, SHOW_EVENT, type ShowRequest } from './sync.ts';
import { describe } from './words.ts';

/** What input acts on beside the graph. */
export interface InputTargets {
  readonly navigation: Navigation;
  /** What the tooltip stands in. */
  readonly stage: HTMLElement;
  readonly tip: HTMLElement;
  readonly search: HTMLInputElement;
  readonly copyName: () => void;
}

export class Input {
  private readonly viewer: ViewerHandle;
  private readonly targets: InputTargets;

  constructor(viewer: ViewerHandle, targets: InputTargets) {
    this.viewer = viewer;
    this.targets = targets;
  }

  listen(): void {
    const { graph } = this.viewer;
    const { stage, tip, navigation } = this.targets;
    graph.addEventListener('click', (event) => {
      const ref = this.under(event);
      if (ref === null) return;
      navigation.press(ref);
      this.viewer.focusGraph();
    });
    graph.addEventListener('pointermove', (event) => this.hover(event));
    stage.addEventListener('pointerleave', () => {
      tip.hidden = true;
    });
    document.addEventListener('keydown', (event) => {
      if (this.key(event)) event.preventDefault();
    });
    document.addEventListener(SHOW_EVENT, (event) => this.onRequest((event as CustomEvent<unknown>).detail));
  }

  private under(event: MouseEvent): FrameRef | null {
    const box = this.viewer.graph.getBoundingClientRect();
    if (this.viewer.drawing === null) return null;
    return hitFrame(this.viewer.drawing, event.clientX - box.left, event.clientY - box.top);
  }

  private hover(event: PointerEvent): void {
    const { stage, tip } = this.targets;
    const ref = event.pointerType === 'touch' ? null : this.under(event);
    tip.hidden = ref === null;
    if (ref === null) return;
    tip.replaceChildren(...describedNodes(describe(this.viewer.pane, ref, true)));
    const box = stage.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    tip.style.left = `${Math.max(0, Math.min(x + 12, this.viewer.width - tip.offsetWidth))}px`;
    const below = event.clientY + 18 + tip.offsetHeight < window.innerHeight;
    tip.style.top = `${below || y < tip.offsetHeight + 8 ? y + 18 : y - tip.offsetHeight - 8}px`;
  }

  /** True: the key did something here. */
  private key(event: KeyboardEvent): boolean {
    const target = event.target instanceof Element ? event.target : null;
    const { search, navigation } = this.targets;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'f' && target !== search) {
      search.focus();
      search.select();
      return true;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
    if (target === search && (event.key === 'Enter' || event.key === 'Escape')) {
      if (event.key === 'Escape') this.viewer.update({ query: '' }, 'person');
      else navigation.goHit(event.shiftKey ? -1 : 1);
      this.viewer.focusGraph();
      return true;
    }
    if (target?.closest('input,select,textarea') && event.key !== 'Escape') return false;
    const inGraph = this.viewer.graph.contains(target);
    if (event.key.startsWith('Arrow') || event.key === 'Enter' || event.key === ' ') {
      if (!inGraph && !(this.viewer.alone && target === document.documentElement && event.key !== ' ')) return false;
      return this.move(event.key);
    }
    return this.command(event.key);
  }

  private move(key: string): boolean {
    const { pane, state, drawing } = this.viewer;
    const { navigation } = this.targets;
    const at: FrameRef = pane.selected ?? { half: 0, node: pane.zoom };
    if (key === 'Enter' || key === ' ') navigation.enterFrame(at);
    else navigation.select(stepFrom(pane, at, key, state.inverted, (drawing?.perPx ?? 0) * 4));
    this.viewer.focusGraph();
    return true;
  }

  private command(key: string): boolean {
    const { navigation, search, copyName } = this.targets;
    const { frames, view, inverted } = this.viewer.state;
    const commands: Readonly<Record<string, () => void>> = {
      Escape: () => navigation.back(),
      0: () => navigation.reset(),
      '/': () => search.focus(),
      n: () => navigation.goHit(1),
      N: () => navigation.goHit(-1),
      f: () => this.viewer.update({ frames: frames === 'all' ? 'mine' : 'all' }, 'person'),
      i: () => this.viewer.update({ inverted: !inverted }, 'person'),
      r: () => navigation.chooseView(view === 'reverse' ? 'calls' : 'reverse'),
      s: () => navigation.chooseView('sandwich'),
      c: copyName,
    };
    const act = Object.hasOwn(commands, key) ? commands[key] : undefined;
    act?.();
    return act !== undefined;
  }

  /** What the page around wants to see. */
  private onRequest(detail: unknown): void {
    const link = readLink(detail);
    if (link !== null) this.viewer.followLink(link);
    const wanted = readRequest(detail, this.viewer.state.selection, (time) => this.viewer.pane.stepsIn(time));
    const absent = wanted.view === 'sandwich' && this.viewer.pane.functionOf(wanted.focus ?? '') < 0;
    // A function that is not in this graph has no sandwich: the graph stays at its calls.
    const patch: Partial<ViewState> = absent ? { ...wanted, view: 'calls', focus: '' } : wanted;
    if (Object.keys(patch).length > 0) this.viewer.update(patch, 'page');
    const { fn } = (detail ?? {}) as ShowRequest;
    if (typeof fn === 'object' && fn !== null && typeof fn.name === 'string')
      this.targets.navigation.showFunction(this.busiestNamed(fn), 'page');
  }

  /** The busiest function of that name and file; −1 where there is none. */
  private busiestNamed({ name, file, line }: NonNullable<ShowRequest['fn']>): number {
    const { names, places } = this.viewer.pane.model;
    const all = this.viewer.pane.functionSums()[0]?.all;
    let best = -1;
    let points = -1;
    names.forEach((candidate, fn) => {
      if (candidate !== name) return;
      const place = places[fn] as string;
      if (typeof file === 'string' && place !== file && !place.startsWith(`${file}:`)) return;
      const onLine =
        typeof line === 'number' && /:(\d+)/.exec(place.slice((file ?? '').length))?.[1] === `${line}` ? 1e9 : 0;
      const value = onLine + (all?.[fn] ?? 0);
      if (value > points) {
        best = fn;
        points = value;
      }
    });
    return best;
  }
}
