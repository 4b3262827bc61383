const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/** Differs from another code in one letter at most: a typing error away. */
function isNear(code, other) {
  let differences = 0;
  for (let i = 0; i < code.length; i++) {
    if (code.charCodeAt(i) !== other.charCodeAt(i)) differences++;
  }
  return differences < 2;
}

export class Vouchers {
  constructor(random) {
    this.random = random;
    this.codes = [];
  }

  draw() {
    return Array.from({ length: 10 }, () => ALPHABET[Math.floor(this.random() * ALPHABET.length)]).join('');
  }

  issue(cents) {
    for (;;) {
      const code = this.draw();
      if (this.codes.some((other) => isNear(code, other))) continue;
      this.codes.push(code);
      return { code, cents };
    }
  }

  forget(most) {
    if (this.codes.length > most) this.codes.length = most;
  }
}
