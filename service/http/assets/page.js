/* What pages do with script: tabs over the graphs, sortable tables, renewal while an incident is under way. All of it is
   an addition: without script every graph, row and state is there. */

/** How often a page that is under way asks whether it has changed. */
const RENEW_MS = 2000;

function enhance() {
  for (const box of document.querySelectorAll('[data-tabs]')) makeTabs(box);
  for (const table of document.querySelectorAll('table[data-sortable]')) makeSortable(table);
}

/** Tabs as the ARIA authoring practices describe them: one stop in the tab order, arrows between tabs. */
function makeTabs(box) {
  const panels = [...box.querySelectorAll('[data-tab]')];
  if (panels.length < 2) return;
  const list = document.createElement('div');
  list.className = 'tabs';
  list.setAttribute('role', 'tablist');
  list.setAttribute('aria-label', 'Flame graphs');
  const tabs = panels.map((panel) => {
    const tab = document.createElement('button');
    tab.type = 'button';
    tab.id = `tab-${panel.id}`;
    tab.textContent = panel.dataset.tab;
    tab.setAttribute('role', 'tab');
    tab.setAttribute('aria-controls', panel.id);
    panel.setAttribute('role', 'tabpanel');
    panel.setAttribute('aria-labelledby', tab.id);
    panel.querySelector('h3')?.classList.add('hidden-text');
    list.append(tab);
    return tab;
  });
  const select = (at) => {
    for (const [index, tab] of tabs.entries()) {
      tab.setAttribute('aria-selected', String(index === at));
      tab.tabIndex = index === at ? 0 : -1;
      panels[index].hidden = index !== at;
    }
  };
  list.addEventListener('click', (event) => {
    const at = tabs.indexOf(event.target);
    if (at >= 0) select(at);
  });
  list.addEventListener('keydown', (event) => {
    const at = tabs.indexOf(document.activeElement);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    const to = (next + tabs.length) % tabs.length;
    select(to);
    tabs[to].focus();
  });
  box.prepend(list);
  const wanted = panels.findIndex((panel) => `#${panel.id}` === location.hash);
  select(Math.max(0, wanted));
}

/** Headers with `data-sort` become buttons; the first click sorts from the largest down. */
function makeSortable(table) {
  const headers = [...table.tHead.rows[0].cells];
  const body = table.tBodies[0];
  if (body.rows.length < 2) return;
  for (const [column, header] of headers.entries()) {
    if (header.dataset.sort === undefined) continue;
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = header.textContent;
    header.replaceChildren(button);
    button.addEventListener('click', () => {
      const down = header.getAttribute('aria-sort') !== 'descending';
      for (const other of headers) other.removeAttribute('aria-sort');
      header.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      const value = (row) => Number(row.cells[column].dataset.value);
      body.append(...[...body.rows].sort((a, b) => (down ? value(b) - value(a) : value(a) - value(b))));
    });
  }
}

/** Asks for the page again and shows it when the server says that it would look different. */
async function renew() {
  if (document.hidden || document.activeElement?.closest('form')) return;
  const response = await fetch(location.href, { headers: { accept: 'text/html' } });
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
  if (fresh.body.dataset.live === document.body.dataset.live) return;
  document.title = fresh.title;
  document.querySelector('main').replaceWith(document.adoptNode(fresh.querySelector('main')));
  if (fresh.body.dataset.live === undefined) delete document.body.dataset.live;
  else document.body.dataset.live = fresh.body.dataset.live;
  enhance();
}

/** One question at a time; a server that does not answer is asked again. */
async function keepFresh() {
  while (document.body.dataset.live !== undefined) {
    await new Promise((resolve) => setTimeout(resolve, RENEW_MS));
    await renew().catch(() => undefined);
  }
}

enhance();
keepFresh();
