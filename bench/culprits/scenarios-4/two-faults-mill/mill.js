const wearOf = (roll, hours) => {
  let wear = 0;
  for (const cut of roll.cuts) if (cut.at < hours) wear += cut.depth / roll.hardness;
  return wear;
};

export function worstRoll(rolls, hours) {
  let worst = rolls[0];
  for (const roll of rolls) if (wearOf(roll, hours) > wearOf(worst, hours)) worst = roll;
  return worst;
}

const inRange = (sample, { from, until }) => sample.grain >= from && sample.grain < until;

export function sieve(samples, fractions) {
  return fractions.map((fraction) => {
    let grams = 0;
    for (const sample of samples) if (inRange(sample, fraction)) grams += sample.grams;
    return { ...fraction, grams };
  });
}
