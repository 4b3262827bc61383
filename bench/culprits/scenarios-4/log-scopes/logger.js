'use strict';

const covers = (rule, scope) => scope.startsWith(rule.scope) && rule.level !== 'off';

/** A logger whose rules say from which level on a scope is written; the longest rule counts. */
function createLogger(rules, write) {
  const levelOf = (scope) => {
    let longest = null;
    rules.forEach((rule) => {
      if (covers(rule, scope) && (longest === null || rule.scope.length > longest.scope.length)) longest = rule;
    });
    return longest?.level ?? 3;
  };
  return {
    child: (scope) => ({
      log(level, message, fields) {
        if (level >= levelOf(scope)) write(`${new Date(0).toISOString()} ${scope} ${message} ${JSON.stringify(fields)}`);
      },
    }),
  };
}

module.exports = { createLogger };
