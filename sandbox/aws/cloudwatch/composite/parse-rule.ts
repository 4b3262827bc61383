import type { AwsFault } from '../../aws-fault.ts';
import type { AlarmState } from '../alarm.ts';
import { validationFault } from '../faults.ts';
import { type AlarmRule, alarmsOf } from './alarm-rule.ts';

/** Limits of one rule. */
const MAX_LENGTH = 10_240;
const MAX_CHILDREN = 100;
const MAX_ELEMENTS = 500;
/** Far deeper than people write, and far from the end of the stack. */
const MAX_DEPTH = 100;
const TOKEN = /\s*(?:(?<sign>[(),])|"(?<quoted>(?:[^"\\]|\\.)*)"|(?<word>[^\s(),"]+))/sy;
const STATES: readonly AlarmState[] = ['ALARM', 'OK', 'INSUFFICIENT_DATA'];
const TERMS = "'(', 'NOT', AT_LEAST, TRUE or FALSE, ALARM, OK, or INSUFFICIENT_DATA";
const STATE_WORDS = 'ALARM, OK, or INSUFFICIENT_DATA';

interface Token {
  readonly text: string;
  readonly kind: 'sign' | 'word' | 'quoted' | 'end';
  /** Characters before it. */
  readonly at: number;
}

/** Reads an AlarmRule. Throws `ValidationError` in CloudWatch's words. */
export function parseRule(text: string): AlarmRule {
  if (text === '' || text.trim() !== text) {
    throw validationFault('AlarmRule must not contain leading or trailing whitespace or be null');
  }
  if (text.length > MAX_LENGTH) {
    throw validationFault(
      "1 validation error detected: Value at 'alarmRule' failed to satisfy constraint: Member must have length less " +
        `than or equal to ${MAX_LENGTH}`,
    );
  }
  const tokens = tokensOf(text);
  if (tokens.filter(({ kind, text: word }) => kind === 'word' && isElement(word)).length > MAX_ELEMENTS) {
    throw validationFault(`AlarmRule must not contain more than ${MAX_ELEMENTS} elements`);
  }
  const rule = new RuleReader(tokens).read();
  if (alarmsOf(rule).length > MAX_CHILDREN) {
    throw validationFault(`AlarmRule must not contain more than ${MAX_CHILDREN} children alarms`);
  }
  return rule;
}

const isElement = (word: string) => isState(word) || constantOf(word) !== undefined || word === 'AT_LEAST';
const isState = (word: string): word is AlarmState => STATES.some((state) => state === word);

/** The manual itself writes `FALSE`, `False` and `false`. */
function constantOf(word: string): boolean | undefined {
  const upper = word.toUpperCase();
  return upper === 'TRUE' || upper === 'FALSE' ? upper === 'TRUE' : undefined;
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let from = 0; from < text.length; from = TOKEN.lastIndex) {
    const found = TOKEN.exec(text);
    // A quotation mark that is never closed.
    if (!found?.groups) throw unsupported({ text: text.slice(from).trimStart(), kind: 'word', at: from });
    const { sign, quoted, word } = found.groups;
    const at = from + found[0].length - found[0].trimStart().length;
    if (quoted !== undefined) tokens.push({ text: quoted.replace(/\\(.)/gs, '$1'), kind: 'quoted', at });
    else tokens.push({ text: sign ?? word ?? '', kind: sign ? 'sign' : 'word', at });
  }
  return [...tokens, { text: '<EOF>', kind: 'end', at: text.length }];
}

function unsupported({ text, at }: Token, expected?: string): AwsFault {
  const must = expected === undefined ? '' : `, must be: ${expected}`;
  return validationFault(`Error in AlarmRule [Unsupported token '${text}' at char ${at}${must}]`);
}

/** By descent: OR binds least, then AND, then NOT. */
class RuleReader {
  private readonly tokens: readonly Token[];
  private next = 0;
  private depth = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  read(): AlarmRule {
    const rule = this.joined('or');
    if (this.token.kind !== 'end') throw unsupported(this.token, "'AND', 'OR'");
    return rule;
  }

  private get token(): Token {
    return this.tokens[this.next] ?? { text: '<EOF>', kind: 'end', at: 0 };
  }

  /** Takes the token when it is this one. */
  private takes(kind: Token['kind'], text: string): boolean {
    const matches = this.token.kind === kind && this.token.text === text;
    if (matches) this.next++;
    return matches;
  }

  private expect(sign: '(' | ')' | ','): void {
    if (!this.takes('sign', sign)) throw unsupported(this.token, `'${sign}'`);
  }

  private joined(kind: 'and' | 'or'): AlarmRule {
    const operands: AlarmRule[] = [];
    do operands.push(kind === 'or' ? this.joined('and') : this.term());
    while (this.takes('word', kind.toUpperCase()));
    const [only] = operands;
    return operands.length === 1 && only ? only : { kind, operands };
  }

  private term(): AlarmRule {
    if (this.depth >= MAX_DEPTH) throw unsupported(this.token);
    this.depth++;
    const rule = this.termInside();
    this.depth--;
    return rule;
  }

  private termInside(): AlarmRule {
    const { token } = this;
    if (this.takes('word', 'NOT')) return { kind: 'not', operand: this.term() };
    if (this.takes('sign', '(')) {
      const inside = this.joined('or');
      this.expect(')');
      return inside;
    }
    if (this.takes('word', 'AT_LEAST')) return this.atLeast();
    const constant = token.kind === 'word' ? constantOf(token.text) : undefined;
    if (constant === undefined && !(token.kind === 'word' && isState(token.text))) throw unsupported(token, TERMS);
    if (constant !== undefined) {
      this.next++;
      return { kind: 'constant', value: constant };
    }
    const state = this.state();
    this.expect('(');
    const alarm = this.alarm();
    this.expect(')');
    return { kind: 'state', state, alarm };
  }

  /** `AT_LEAST(2, ALARM, (a, b, c))`, `AT_LEAST(50%, NOT OK, (a, b))` */
  private atLeast(): AlarmRule {
    this.expect('(');
    const { token } = this;
    const [, digits, percent] = /^([1-9]\d{0,2})(%?)$/.exec(token.text) ?? [];
    if (digits === undefined || (percent === '%' && Number(digits) > 100)) throw unsupported(token);
    this.next++;
    this.expect(',');
    const negated = this.takes('word', 'NOT');
    const state = this.state();
    this.expect(',');
    this.expect('(');
    const alarms = [this.alarm()];
    while (this.takes('sign', ',')) alarms.push(this.alarm());
    this.expect(')');
    this.expect(')');
    const count = percent === '%' ? Math.ceil((Number(digits) / 100) * alarms.length) : Number(digits);
    if (count > alarms.length) throw unsupported(token);
    return { kind: 'atLeast', count, state, negated, alarms };
  }

  private state(): AlarmState {
    const { kind, text } = this.token;
    if (kind !== 'word' || !isState(text)) throw unsupported(this.token, STATE_WORDS);
    this.next++;
    return text;
  }

  private alarm(): string {
    const { kind, text } = this.token;
    if ((kind !== 'word' && kind !== 'quoted') || text === '') throw unsupported(this.token);
    this.next++;
    return text;
  }
}
