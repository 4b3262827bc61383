/**
 * The report on paper: three pages with what a meeting needs. What leads somewhere else, and what is only of use on a
 * screen, is left out; so are the details of how it was obtained that the file and the page keep.
 */
export const PRINT_STYLE = `
@media print {
  @page { margin: 10mm 12mm; }
  :root {
    color-scheme: light; --paper: #fff; --card: #fff; --tint: #f5efe8; --line: #d0c9bf; --edge: #8b8176;
    --ink: #1f1b16; --soft: #5e574f; --link: #1f1b16; --hot: #c8501c; --hot-ink: #a83a0a; --cool: #2f6fb0;
    --cool-ink: #235a92; --good-ink: #2b6a3c; --warn: #fff; --warn-edge: #b7791f;
  }
  html { background: #fff; font-size: 9.6px; }
  .site, .foot, .tabrow, .search, .crumbs, .pager, .steps, .copies, .screen-only, .graph .links, .route,
  [aria-label=Legend], [aria-labelledby=files], [aria-labelledby=notifications], [aria-labelledby=told],
  [aria-labelledby=members], [aria-labelledby=code] { display: none; }
  main { padding: 0; max-width: none; }
  main > section, main > .pair { margin-top: 1rem; }
  h1 { font-size: 1.9rem; }
  h2 { margin-bottom: .4rem; break-after: avoid; }
  a { text-decoration: none; }
  .card { padding: .7rem .9rem; }
  .broad { width: auto; margin-inline: 0; }
  .pair { gap: .8rem; }
  .places { gap: .3rem 1.5rem; }
  .card, .note, .graph, tr, li { break-inside: avoid; }
  .basis::details-content { content-visibility: visible; block-size: auto; }
  .basis summary { list-style: none; }
  .graph, .graph.aside { position: static; height: auto; overflow: hidden; visibility: visible; padding: .5rem; }
  [data-graphs]:not(.stacked) > .tabrow ~ .graph h3 {
    position: static; width: auto; height: auto; overflow: visible; clip-path: none;
  }
  .graph p { margin: 0 0 .2rem; }
  /* Cut at the height of a page's third: what matters is wide, and what is deep is thin. */
  .graph object, .graph iframe { height: 21rem; min-height: 0; }
  #graph-differential object, #graph-differential iframe { height: 36rem; }
  .scroll { overflow: visible; }
  th, td { padding: .18rem .4rem; }
  .bar.thin { margin-top: .1rem; }
  table.code { line-height: 1.3; }
  .plot { width: 6rem; }
}
`;
