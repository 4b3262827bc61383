import { clean } from '../report/clean-text.ts';
import { compile } from '../report/templates.ts';
import { navOf, type PageAssets, type PageShellModel, pageShell } from './page-shell.ts';

interface Back {
  readonly href: string;
  readonly words: string;
}

const render = compile<
  PageShellModel & { readonly heading: string; readonly message: string; readonly back: Back | null }
>(
  pageShell(`<h1>{{heading}}</h1><p class="lead">{{message}}</p>\
{{#if back}}<p><a href="{{back.href}}">{{back.words}}</a></p>{{/if}}<p><a href="/">All incidents</a></p>`),
);

/** A page for a person who followed a link that leads nowhere. */
export function renderErrorPage(input: {
  readonly heading: string;
  readonly message: string;
  /** Somewhere better than the list of all incidents. */
  readonly back?: Back;
  readonly assets: PageAssets;
}): string {
  const heading = clean(input.heading, 200);
  return render({
    title: `${heading}, Smokejumper`,
    assets: input.assets,
    nav: navOf(null),
    live: null,
    heading,
    message: clean(input.message, 1000),
    back: input.back ?? null,
  });
}
