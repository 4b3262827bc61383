/** A pill of the context: `tone`, `words`, and where it leads, if it does. */
export const PILL =
  '<span class="pill {{tone}}">{{#if href}}<a href="{{href}}">{{words}}</a>{{else}}{{words}}{{/if}}</span>';
