/**
 * Where the script of a flame graph's file begins. All of the viewer is bundled into `bundle.generated.ts`, which goes
 * into each file: after a change, `npm run build:viewer`.
 */
import { unpackTree } from '../data/codec.ts';
import type { FlameData } from '../data/flame-data.ts';
import { Viewer } from './app.ts';
import { decodeModel } from './model.ts';
import { Pane } from './panes/pane.ts';
import { defaultState } from './state.ts';
import { SHOW_EVENT } from './sync.ts';

function runTask(work: () => void): void {
  setTimeout(() => {
    const began = performance.now();
    work();
    performance.measure('smokejumper:start', { start: began });
  });
}

/**
 * A graph that cannot be read stays the picture that it was. In several tasks behind the document's own: the picture
 * without script is shown at once, and none of them holds up the page for long. What the page around asks for meanwhile
 * is kept.
 */
function startViewer(root: SVGSVGElement | null): void {
  const island = root?.querySelector('script[type="application/json"]');
  if (root === null || !island) return;
  const earlyRequests: unknown[] = [];
  const keepRequest = (event: Event): void => {
    earlyRequests.push((event as CustomEvent<unknown>).detail);
  };
  document.addEventListener(SHOW_EVENT, keepRequest);
  runTask(() => {
    const data = JSON.parse(island.textContent ?? '') as FlameData;
    if (data.v !== 1) return;
    const tree = unpackTree(data.tree);
    runTask(() => {
      const pane = new Pane(decodeModel(data, tree));
      const state = defaultState(pane.differential);
      pane.rebuild(state);
      pane.fold(state);
      const start = (): void => {
        new Viewer(root, pane).start();
        document.removeEventListener(SHOW_EVENT, keepRequest);
        for (const detail of earlyRequests) document.dispatchEvent(new CustomEvent(SHOW_EVENT, { detail }));
      };
      // A sandboxed frame out of sight is not rendered: it stays the picture, which is what a printer then gets.
      requestAnimationFrame(() => runTask(start));
    });
  });
}

// Known only while this script runs for the first time, not in any task after.
const script = document.currentScript;
if (script instanceof SVGScriptElement) startViewer(script.ownerSVGElement);
