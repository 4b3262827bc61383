import Handlebars from 'handlebars';

/**
 * Compiles a template of ours. Values are HTML-escaped by `{{…}}`; `{{{…}}}` is kept for text that we made ourselves.
 * A template that names a missing field throws: a report with a hole in it is a bug.
 */
export function compile<Model>(source: string): (model: Model) => string {
  const template = Handlebars.compile<Model>(source, { strict: true, knownHelpersOnly: true, preventIndent: true });
  return (model) => template(model);
}

/** As `compile`, for plain text: nothing is escaped. */
export function compileText<Model>(source: string): (model: Model) => string {
  const template = Handlebars.compile<Model>(source, { strict: true, knownHelpersOnly: true, noEscape: true });
  return (model) => template(model);
}
