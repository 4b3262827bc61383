/* Tabs over the flame graphs. Without script all graphs stand below each other. */
import { readAddress, writeAddress } from './address.js';

/**
 * Tabs as the ARIA authoring practices describe them: one stop in the tab order, arrows between tabs. A graph that is not shown stays
 * laid out, only unseen (`aside`): browsers drop the document of an object that is not displayed, and its zoom with it. Returns what
 * brings a graph to the front.
 */
export function makeTabs(box) {
  const panels = [...box.querySelectorAll('[data-tab]')];
  if (panels.length < 2) return () => undefined;
  const list = document.createElement('div');
  list.className = 'tabs';
  list.setAttribute('role', 'tablist');
  list.setAttribute('aria-label', 'Flame graphs');
  const tabs = panels.map((panel) => tabOf(panel));
  list.append(...tabs);
  const together = document.createElement('button');
  together.type = 'button';
  together.className = 'together';
  together.textContent = panels.length === 2 ? 'Both' : 'All three';
  const show = (at) => {
    together.setAttribute('aria-pressed', String(at === null));
    box.classList.toggle('stacked', at === null);
    for (const [index, tab] of tabs.entries()) {
      tab.setAttribute('aria-selected', String(index === (at ?? 0)));
      tab.tabIndex = index === (at ?? 0) ? 0 : -1;
      panels[index].classList.toggle('aside', at !== null && index !== at);
    }
  };
  const choose = (at) => {
    show(at);
    writeAddress({ graph: panels[at].id });
  };
  list.addEventListener('click', (event) => {
    const at = tabs.indexOf(event.target);
    if (at >= 0) choose(at);
  });
  list.addEventListener('keydown', (event) => {
    const at = tabs.indexOf(document.activeElement);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    const to = (next + tabs.length) % tabs.length;
    choose(to);
    tabs[to].focus();
  });
  together.addEventListener('click', () =>
    show(together.getAttribute('aria-pressed') === 'true' ? Math.max(0, byAddress()) : null),
  );
  const row = document.createElement('div');
  row.className = 'tabrow';
  row.append(list, together);
  box.prepend(row);
  const byAddress = () => panels.findIndex((panel) => panel.id === readAddress().graph);
  show(Math.max(0, byAddress()));
  // A link to a graph further up or down the page, or one that was typed.
  addEventListener('hashchange', () => {
    if (byAddress() >= 0) show(byAddress());
  });
  return (name) => {
    // Where all are shown, none needs to be brought to the front.
    const at = panels.findIndex((panel) => panel.dataset.graph === name);
    if (at >= 0 && together.getAttribute('aria-pressed') !== 'true') choose(at);
  };
}

function tabOf(panel) {
  const tab = document.createElement('button');
  tab.type = 'button';
  tab.id = `tab-${panel.id}`;
  tab.textContent = panel.dataset.tab;
  tab.setAttribute('role', 'tab');
  tab.setAttribute('aria-controls', panel.id);
  panel.setAttribute('role', 'tabpanel');
  panel.setAttribute('aria-labelledby', tab.id);
  return tab;
}
