/** Prints the `Sentence` at a path of the context. Mail has no style sheet to rely on: there the style is given. */
export function sentenceTemplate(path: string, attribute = 'class="unbroken"'): string {
  return `{{#each ${path}}}{{#if unbroken}}<span ${attribute}>{{text}}</span>{{else}}{{text}}{{/if}}{{/each}}`;
}
