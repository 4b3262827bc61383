/* What pages do with script: the tabs, tables and graphs of the other modules, and renewal while an incident is under way. All of
   it is an addition: without script every graph, row and state is there. */
import { keepInStep } from './sync-graphs.js';
import { makeSortable } from './tables.js';
import { makeTabs } from './tabs.js';

/** How often a page that is under way asks whether it has changed; one that only waits for the end of its alarm has time. */
const RENEW_MS = 2000;
const REPORTED_MS = 20_000;

function enhance(root) {
  for (const box of root.querySelectorAll('[data-graphs]')) keepInStep(box, makeTabs(box));
  for (const table of root.querySelectorAll('table[data-sortable]')) makeSortable(table);
}

/** Asks for the page again and shows it when the server says that it would look different. */
async function renew() {
  if (document.hidden || document.activeElement?.closest('form')) return;
  const response = await fetch(location.href, { headers: { accept: 'text/html' } });
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
  if (fresh.body.dataset.live === document.body.dataset.live) return;
  document.title = fresh.title;
  replaceMain(document.querySelector('main'), document.adoptNode(fresh.querySelector('main')));
  if (fresh.body.dataset.live === undefined) delete document.body.dataset.live;
  else document.body.dataset.live = fresh.body.dataset.live;
}

/** Everything anew, but for a section that says that it may stay: an object that is moved would be loaded again. */
function replaceMain(old, fresh) {
  const kept = old.querySelector(':scope > [data-keep]');
  const next = fresh.querySelector(':scope > [data-keep]');
  if (kept === null || next === null || kept.dataset.keep !== next.dataset.keep) {
    enhance(fresh);
    old.replaceWith(fresh);
    return;
  }
  next.replaceChildren();
  enhance(fresh);
  const nodes = [...fresh.childNodes];
  const at = nodes.indexOf(next);
  for (const node of [...old.childNodes]) if (node !== kept) node.remove();
  kept.before(...nodes.slice(0, at));
  kept.after(...nodes.slice(at + 1));
}

/** One question at a time; a server that does not answer is asked again. */
async function keepFresh() {
  while (document.body.dataset.live !== undefined) {
    const reported = document.querySelector('[data-keep]') !== null && document.querySelector('.steps') === null;
    await new Promise((resolve) => setTimeout(resolve, reported ? REPORTED_MS : RENEW_MS));
    await renew().catch(() => undefined);
  }
}

enhance(document);
keepFresh();
