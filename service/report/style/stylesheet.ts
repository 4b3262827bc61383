import { CODE_STYLE } from '../source/code-style.ts';
import { PRINT_STYLE } from './print-style.ts';

/**
 * The look of pages and of the report file. System fonts, one column, two colours with a meaning: ember is the hot
 * instance, blue the healthy one. Text keeps a contrast of at least 4.5:1 in both schemes.
 */
export const STYLESHEET = `
:root {
  color-scheme: light dark;
  --paper: #faf8f5; --card: #ffffff; --tint: #f5efe8; --line: #e2dbd1; --edge: #8b8176;
  --ink: #1f1b16; --soft: #5e574f; --link: #93330a;
  --hot: #c8501c; --hot-ink: #a83a0a; --cool: #2f6fb0; --cool-ink: #235a92; --good-ink: #2b6a3c;
  --warn: #fdf3dd; --warn-edge: #b7791f; --focus: #1d4fd7;
  --sans: ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #141210; --card: #1d1a17; --tint: #27221d; --line: #3a342d; --edge: #8f857a;
    --ink: #f1ece5; --soft: #b8afa3; --link: #ffab7d;
    --hot: #ff8a4c; --hot-ink: #ffa273; --cool: #6fb1f2; --cool-ink: #8bc1f7; --good-ink: #8ed0a0;
    --warn: #33270f; --warn-edge: #e0a030; --focus: #8db4ff;
  }
}
* { box-sizing: border-box; }
html { font: 16px/1.5 var(--sans); background: var(--paper); color: var(--ink); -webkit-text-size-adjust: 100%; }
body { margin: 0; overflow-wrap: anywhere; }
a { color: var(--link); text-underline-offset: .15em; text-decoration-thickness: 1px; }
a:hover { text-decoration-thickness: 2px; }
a[data-show] .name { color: var(--ink); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
h1, h2, h3 { line-height: 1.22; margin: 0; letter-spacing: -.012em; overflow-wrap: anywhere; }
h1 { font-size: clamp(1.55rem, 1.1rem + 1.9vw, 2.3rem); font-weight: 720; }
h2, h3 { text-wrap: balance; }
h2 { font-size: 1.2rem; font-weight: 680; margin-bottom: .75rem; }
h3 { font-size: 1rem; font-weight: 650; }
p, ul, ol, dl { margin: 0 0 .75rem; }
ul, ol { padding-left: 1.2rem; }
code, .name { font-family: var(--mono); font-size: .92em; overflow-wrap: anywhere; }
time, .num { font-variant-numeric: tabular-nums; }
.unbroken { white-space: nowrap; }
.soft { color: var(--soft); }
.small { font-size: .875rem; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: .5rem; padding: .5rem 1rem; background: var(--card); z-index: 2; }
.hidden-text {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap;
}

.site { border-top: 4px solid var(--hot); border-bottom: 1px solid var(--line); background: var(--card); }
.site > div, main, .foot { max-width: 78rem; margin: 0 auto; padding-inline: clamp(1rem, 3vw, 2rem); }
.site > div { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1.75rem; padding-block: .7rem; }
.brand {
  display: inline-flex; align-items: center; gap: .5rem; font-weight: 720; letter-spacing: -.01em;
  color: var(--ink); text-decoration: none;
}
.brand img { width: 1.35rem; height: 1.35rem; }
.site nav { display: flex; gap: 1.25rem; }
.site nav a { color: var(--soft); text-decoration: none; padding: .25rem 0; border-bottom: 2px solid transparent; }
.site nav a:hover { color: var(--ink); }
.site nav a[aria-current] { color: var(--ink); border-bottom-color: var(--hot); }
main { padding-block: 1.75rem 3rem; }
main > section, main > .pair { margin-top: 2.25rem; }
.foot { padding-block: 1.25rem 2.5rem; color: var(--soft); font-size: .875rem; border-top: 1px solid var(--line); }

.crumbs { font-size: .875rem; margin-bottom: .9rem; color: var(--soft); }
.crumbs a { color: var(--soft); }
.where {
  display: flex; flex-wrap: wrap; align-items: center; gap: .35rem .75rem; margin-bottom: .5rem;
  color: var(--soft);
}
.lead { font-size: 1.125rem; max-width: 62rem; margin: .75rem 0 .5rem; overflow-wrap: anywhere; }
.facts { color: var(--soft); font-size: .9rem; }
.places { display: flex; flex-wrap: wrap; gap: .5rem 1.75rem; margin: .9rem 0 0; font-size: .9rem; }
.places dt { color: var(--soft); font-size: .8125rem; }
.places dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
.places .id { white-space: normal; }
.copies { display: flex; flex-wrap: wrap; gap: .4rem .6rem; align-items: baseline; margin-left: auto; }
.copies button {
  font: inherit; padding: .2rem .7rem; border: 1px solid var(--edge); border-radius: .4rem; background: var(--card);
  color: var(--ink); cursor: pointer;
}
.next { padding-left: 1.3rem; }
.next li { margin-bottom: .45rem; }
.command {
  display: inline-block; margin-top: .2rem; padding: .1rem .45rem; border-radius: .3rem; background: var(--tint);
  font-size: .8125rem; user-select: all;
}
.basis summary { cursor: pointer; color: var(--soft); font-size: .875rem; }
.basis ul { margin: .5rem 0 0; }
.answer > .card:nth-child(3) { grid-column: 1 / -1; }
.answer h2 + .next + h2 { margin-top: 1.1rem; }
.pill {
  display: inline-block; padding: .05rem .6rem; border: 1px solid var(--edge); border-radius: 1rem;
  font-size: .8125rem; line-height: 1.5; color: var(--ink); white-space: nowrap;
}
.pill a { color: inherit; text-decoration: none; }
.pill a:hover { text-decoration: underline; }
.pill.burning { border-color: var(--hot); color: var(--hot-ink); font-weight: 650; }
.pill.over { border-color: var(--good-ink); color: var(--good-ink); }
.pill.verdict { background: var(--ink); border-color: var(--ink); color: var(--paper); font-weight: 650; }
.pill.again { border-color: var(--cool); color: var(--cool-ink); }
.pill.quiet { border-style: dashed; color: var(--soft); }

.steps {
  display: flex; flex-wrap: wrap; gap: .25rem 0; list-style: none; padding: 0; margin: 1.25rem 0 0;
  font-size: .875rem;
}
.steps li { flex: 1 1 6.5rem; padding: .5rem .5rem 0 0; border-top: 3px solid var(--line); color: var(--soft); }
.steps li.done { border-top-color: var(--good-ink); color: var(--ink); }
.steps li[aria-current] { border-top-color: var(--hot); color: var(--ink); font-weight: 650; }

.card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1.1rem 1.25rem; }
.pair { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 1.25rem; }
@media screen and (max-width: 52rem) { .pair { grid-template-columns: minmax(0, 1fr); } }
.culprit .name { display: block; font-size: 1.35rem; font-weight: 700; color: var(--hot-ink); line-height: 1.3; }
.culprit p { margin-bottom: .5rem; }
.alone { grid-template-columns: minmax(0, 1fr); }
.bars {
  display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: .35rem .75rem;
  align-items: center; margin: .75rem 0;
}
.bars dt { color: var(--soft); font-size: .9rem; }
.bars dd { margin: 0; }
.bars .num { font-weight: 650; text-align: right; }
.bar { display: block; width: 100%; height: .8rem; border-radius: .2rem; }
.bar .track { fill: var(--tint); }
.bar.hot .fill { fill: var(--hot); }
.bar.healthy .fill { fill: var(--cool); }
.bar.thin { height: .4rem; margin-top: .3rem; min-width: 3.5rem; }
.plot { display: block; width: 8.5rem; height: 1.1rem; overflow: visible; }
.plot .zero { stroke: var(--edge); stroke-width: 1; stroke-dasharray: 2 2; }
.plot .reach { fill: var(--edge); opacity: .55; }
.plot .dot { fill: var(--hot); }
.plot .dot.less { fill: var(--cool); }
.plain { list-style: none; padding: 0; }
.tick { padding-left: 1.1rem; }
.route { font-size: .85rem; color: var(--soft); }
.route code + code::before { content: "› "; font-family: var(--sans); color: var(--edge); }

.note {
  background: var(--warn); border-left: 4px solid var(--warn-edge); border-radius: .4rem;
  padding: .9rem 1.1rem .35rem; margin-top: 1.5rem;
}
.note.seen { background: var(--tint); border-color: var(--cool); }
.note h2 { font-size: 1.05rem; margin-bottom: .4rem; }

.scroll {
  position: relative; overflow-x: auto; border: 1px solid var(--line); border-radius: .6rem;
  background: var(--card);
}
.scroll + ul, .scroll + p, .lead + .scroll { margin-top: .9rem; }
table { overflow-wrap: break-word; border-collapse: collapse; width: 100%; font-size: .9375rem; }
caption { text-align: left; padding: .75rem 1rem .25rem; color: var(--soft); font-size: .875rem; }
th, td { padding: .55rem .6rem; text-align: left; vertical-align: top; border-top: 1px solid var(--line); }
th:first-child, td:first-child { padding-left: 1rem; }
th:last-child, td:last-child { padding-right: 1rem; }
thead th {
  font-size: .8125rem; font-weight: 620; color: var(--soft); vertical-align: bottom; border-top: 0;
  white-space: nowrap;
}
thead td { border-top: 0; }
tbody th { font-weight: 400; }
td.num, th.num { text-align: right; white-space: nowrap; }
td.wide { min-width: 11rem; overflow-wrap: anywhere; }
th.label { white-space: nowrap; color: var(--soft); }
.sentence::first-letter { text-transform: uppercase; }
td.name-cell, th.name-cell { min-width: 14rem; max-width: 34rem; overflow-wrap: anywhere; }
.id { white-space: nowrap; }
th button {
  font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer;
  text-decoration: underline dotted; text-underline-offset: .2em;
}
th[aria-sort=ascending] button::after { content: " ↑"; }
th[aria-sort=descending] button::after { content: " ↓"; }

.tabrow {
  display: flex; flex-wrap: wrap; align-items: end; justify-content: space-between; gap: 0 1rem;
  margin-bottom: -1px;
}
.tabs { display: flex; flex-wrap: wrap; gap: .25rem; }
.tabs button, .together {
  font: inherit; padding: .5rem .95rem; border: 1px solid transparent; border-bottom: 0;
  border-radius: .5rem .5rem 0 0; background: none; color: var(--soft); cursor: pointer;
}
.tabs button:hover, .together:hover { color: var(--ink); }
.tabs button[aria-selected=true], .together[aria-pressed=true] {
  background: var(--card); border-color: var(--line); color: var(--ink); font-weight: 650;
}
.stacked .tabs button[aria-selected=true] {
  background: none; border-color: transparent; color: var(--soft); font-weight: inherit;
}
/* Graphs may be wider than text: their findings stand beside them. */
@media (min-width: 80rem) {
  .broad {
    --broad: min(100vw - 4rem, 110rem);
    width: var(--broad); margin-inline: calc((100% - var(--broad)) / 2);
  }
}
[data-graphs] { position: relative; }
.graph {
  background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .9rem;
  margin-bottom: 1rem;
}
.graph.aside { position: absolute; inset-inline: 0; top: 0; height: 0; overflow: hidden; visibility: hidden; }
.tabrow ~ .graph:not(.aside) { border-top-left-radius: 0; }
.graph h3 { margin-bottom: .25rem; }
[data-graphs]:not(.stacked) > .tabrow ~ .graph h3 {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
}
.graph .links { display: inline-flex; flex-wrap: wrap; gap: 0 .9rem; margin-left: .5rem; }
.graph .links a { white-space: nowrap; }
.graph .copy {
  background: none; border: 0; padding: 0; font: inherit; color: var(--link); text-decoration: underline;
  cursor: pointer;
}
.graph object, .graph iframe { display: block; width: 100%; border: 0; color-scheme: light dark; }
.graph object { min-height: 8rem; }

.known { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .3rem 1.25rem; }
.known dt { color: var(--soft); }
.known dd { margin: 0; overflow-wrap: anywhere; }
@media screen and (max-width: 34rem) {
  .known { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .known dd { margin-bottom: .5rem; }
}
.told { list-style: none; padding: 0; margin: 0; }
.told li { padding: .15rem 0; overflow-wrap: anywhere; }
.timeline { list-style: none; padding: 0 0 0 1.1rem; border-left: 2px solid var(--line); margin-left: .35rem; }
.timeline li { position: relative; padding-bottom: .7rem; overflow-wrap: anywhere; }
.timeline li::before {
  content: ""; position: absolute; left: -1.5rem; top: .45rem; width: .65rem; height: .65rem;
  border-radius: 50%; background: var(--edge); border: 2px solid var(--paper);
}
.timeline li.last::before { background: var(--hot); }
.timeline time { color: var(--soft); font-size: .875rem; margin-right: .6rem; }
.downloads {
  list-style: none; padding: 0; margin: 0; border: 1px solid var(--line); border-radius: .6rem;
  background: var(--card);
}
.downloads li {
  display: grid; grid-template-columns: 17rem minmax(0, 1fr) 9.5rem; gap: .1rem 1.25rem;
  align-items: baseline; padding: .75rem 1.1rem; border-top: 1px solid var(--line);
}
.downloads li:first-child { border-top: 0; }
.downloads h3, .downloads li > p:first-of-type { grid-column: 1; margin: 0; overflow-wrap: anywhere; }
.downloads .forms {
  grid-column: 2; grid-row: 1 / span 2; margin: 0; display: flex; flex-wrap: wrap;
  gap: .35rem 1.1rem; align-self: center;
}
.downloads .forms + p { grid-column: 3; grid-row: 1 / span 2; margin: 0; align-self: center; text-align: right; }
.downloads .forms a { white-space: nowrap; }
@media screen and (max-width: 44rem) {
  .downloads li { grid-template-columns: minmax(0, 1fr); gap: .3rem; }
  .downloads .forms, .downloads .forms + p { grid-column: 1; grid-row: auto; }
  .downloads .forms { gap: .1rem 1.1rem; }
  .downloads .forms + p { text-align: left; }
  .downloads a { padding-block: .3rem; }
}

.search { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; margin: 1.1rem 0 1.25rem; }
.search label { display: block; font-size: .8125rem; color: var(--soft); margin-bottom: .2rem; }
.search input, .search select, .search button {
  font: inherit; padding: .45rem .7rem; border: 1px solid var(--edge); border-radius: .4rem;
  background: var(--card); color: var(--ink); min-height: 2.6rem; max-width: 100%;
}
.search select { max-width: 20rem; }
.search .grow { flex: 1 1 16rem; max-width: 30rem; }
.search .grow input { width: 100%; }
.search button { font-weight: 620; cursor: pointer; }
.search details { flex-basis: 100%; font-size: .9rem; }
.search summary { cursor: pointer; color: var(--soft); width: max-content; }
.search .search { margin: .75rem 0 0; }
.search .search input { width: 13rem; }
.chips { display: flex; flex-wrap: wrap; gap: .5rem; list-style: none; padding: 0; margin: 0 0 1.25rem; }
.chips a {
  display: inline-block; padding: .3rem .75rem; border: 1px solid var(--edge); border-radius: 1rem;
  background: var(--card); color: var(--ink); text-decoration: none; font-size: .875rem; overflow-wrap: anywhere;
}
.chips a:hover { text-decoration: underline; }
.incidents {
  list-style: none; padding: 0; margin: 0; border: 1px solid var(--line); border-radius: .6rem;
  background: var(--card);
}
.incidents li {
  display: grid; grid-template-columns: 10.5rem minmax(0, 1fr) max-content; gap: .1rem 1.25rem;
  padding: .9rem 1.1rem; border-top: 1px solid var(--line);
}
.incidents li:first-child { border-top: 0; }
.pills { display: flex; flex-wrap: wrap; gap: .3rem; align-content: start; }
.pills a { color: inherit; }
.incidents h3 { font-weight: 640; overflow-wrap: anywhere; letter-spacing: 0; }
.incidents h3 a { color: var(--ink); text-decoration: none; }
.incidents h3 a:hover { text-decoration: underline; }
.incidents p { margin: 0; font-size: .9rem; color: var(--soft); overflow-wrap: anywhere; }
.incidents p a { color: inherit; text-decoration-color: var(--line); }
.incidents .retry { color: var(--ink); }
.incidents .when { text-align: right; font-size: .875rem; color: var(--soft); }
@media screen and (max-width: 44rem) {
  .incidents li { grid-template-columns: minmax(0, 1fr); gap: .3rem; }
  .incidents .when { text-align: left; }
}
.chart { display: block; width: 100%; max-width: 48rem; height: auto; font: 11px var(--sans); }
.chart text { fill: var(--soft); }
.chart .axis, .chart .mark line { stroke: var(--edge); }
.chart .mark line { stroke-dasharray: 3 3; }
.chart .hot { fill: var(--hot); }
.chart .healthy { fill: var(--cool); }
.empty { padding: 2.25rem 1.25rem; text-align: center; color: var(--soft); }
.pager {
  display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center; margin-top: 1rem;
  font-size: .9rem; color: var(--soft);
}
details.legend { border: 1px solid var(--line); border-radius: .6rem; padding: .7rem 1.1rem; background: var(--card); }
details.legend summary { cursor: pointer; font-weight: 620; }
details.legend dl { margin-top: .75rem; }
@media screen and (max-width: 44rem) {
  .copies { margin-left: 0; }
  .places { gap: .2rem; }
  .places div { flex: 1 0 100%; display: flex; gap: .6rem; }
  .places dt { flex: 0 0 6.2rem; line-height: 1.7; }
  .places dd { min-width: 0; }
}
/* On a phone a row becomes a block: its header first, then the cells with their column's name. */
@media screen and (max-width: 44rem) {
  table.stack, .stack tbody, .stack caption { display: block; }
  .stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .stack tr {
    display: flex; flex-wrap: wrap; gap: .35rem 1.1rem; padding: .75rem 1rem;
    border-top: 1px solid var(--line);
  }
  .stack tr > * { border: 0; padding: 0; min-width: 0; }
  .stack td.num { text-align: left; min-width: 3.6rem; }
  .stack td.full, .stack th.name-cell { flex: 1 0 100%; max-width: none; }
  .stack td[data-label]::before { content: attr(data-label); display: block; font-size: .75rem; color: var(--soft); }
  th.label { white-space: normal; }
  .graph .links { display: flex; margin: .2rem 0 0; }
  .tabs button, .together { padding: .5rem .45rem; font-size: .85rem; }
  .columns th, .columns td { padding-inline: .4rem; }
  .columns td.wide { min-width: 7.5rem; }
  .columns .id { white-space: normal; word-break: break-all; }
}
${CODE_STYLE}${PRINT_STYLE}`;
