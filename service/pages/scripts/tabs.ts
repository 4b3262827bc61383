/** Tabs over the flame graphs. Without script all graphs stand below each other. */
import { readAddress, writeAddress } from './address.ts';

/**
 * Tabs as the ARIA authoring practices describe them: one stop in the tab order, arrows between tabs. A graph that is
 * not shown stays laid out, only unseen (`aside`): browsers drop the document of an object that is not displayed, and
 * its zoom with it. Returns what brings a graph to the front by its name.
 */
export function makeTabs(box: HTMLElement): (name: string) => void {
  const panels = [...box.querySelectorAll<HTMLElement>('[data-tab]')];
  if (panels.length < 2) return () => undefined;
  const tabs = panels.map((panel) => makeTab(panel));
  const list = makeTabList(tabs);
  const together = document.createElement('button');
  together.type = 'button';
  together.className = 'together';
  together.textContent = panels.length === 2 ? 'Both' : 'All three';
  const linkedPanel = (): number => panels.findIndex((panel) => panel.id === readAddress().graph);
  /** Null: all of them. */
  const show = (shown: number | null): void => {
    together.setAttribute('aria-pressed', String(shown === null));
    box.classList.toggle('stacked', shown === null);
    for (const [index, tab] of tabs.entries()) {
      tab.setAttribute('aria-selected', String(index === (shown ?? 0)));
      tab.tabIndex = index === (shown ?? 0) ? 0 : -1;
      panels[index]?.classList.toggle('aside', shown !== null && index !== shown);
    }
  };
  const choose = (index: number): void => {
    show(index);
    const { graph, by } = readAddress();
    writeAddress({ graph: panels[index]?.id ?? '', by: by || graph || (panels[0]?.id ?? '') });
  };
  listenToTabs(list, tabs, choose);
  together.addEventListener('click', () =>
    show(together.getAttribute('aria-pressed') === 'true' ? Math.max(0, linkedPanel()) : null),
  );
  const row = document.createElement('div');
  row.className = 'tabrow';
  row.append(list, together);
  box.prepend(row);
  show(Math.max(0, linkedPanel()));
  // A link to a graph further up or down the page, or one that was typed.
  addEventListener('hashchange', () => {
    const index = linkedPanel();
    if (index >= 0) show(index);
  });
  return (name) => {
    // Where all are shown, none needs to be brought to the front.
    const index = panels.findIndex((panel) => panel.dataset.graph === name);
    if (index >= 0 && together.getAttribute('aria-pressed') !== 'true') choose(index);
  };
}

function makeTabList(tabs: readonly HTMLElement[]): HTMLElement {
  const list = document.createElement('div');
  list.className = 'tabs';
  list.setAttribute('role', 'tablist');
  list.setAttribute('aria-label', 'Flame graphs');
  list.append(...tabs);
  return list;
}

function listenToTabs(list: HTMLElement, tabs: readonly HTMLElement[], choose: (index: number) => void): void {
  const targets: readonly (EventTarget | null)[] = tabs;
  list.addEventListener('click', (event) => {
    const index = targets.indexOf(event.target);
    if (index >= 0) choose(index);
  });
  list.addEventListener('keydown', (event) => {
    const current = targets.indexOf(document.activeElement);
    const steps = new Map([
      ['ArrowRight', current + 1],
      ['ArrowLeft', current - 1],
      ['Home', 0],
      ['End', tabs.length - 1],
    ]);
    const next = steps.get(event.key);
    if (current < 0 || next === undefined) return;
    event.preventDefault();
    const index = (next + tabs.length) % tabs.length;
    choose(index);
    tabs[index]?.focus();
  });
}

function makeTab(panel: HTMLElement): HTMLElement {
  const tab = document.createElement('button');
  tab.type = 'button';
  tab.id = `tab-${panel.id}`;
  tab.textContent = panel.dataset.tab ?? '';
  tab.setAttribute('role', 'tab');
  tab.setAttribute('aria-controls', panel.id);
  panel.setAttribute('role', 'tabpanel');
  panel.setAttribute('aria-labelledby', tab.id);
  return tab;
}
