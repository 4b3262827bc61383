const PARTNER = { A: 'T', T: 'A', G: 'C', C: 'G' };

const binds = (base, other) => PARTNER[base] === other;

/** Number of bases that do not bind when the primer lies at a place of the strand; gives up after too many. */
function mismatches(strand, at, primer, most) {
  let count = 0;
  for (let i = 0; i < primer.length; i++) {
    if (!binds(primer[primer.length - 1 - i], strand[at + i]) && ++count > most) return count;
  }
  return count;
}

/** The places where a primer anneals. */
export function* places(strand, primer, most) {
  for (let at = 0; at + primer.length <= strand.length; at++) {
    const count = mismatches(strand, at, primer, most);
    if (count <= most) yield { at, count };
  }
}
