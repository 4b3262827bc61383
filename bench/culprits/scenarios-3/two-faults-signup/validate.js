'use strict';

const MAIL = /^[\w.+-]+@[\w-]+\.[a-z]{2,}$/i;

/** Letter case and dots do not make another person. */
function isSamePerson(a, b) {
  let j = 0;
  for (let i = 0; i < a.length; i++) {
    const letter = a.charCodeAt(i) | 32;
    if (letter === 46) continue;
    while ((b.charCodeAt(j) | 32) === 46) j++;
    if (letter !== (b.charCodeAt(j++) | 32)) return false;
  }
  return j === b.length;
}

function faultsOf(rows, rules) {
  const faults = [];
  for (let i = 0; i < rows.length; i++) {
    if (!MAIL.test(rows[i].mail)) faults.push(`${i}: not an address`);
    if (!rules.onlyOnce) continue;
    for (let j = 0; j < i; j++) {
      if (isSamePerson(rows[i].mail, rows[j].mail)) faults.push(`${i}: is ${j} again`);
    }
  }
  return faults;
}

module.exports = { faultsOf };
