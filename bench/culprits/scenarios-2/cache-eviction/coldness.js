/** The higher, the sooner an entry goes: long not asked for, seldom asked for, large. */
export function coldness(entry, now) {
  const idle = now - entry.usedAt;
  const rate = (1 + entry.uses) / (1 + now - entry.bornAt);
  return (idle * Math.log2(2 + entry.bytes)) / Math.sqrt(rate);
}
