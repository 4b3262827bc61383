/** The viewer's look. Text has a contrast of at least 4.5:1 on what it stands on, in both schemes. */
import { palette } from '../picture/palette.ts';

const VARIABLES = ['paper', 'card', 'line', 'ink', 'soft', 'link', 'focus', 'hit', 'on-hit', 'rest', 'heat'];
const LIGHT = '#fdfbf8 #f4efe8 #d8d0c4 #1b1713 #5b544c #8a3208 #1d4fd7 #3d2b9e #ffffff #b9b1a6 #b23b00';
const DARK = '#171411 #241f1a #3b342c #fbf6ef #b9b0a4 #ffab7d #8db4ff #d9ccff #1b1713 #5d554c #ff8a4c';

/** Continues the first rule, which begins with the variables. */
const RULES: readonly string[] = [
  'color-scheme:light dark;background:var(--paper);color:var(--ink);',
  'font:14px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;box-sizing:border-box;',
  'padding:12px;overflow-wrap:anywhere;-webkit-text-size-adjust:100%}',
  // A graph in a page is as high as what it shows, also after it was higher.
  '.sj.alone{height:100%;overflow:auto}',
  '.sj *{box-sizing:border-box}',
  '.sj h1{font-size:18px;line-height:1.3;margin:0}.sj h2{font-size:15px;margin:0}.sj p{margin:2px 0}',
  '.sj .soft,.sj caption,.sj th{color:var(--soft)}.sj .small{font-size:12.5px}',
  // Where a window is low (a phone on its side, 400 % zoom) nothing stays in sight at the graph's expense.
  '@media (min-height:560px){.sj.alone{scroll-padding-top:var(--top,0px)}',
  '.sj.alone:not(.print) .top{position:sticky;top:-12px;z-index:2;background:var(--paper);',
  'border-bottom:1px solid var(--line)}',
  '.sj.alone:not(.print) .panel{position:sticky;bottom:0;z-index:2;max-height:45vh;overflow:auto}}',
  '.sj.print{height:auto;min-height:0;overflow:visible}',
  // Paper has no buttons; of the tables those that are open.
  '@media print{.sj .bar,.sj .tip,.sj details:not([open]),.sj .panel .bar{display:none}}',
  '.sj.print>details,.sj.print :is(.bar,.tip,summary){display:none}',
  '.sj .bar,.sj .search,.sj .quick,.sj .more{display:flex;flex-wrap:wrap;gap:6px 10px;align-items:end}',
  '.sj .bar{padding:8px 0}.sj .search,.sj .quick{flex-wrap:nowrap}.sj .opens{display:none}',
  '.sj label{display:inline-flex;flex-direction:column;font-size:11.5px;color:var(--soft);min-width:0;',
  'max-width:100%}',
  '.sj input,.sj select,.sj button,.sj summary{font:inherit;font-size:13.5px;color:var(--ink)}',
  '.sj input,.sj select,.sj button{background:var(--card);border:1px solid var(--soft);border-radius:5px;',
  'min-height:30px;padding:3px 8px;max-width:100%}',
  '.sj input[type=search]{width:15em}.sj input[type=range]{padding:0;width:15em}.sj select{max-width:18em}',
  '.sj button{cursor:pointer}.sj button:hover{border-color:var(--link)}',
  '.sj button[aria-pressed=true]{background:var(--ink);color:var(--paper)}',
  '.sj button.plain{background:none;border:0;padding:0;min-height:24px;color:var(--link);text-align:left;',
  'text-decoration:underline;text-underline-offset:2px}',
  '.sj :focus-visible{outline:3px solid var(--focus);outline-offset:1px}',
  '.sj summary{cursor:pointer;padding:4px 0;font-weight:600;width:fit-content}',
  '.sj .crumbs{display:flex;flex-wrap:wrap;gap:0 6px;align-items:center;margin:0;padding:0;list-style:none;',
  'font-size:13px;min-height:26px}',
  '.sj .crumbs li+li::before{content:"› ";color:var(--soft)}.sj .crumbs li{max-width:100%;display:flex;gap:6px}',
  '.sj .crumbs .plain{overflow:hidden;text-overflow:ellipsis;white-space:nowrap;max-width:22em}',
  '.sj .stage{position:relative;margin:4px 0 8px}',
  '.sj .graph{display:block;font:12px ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace;',
  'overflow:hidden;touch-action:manipulation}',
  '.sj .graph rect{cursor:pointer}.sj .graph rect:hover{stroke:var(--ink);stroke-width:1}',
  '.sj .graph text{fill:var(--ink)}.sj .labels{pointer-events:none}',
  '.sj .graph .above{opacity:.999;stroke:var(--soft);stroke-dasharray:1 3}',
  '.sj .graph .appeared{stroke:var(--ink);stroke-width:1.5}',
  '.sj .graph .vanished{stroke:var(--ink);stroke-width:1.5;stroke-dasharray:4 3}',
  '.sj .graph .hit,.sj i.hit{fill:var(--hit);background:var(--hit)}.sj .graph .on-hit{fill:var(--on-hit)}',
  '.sj .graph .rest{fill:var(--rest)}.sj .graph text.run{font-size:10.5px;fill:var(--soft)}',
  '.sj .culprit{fill:none;stroke:var(--ink);stroke-width:2;pointer-events:none}',
  '.sj .inlined{fill:none;stroke:var(--ink);stroke-width:1.5;stroke-dasharray:3 3;pointer-events:none}',
  '.sj .inlined.on-hit{stroke:var(--on-hit)}',
  '.sj .graph rect.sel{stroke:var(--ink);stroke-width:2.5;stroke-dasharray:none}',
  '.sj .graph rect:focus-visible{outline:none;stroke:var(--focus);stroke-width:3;stroke-dasharray:none}',
  '.sj .tip{position:absolute;z-index:3;pointer-events:none;max-width:min(34em,100%);background:var(--paper);',
  'border:1px solid var(--soft);border-radius:5px;padding:5px 8px;font-size:12.5px;box-shadow:0 2px 8px #0004}',
  '.sj [hidden]{display:none}',
  '.sj .panel{background:var(--card);border:1px solid var(--line);border-radius:6px;padding:6px 10px;margin:8px 0}',
  '.sj .panel dl{display:flex;flex-wrap:wrap;gap:0 18px;margin:2px 0;font-size:13px}',
  '.sj .panel dl div{display:flex;gap:6px}.sj dt{color:var(--soft)}.sj dd{margin:0}',
  '.sj .panel .bar{padding:4px 0 2px}',
  '.sj .legend{display:flex;flex-wrap:wrap;gap:2px 14px;font-size:12.5px;color:var(--soft);margin:6px 0}',
  '.sj .legend span{display:inline-flex;align-items:center;gap:5px}.sj .legend svg{flex:none}',
  '.sj .scroll{overflow-x:auto}.sj table{border-collapse:collapse;width:100%;font-size:13px;margin:4px 0}',
  '.sj caption{text-align:left;font-size:12.5px;padding:2px 0}',
  '.sj td,.sj th{padding:3px 10px 3px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line);',
  'font-weight:400}',
  '.sj .n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}',
  '.sj th button{background:none;border:0;padding:0;min-height:24px;color:var(--soft);',
  'text-decoration:underline dotted}',
  '.sj td.name{min-width:12em}',
  '.sj kbd{font:12px ui-monospace,monospace;border:1px solid var(--line);border-radius:3px;padding:0 4px;',
  'background:var(--card)}',
  '.sj .keys{columns:20em;margin:4px 0;padding:0;list-style:none;font-size:13px}',
  '.sj .heat{display:block;cursor:crosshair;touch-action:pan-y;max-width:100%}',
  '.sj .heat .field{fill:var(--card)}.sj .heat path{fill:var(--heat)}',
  '.sj .heat .chosen{fill:var(--focus);fill-opacity:.28;stroke:var(--focus)}',
  '.sj tr.first td{border-bottom:0;padding-bottom:0}.sj .beside td.name{min-width:9em}',
  // A page and a file opened alone: the window's own width.
  '@media (min-width:1180px){.sj .main:has(.beside){display:grid;',
  'grid-template-columns:minmax(0,1fr) minmax(0,26rem);gap:0 18px}',
  '.sj .beside{align-self:start}',
  '.sj.alone .beside{position:sticky;top:var(--top,0px);max-height:calc(100vh - var(--top,0px));overflow:auto}}',
  // Within a page that is printed, where nothing tells it so.
  '@media print{.sj{padding:0}.sj>details,.sj :is(.bar,.tip,summary,.crumbs,h1){display:none}}',
];

