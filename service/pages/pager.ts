import type { Page } from '../incidents/store-port.ts';
import { listHref } from './links.ts';

export interface PagerModel {
  readonly range: string;
  /** Where this is not the first page. */
  readonly newest: string | null;
  readonly newer: string | null;
  readonly older: string | null;
  readonly isNeeded: boolean;
}

/** Links to the pages of a list. `query` has what else the address carries. */
export function pagerModel(
  path: string,
  query: Readonly<Record<string, string>>,
  { rows, total, older, newer }: Page<unknown>,
): PagerModel {
  const isAll = older === null && rows.length === total;
  return {
    range: isAll ? `all ${rows.length}` : `${rows.length} of ${total ?? 'many'}`,
    newest: isAll || (newer === null && rows.length > 0) ? null : listHref(path, query),
    newer: newer === null ? null : listHref(path, { ...query, after: newer }),
    older: older === null ? null : listHref(path, { ...query, before: older }),
    isNeeded: older !== null || newer !== null || !isAll,
  };
}

export const PAGER = `
<nav class="pager" aria-label="Pages"><span>{{pager.range}}</span>\
{{#if pager.newest}}<a href="{{pager.newest}}">Newest</a>{{/if}}\
{{#if pager.newer}}<a href="{{pager.newer}}" rel="prev">Newer</a>{{/if}}\
{{#if pager.older}}<a href="{{pager.older}}" rel="next">Older</a>{{/if}}</nav>`;
