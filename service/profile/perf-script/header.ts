/** The header line of a sample in perf's usual form, read as bytes from the right: no string is made. */

const SPACE = 0x20;
const COLON = 0x3a;
const ZERO = 0x30;

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= 0x39;
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === 0x09;
}

/**
 * Finds the fields of `comm pid[/tid] [cpu]? secs.micros: period? event: ` in `bytes`. A comm may hold anything, digits
 * and blanks too, so its end is found last. One object is reused for every line.
 */
export class PerfHeader {
  /** Event without its last colon. */
  eventStart = 0;
  eventEnd = 0;
  /** 0 where there is none. */
  period = 0;
  /** Seconds. */
  time = 0;
  /** 0 where there is none. */
  pid = 0;
  tid = 0;
  /** First byte after the comm, and after the thread. */
  commEnd = 0;
  threadEnd = 0;

  private value = 0;
  private places = 1;

  /** False when the line has another form; the fields are then void. */
  read(bytes: Uint8Array, from: number, end: number): boolean {
    let at = end;
    while (at > from && (bytes[at - 1] as number) <= SPACE) at--;
    if (bytes[at - 1] !== COLON) return false;
    this.eventEnd = at - 1;
    while (at > from && (bytes[at - 1] as number) > SPACE) at--;
    this.eventStart = at;
    at = this.blanks(bytes, from, at);
    this.period = 0;
    if (bytes[at - 1] !== COLON) {
      const digits = this.digits(bytes, from, at);
      if (digits === at) return false;
      this.period = this.value;
      at = this.blanks(bytes, from, digits);
      if (at === digits || bytes[at - 1] !== COLON) return false;
    }
    return this.readTime(bytes, from, at - 1);
  }

  private readTime(bytes: Uint8Array, from: number, end: number): boolean {
    const micros = this.digits(bytes, from, end);
    if (micros === end || bytes[micros - 1] !== 0x2e) return false;
    const fraction = this.value / this.places;
    const seconds = this.digits(bytes, from, micros - 1);
    if (seconds === micros - 1 || !isBlank(bytes[seconds - 1])) return false;
    this.time = this.value + fraction;
    let at = this.blanks(bytes, from, seconds);
    if (bytes[at - 1] === 0x5d) {
      const cpu = this.digits(bytes, from, at - 1);
      if (bytes[cpu - 1] !== 0x5b || !isBlank(bytes[cpu - 2])) return false;
      at = this.blanks(bytes, from, cpu - 1);
    }
    return this.readThread(bytes, from, at);
  }

  private readThread(bytes: Uint8Array, from: number, end: number): boolean {
    let first = this.digits(bytes, from, end);
    if (first === end) return false;
    this.tid = this.value;
    this.pid = 0;
    this.threadEnd = end;
    if (bytes[first - 1] === 0x2f) {
      const pid = this.digits(bytes, from, first - 1);
      if (pid === first - 1) return false;
      this.pid = this.value;
      first = pid;
    }
    if (first > from && !isBlank(bytes[first - 1])) return false;
    this.commEnd = this.blanks(bytes, from, first);
    return true;
  }

  /** Start of the digits that end at `end`; their value and 10^count are left in `value` and `places`. */
  private digits(bytes: Uint8Array, from: number, end: number): number {
    let at = end;
    let value = 0;
    let place = 1;
    while (at > from && isDigit(bytes[at - 1])) {
      value += ((bytes[--at] as number) - ZERO) * place;
      place *= 10;
    }
    this.value = value;
    this.places = place;
    return at;
  }

  private blanks(bytes: Uint8Array, from: number, end: number): number {
    let at = end;
    while (at > from && isBlank(bytes[at - 1])) at--;
    return at;
  }
}
