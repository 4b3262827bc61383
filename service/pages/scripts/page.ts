/**
 * What pages do with script: tabs, tables, graphs, times and copying of the other modules, and renewal while an
 * incident is under way. All of it is an addition: without script every graph, row and state is there. After a change,
 * `npm run build:viewer`.
 */
import { makeCopyButtons } from './copy.ts';
import { takeDroppedFiles } from './drop-files.ts';
import { countOn } from './progress.ts';
import { syncGraphs } from './sync-graphs.ts';
import { makeSortable } from './tables.ts';
import { makeTabs } from './tabs.ts';
import { nameZone, showLocalTimes } from './times.ts';

/**
 * How often a page that is under way asks whether it has changed; one that only waits for the end of its alarm has
 * time.
 */
const RENEW_MS = 2000;
const REPORTED_MS = 20_000;

function enhance(root: ParentNode): void {
  for (const box of root.querySelectorAll<HTMLElement>('[data-graphs]')) syncGraphs(box, makeTabs(box));
  for (const table of root.querySelectorAll<HTMLTableElement>('table[data-sortable]')) makeSortable(table);
  for (const box of root.querySelectorAll<HTMLElement>('[data-copy]')) makeCopyButtons(box);
  for (const form of root.querySelectorAll<HTMLFormElement>('form[data-drop]')) takeDroppedFiles(form);
  showLocalTimes(root, Date.now());
  countOn(root);
}

/** Somebody types, or has typed what is not sent yet, or has opened what a new page would close. */
function isBeingUsed(): boolean {
  if (document.activeElement?.closest('form') || document.querySelector('.triage details[open]')) return true;
  const fields = document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('main input, main textarea');
  return [...fields].some((field) => field.value !== field.defaultValue);
}

/** Asks for the page again and shows it when the server says that it would look different. */
async function renew(): Promise<void> {
  if (document.hidden || isBeingUsed()) return;
  const response = await fetch(location.href, { headers: { accept: 'text/html' } });
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
  if (fresh.body.dataset.live === document.body.dataset.live) return;
  const [main, freshMain] = [document.querySelector('main'), fresh.querySelector('main')];
  if (main === null || freshMain === null) return;
  document.title = fresh.title;
  replaceMain(main, document.adoptNode(freshMain));
  if (fresh.body.dataset.live === undefined) delete document.body.dataset.live;
  else document.body.dataset.live = fresh.body.dataset.live;
}

/** Everything anew, but for a section that says that it may stay: an object that is moved would be loaded again. */
function replaceMain(old: HTMLElement, fresh: HTMLElement): void {
  const kept = old.querySelector<HTMLElement>(':scope > [data-keep]');
  const next = fresh.querySelector<HTMLElement>(':scope > [data-keep]');
  if (kept === null || next === null || kept.dataset.keep !== next.dataset.keep) {
    enhance(fresh);
    old.replaceWith(fresh);
    return;
  }
  next.replaceChildren();
  enhance(fresh);
  const nodes = [...fresh.childNodes];
  const place = nodes.indexOf(next);
  for (const node of [...old.childNodes]) if (node !== kept) node.remove();
  kept.before(...nodes.slice(0, place));
  kept.after(...nodes.slice(place + 1));
}

/** One question at a time; a server that does not answer is asked again. */
async function keepFresh(): Promise<void> {
  while (document.body.dataset.live !== undefined) {
    const reported = document.querySelector('[data-keep]') !== null && document.querySelector('.steps') === null;
    await new Promise((resolve) => setTimeout(resolve, reported ? REPORTED_MS : RENEW_MS));
    await renew().catch(() => undefined);
  }
}

enhance(document);
nameZone(document.querySelector<HTMLElement>('[data-zone]'));
void keepFresh();
