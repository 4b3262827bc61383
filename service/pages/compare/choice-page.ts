import type { IncidentRow } from '../../incidents/incident-row.ts';
import { clean } from '../../report/clean-text.ts';
import { compile } from '../../report/templates.ts';
import { formatUtc } from '../../shared/text/time.ts';
import { navOf, type PageAssets, type PageShellModel, pageShell } from '../page-shell.ts';

/** What is in the fields of a side. */
export interface ChosenSide {
  /** An id, or whatever was typed instead. */
  readonly incident: string;
  readonly recording: string;
}

export interface ChoicePageInput {
  readonly a: ChosenSide | null;
  readonly b: ChosenSide | null;
  /** Offered while somebody types. */
  readonly rows: readonly IncidentRow[];
  /** Why there is no comparison, where one was asked for. */
  readonly fault: string | null;
  readonly uploadMb: number;
  readonly assets: PageAssets;
}

interface SideModel {
  readonly name: string;
  readonly letter: string;
  readonly title: string;
  readonly about: string;
  readonly incident: string;
  readonly recordings: readonly { readonly value: string; readonly words: string; readonly selected: boolean }[];
}

interface ChoiceModel extends PageShellModel {
  readonly fault: string | null;
  readonly sides: readonly SideModel[];
  readonly offered: readonly { readonly id: string; readonly words: string }[];
  readonly uploadMb: string;
}

/** The names that a report gives to its recordings; there are five peers at most. */
const RECORDINGS = ['hot', 'healthy', 'healthy-2', 'healthy-3', 'healthy-4', 'healthy-5'];

const render = compile<ChoiceModel>(
  pageShell(`
<h1>Compare two profiles</h1>
<p class="lead">Each may be a recording of an incident or a file of yours. B is held against A: what grew, \
what shrank, and how sure that is.</p>
{{#if fault}}<section class="note" role="alert" aria-labelledby="fault"><h2 id="fault">Nothing was compared</h2>\
<p>{{fault}}</p></section>{{/if}}
<form class="triage compare" method="post" action="/compare" enctype="multipart/form-data" data-drop="{{uploadMb}}">
<div class="two">
{{#each sides}}<fieldset><legend>{{letter}}: {{title}}</legend><p class="soft small">{{about}}</p>
<div class="line"><p class="grow"><label for="{{name}}">Incident: its id, or the address of its page</label>\
<input id="{{name}}" name="{{name}}" value="{{incident}}" list="incidents" autocomplete="off" maxlength="300"></p>
<p><label for="{{name}}-recording">Recording</label><select id="{{name}}-recording" name="{{name}}-recording">\
{{#each recordings}}<option value="{{value}}"{{#if selected}} selected{{/if}}>{{words}}</option>{{/each}}\
</select></p></div>
<p><label for="{{name}}-file">Or a file</label><input type="file" id="{{name}}-file" name="{{name}}-file"></p>
</fieldset>
{{/each}}</div>
<datalist id="incidents">{{#each offered}}<option value="{{id}}">{{words}}</option>{{/each}}</datalist>
<p data-dropped class="small" role="status"></p>
<p><button type="submit">Compare</button></p>
</form>
<section aria-labelledby="files"><h2 id="files">Which files</h2>
<p>A capture, perf script text, folded stacks, .cpuprofile, pprof or speedscope JSON, plain or packed with gzip or \
zstd, of up to {{uploadMb}} MB. Files are compared and forgotten; only the result stays for a while, in the cache of \
made files. <code>smokejumper compare A B</code> does the same for files of any size, on your own machine.</p>
</section>`),
);

/** `/compare` before there is anything to show: works without script. */
export function renderChoicePage(input: ChoicePageInput): string {
  return render({
    title: 'Compare two profiles, Smokejumper',
    assets: input.assets,
    nav: navOf('/compare'),
    live: null,
    fault: input.fault === null ? null : clean(input.fault, 1000),
    sides: [
      sideModel('a', 'the reference', 'What is normal: a healthy instance, last month, the release before.', input.a),
      sideModel(
        'b',
        'what is held against it',
        'What is suspected: the hot instance, today, the new release.',
        input.b,
      ),
    ],
    offered: input.rows.map(({ id, group, alarmName, openedAtMs, headline }) => ({
      id,
      words: clean(`${group ?? alarmName}, ${formatUtc(openedAtMs)}: ${headline ?? 'no report yet'}`, 160),
    })),
    uploadMb: String(input.uploadMb),
  });
}

function sideModel(name: string, title: string, about: string, chosen: ChosenSide | null): SideModel {
  return {
    name,
    letter: name.toUpperCase(),
    title,
    about,
    incident: clean(chosen?.incident ?? '', 300),
    recordings: RECORDINGS.map((value) => ({
      value,
      words: value === 'hot' ? 'hot instance' : `healthy peer ${value.replace(/^healthy-?/, '')}`.trim(),
      selected: value === (chosen?.recording ?? 'hot'),
    })),
  };
}
