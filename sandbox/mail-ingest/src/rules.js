/**
 * The folders into which the customer's own rules put a mail: `[{ pattern, folder }]`, each pattern a regular
 * expression.
 *
 * One of the demo's flaws: customers write the expressions, and some of them look at a text from each of its characters
 * to its end.
 */
export async function chooseFolders(spool, customer, text) {
  const rules = (await spool.parsed('rules', customer, compileRules)) ?? [];
  return rules.filter((rule) => matchesRule(rule, text)).map((rule) => rule.folder);
}

function compileRules(text) {
  return JSON.parse(text).map(({ pattern, folder }) => ({ expression: new RegExp(pattern, 'i'), folder }));
}

function matchesRule(rule, text) {
  return rule.expression.test(text);
}
