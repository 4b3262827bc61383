/** Rules of a web firewall: globs over addresses, and what is done with what they match. */
const escape = (text) => text.replace(/[.+^${}()|[\]\\]/g, '\\$&');

export function decide(rules, address) {
  for (const rule of rules) {
    const source = escape(rule.glob).replaceAll('**', '\0').replaceAll('*', '[^/]*').replaceAll('\0', '.*');
    const pattern = new RegExp(`^${source}$`, 'i');
    if (pattern.test(address)) return rule.action;
  }
  return 'pass';
}
