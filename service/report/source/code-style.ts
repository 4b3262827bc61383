/** The look of code: on a screen lines never wrap, on paper they must. The marked line is told by more than colour. */
export const CODE_STYLE = `
.source { grid-column: 1 / -1; min-width: 0; }
.source > :last-child { margin-bottom: 0; }
.source .scroll { background: var(--paper); margin-bottom: .5rem; }
.source .deploy { font-size: .9rem; color: var(--soft); }
.source .deploy.differs {
  background: var(--warn); border-left: 4px solid var(--warn-edge); border-radius: .4rem; padding: .5rem .8rem;
  color: var(--ink); font-weight: 650; font-size: 1rem;
}
details.source + details.source { margin-top: .6rem; }
details.source[open] summary { margin-bottom: .75rem; }
table.code { font: .8125rem/1.55 var(--mono); }
table.code th, table.code td { border: 0; padding: 0 .6rem 0 0; vertical-align: middle; white-space: pre; }
table.code th {
  position: sticky; left: 0; width: 1%; min-width: 3.4rem; padding: 0 .7rem 0 .6rem;
  border-left: 4px solid transparent; background: var(--paper); color: var(--soft);
  text-align: right; user-select: none;
}
table.code code { font-size: inherit; overflow-wrap: normal; }
table.code td:last-child { width: 99%; padding-right: 1rem; }
table.code .heat { width: 1%; }
table.code .heat .bar { width: 4.5rem; height: .7rem; }
table.code .share { width: 1%; text-align: right; color: var(--soft); user-select: none; }
table.code tr:first-child > * { padding-top: .5rem; }
table.code tr:last-child > * { padding-bottom: .5rem; }
table.code .marked > * { background: var(--tint); }
table.code .marked th { border-left-color: var(--hot); color: var(--hot-ink); font-weight: 700; }
table.code .marked th::before { content: "▸ "; content: "▸ " / ""; }
table.code .marked .share { color: var(--hot-ink); font-weight: 700; }
@media screen and (max-width: 44rem) {
  table.code { font-size: .75rem; }
  table.code th { min-width: 2.4rem; padding-inline: .2rem .4rem; }
  table.code .heat, table.code .share { padding-right: .4rem; }
  table.code .heat .bar { width: 1.5rem; min-width: 0; }
}
@media print {
  .source .scroll { overflow: visible; }
  details.source::details-content { content-visibility: visible; block-size: auto; }
  table.code td:last-child { white-space: pre-wrap; }
  table.code code { overflow-wrap: anywhere; }
  table.code tr { break-inside: avoid; }
  table.code .marked > * { font-weight: 700; }
}
`;
