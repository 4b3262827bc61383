const WATER = 18.0106;
const PROTON = 1.00728;
/** Of the residues A to Z. */
const RESIDUES = Float64Array.from(
  [71.037, 0, 103.009, 115.027, 129.043, 147.068, 57.021, 137.059, 113.084, 0, 128.095, 113.084, 131.04].concat([
    114.043, 0, 97.053, 128.059, 156.101, 87.032, 101.048, 0, 99.068, 186.079, 0, 163.063, 0,
  ]),
);

/** Trypsin cuts behind K and R. */
const cutsOf = (protein) => [0, ...[...protein.matchAll(/[KR]/g)].map(({ index }) => index + 1), protein.length];

function massOf(protein, from, to) {
  let mass = WATER;
  for (let i = from; i < to; i++) mass += RESIDUES[protein.charCodeAt(i) - 65];
  return mass;
}

const chargedMass = (protein, from, to, charge) => massOf(protein, from, to) / charge + PROTON;

/** Peptides of a protein that explain a peak; the enzyme may have missed up to `missed` cuts in a row. */
export function explain(protein, peaks, { missed, charges }) {
  const cuts = cutsOf(protein);
  const found = [];
  for (let first = 0; first < cuts.length - 1; first++) {
    const end = Math.min(first + missed + 1, cuts.length - 1);
    for (let last = first + 1; last <= end; last++) {
      for (let charge = 1; charge <= charges; charge++) {
        const bin = Math.round(chargedMass(protein, cuts[first], cuts[last], charge) * 10);
        if (peaks.has(bin) && found.length < 50) found.push({ from: cuts[first], to: cuts[last], charge });
      }
    }
  }
  return found;
}
