import type { Drawing } from './panes/draw.ts';
import type { Pane } from './panes/pane.ts';
import type { ViewState } from './state.ts';

/** Who asked for a change: only what a person does is told to the page around. */
export type Cause = 'person' | 'page' | 'start';

/** What navigation and input may see and do of the viewer that they belong to. */
export interface ViewerHandle {
  readonly pane: Pane;
  readonly graph: SVGSVGElement;
  /** The document is this graph and nothing else. */
  readonly alone: boolean;
  /** As the graph is shown when nobody asked for anything. */
  readonly defaults: ViewState;
  readonly state: ViewState;
  /** Null before the first drawing. */
  readonly drawing: Drawing | null;
  /** Of the drawing, in px. */
  readonly width: number;
  update(patch: Partial<ViewState>, cause: Cause): void;
  followLink(link: string): void;
  focusGraph(): void;
}
