import { clean } from '../../report/clean-text.ts';
import { compile } from '../../report/templates.ts';
import { navOf, type PageAssets, type PageShellModel, pageShell } from '../page-shell.ts';

const render = compile<PageShellModel & { readonly heading: string; readonly message: string; readonly back: string }>(
  pageShell(`<h1>{{heading}}</h1><p class="lead">{{message}}</p>\
<p><a href="{{back}}">Back to the incident</a>. What you typed is still there when you go back in your browser.</p>`),
);

const HEADINGS: Readonly<Record<number, string>> = {
  403: 'Not allowed',
  404: 'Not found',
  409: 'Meanwhile it changed',
};

/** Why a change was not made. */
export function renderRefusedPage(input: {
  readonly status: number;
  readonly message: string;
  readonly back: string;
  readonly assets: PageAssets;
}): string {
  const heading = HEADINGS[input.status] ?? 'Nothing was changed';
  return render({
    title: `${heading}, Smokejumper`,
    assets: input.assets,
    nav: navOf(null),
    live: null,
    heading,
    message: clean(input.message, 1000),
    back: input.back,
  });
}
