/** Links to the pages of a list. `query` has what else the address carries. */
export interface PagerModel {
  readonly range: string;
  readonly previous: string | null;
  readonly next: string | null;
}

export interface Paging {
  readonly offset: number;
  readonly limit: number;
  readonly total: number;
}

export function pagerModel(path: string, query: Readonly<Record<string, string>>, paging: Paging): PagerModel {
  const { offset, limit, total } = paging;
  const last = Math.min(offset + limit, total);
  const link = (from: number) => {
    const entries = Object.entries({ ...query, offset: from === 0 ? '' : String(from) });
    const text = new URLSearchParams(entries.filter(([, value]) => value !== '')).toString();
    return text === '' ? path : `${path}?${text}`;
  };
  return {
    range: last <= offset ? `none of ${total}` : `${offset + 1} to ${last} of ${total}`,
    previous: offset > 0 ? link(Math.max(0, offset - limit)) : null,
    next: last < total ? link(offset + limit) : null,
  };
}

export const PAGER = `
<nav class="pager" aria-label="Pages"><span>{{pager.range}}</span>\
{{#if pager.previous}}<a href="{{pager.previous}}" rel="prev">Newer</a>{{/if}}\
{{#if pager.next}}<a href="{{pager.next}}" rel="next">Older</a>{{/if}}</nav>`;
