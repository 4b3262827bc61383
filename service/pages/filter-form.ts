/** What a list of incidents is narrowed by: the form, and the filters that are on, each with a link that drops it. */
import { FACET_NAMES, FACETS, type Facet, FILTER_NAMES, type FilterName } from '../incidents/incident-filter.ts';
import { clean } from '../report/clean-text.ts';
import { listHref } from './links.ts';

interface ChoiceModel {
  readonly name: string;
  readonly label: string;
  readonly options: readonly { readonly value: string; readonly label: string; readonly selected: boolean }[];
}

interface FieldModel {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly hint: string;
}

interface ChipModel {
  readonly label: string;
  readonly value: string;
  /** The list without it. */
  readonly href: string;
}

export interface FilterModel {
  readonly q: string;
  readonly group: ChoiceModel;
  readonly choices: readonly ChoiceModel[];
  readonly fields: readonly FieldModel[];
  readonly chips: readonly ChipModel[];
}

const LABELS: Readonly<Record<FilterName, string>> = {
  q: 'Search',
  from: 'From',
  to: 'To',
  ...(Object.fromEntries(FACET_NAMES.map((name) => [name, FACETS[name].label])) as Record<Facet, string>),
};

/** Beside the search text and the group, in the order of the form. */
const CHOICES = ['verdict', 'state'] as const;
const FIELDS = ['from', 'to', 'function', 'package', 'alarm', 'instance', 'account', 'region'] as const;
const HINTS: Partial<Readonly<Record<FilterName, string>>> = { from: '2026-05-03', to: '2026-05-03T14:00Z' };

export function filterModel(params: Readonly<Record<string, string>>, groups: readonly string[]): FilterModel {
  const group = params.group ?? '';
  const known = group === '' || groups.includes(group) ? groups : [...groups, group];
  return {
    q: clean(params.q ?? '', 200),
    group: choice('group', 'All groups', known, group),
    choices: CHOICES.map((name) => choice(name, 'All', FACETS[name].values, params[name] ?? '')),
    fields: FIELDS.map((name) => ({
      name,
      label: LABELS[name],
      value: (params[name] ?? '').toWellFormed(),
      hint: HINTS[name] ?? '',
    })),
    chips: chipModels(params),
  };
}

function choice(name: FilterName, all: string, values: readonly string[], chosen: string): ChoiceModel {
  const options = values.map((value) => ({
    value: value.toWellFormed(),
    label: clean(value, 100),
    selected: value === chosen,
  }));
  return { name, label: LABELS[name], options: [{ value: '', label: all, selected: false }, ...options] };
}

function chipModels(params: Readonly<Record<string, string>>): ChipModel[] {
  return FILTER_NAMES.flatMap((name) => {
    const { [name]: value, ...others } = params;
    if (value === undefined) return [];
    return [{ label: LABELS[name], value: clean(value, 80), href: listHref('/', others) }];
  });
}

const SELECT = `<div><label for="{{name}}">{{label}}</label><select id="{{name}}" name="{{name}}">\
{{#each options}}<option value="{{value}}"{{#if selected}} selected{{/if}}>{{label}}</option>{{/each}}</select></div>`;

/** For `filters` in the context. */
export const FILTER_FORM = `
<form class="search" method="get" action="/" role="search">
<div class="grow"><label for="q">Alarm, function, file, instance or id</label>\
<input id="q" name="q" type="search" value="{{filters.q}}" maxlength="200" autocomplete="off"></div>
{{#with filters.group}}${SELECT}{{/with}}
<div><button type="submit">Search</button></div>
<details><summary>More filters</summary><div class="search">
{{#each filters.choices}}${SELECT}{{/each}}
{{#each filters.fields}}<div><label for="{{name}}">{{label}}</label><input id="{{name}}" name="{{name}}" \
value="{{value}}"{{#if hint}} placeholder="{{hint}}"{{/if}} autocomplete="off"></div>{{/each}}
</div></details>
</form>
{{#if filters.chips}}<ul class="chips" aria-label="Filters that are on">{{#each filters.chips}}<li>\
<a href="{{href}}">{{label}} <strong>{{value}}</strong><span aria-hidden="true"> ×</span>\
<span class="hidden-text">, remove this filter</span></a></li>{{/each}}\
<li><a href="/">Show all</a></li></ul>{{/if}}`;