/** After all others, as it overrides them. */
const PHONE_RULES: readonly string[] = [
  // A phone: search and what is used most in one row each, the way to the zoomed frame in one line that scrolls.
  '@media (max-width:600px){.sj{padding:8px}.sj label,.sj input[type=search],.sj input[type=range]{width:100%}',
  '.sj .bar>label,.sj .more>label{width:calc(50% - 5px)}.sj select{max-width:100%;width:100%}',
  '.sj .bar{padding:4px 0}.sj .search,.sj .quick{width:100%;gap:6px}.sj .search label span{display:none}',
  '.sj .quick button{padding:3px 6px;font-size:13px}.sj .opens{display:block;margin-left:auto}',
  '.sj .more:not(.open){display:none}.sj .more{width:100%}',
  '.sj .crumbs{flex-wrap:nowrap;overflow-x:auto}.sj .crumbs li{flex:none}.sj .crumbs .plain{max-width:14em}}',
];

function variables(values: string): string {
  const colours = values.split(' ');
  return VARIABLES.map((name, index) => `--${name}:${colours[index]}`).join(';');
}

export function viewerStyle(): string {
  const fills = palette();
  const scheme = (column: 0 | 1): string => fills.map((pair, fill) => `.sj .c${fill}{fill:${pair[column]}}`).join('');
  return [
    `.sj{${variables(LIGHT)};`,
    ...RULES,
    scheme(0),
    `@media (prefers-color-scheme:dark){.sj{${variables(DARK)}}${scheme(1)}}`,
    ...PHONE_RULES,
  ].join('\n');
}
