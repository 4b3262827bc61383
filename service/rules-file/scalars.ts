import { isScalar } from 'yaml';
import { meant } from '../shared/text/did-you-mean.ts';
import { visible } from '../shared/text/untrusted.ts';
import { type Read, type Reading, refuse, sourceOf, type Value } from './reading.ts';

const scalar = ({ node }: Value): unknown => (isScalar(node) ? node.value : undefined);

export function whole(minimum: number, maximum: number): Read<number> {
  return (value, reading) => {
    const number = scalar(value);
    if (typeof number === 'number' && Number.isInteger(number) && number >= minimum && number <= maximum) {
      // No −0, which JSON and YAML know.
      return number + 0;
    }
    const unquoted = typeof number === 'string' && /^\d+$/.test(number) ? ', without quotes' : '';
    return refuse(value, reading, `write a whole number from ${minimum} to ${maximum}${unquoted}`);
  };
}

const ON_OFF: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  [true, true],
  ['on', true],
  [false, false],
  ['off', false],
]);

/** YAML 1.2 reads `on` and `off` as words. */
export const onOff: Read<boolean> = (value, reading) =>
  ON_OFF.get(scalar(value)) ?? refuse(value, reading, 'write on or off (or true or false)');

export function word<const Word extends string>(words: readonly Word[]): Read<Word> {
  return (value, reading) => {
    const text = scalar(value);
    const found = words.find((one) => one === text);
    if (found !== undefined) return found;
    const near = typeof text === 'string' ? meant(text, words) : undefined;
    const question = near === undefined ? '' : ` (did you mean ${near}?)`;
    return refuse(value, reading, `write ${words.slice(0, -1).join(', ')} or ${words.at(-1)}${question}`);
  };
}

/** Text of one line without anything invisible, `most` UTF-16 units at most. */
export function text(most: number, what: string): Read<string> {
  return (value, reading) => {
    const given = scalar(value);
    if (typeof given === 'number' || typeof given === 'boolean') {
      return refuse(value, reading, `put it into quotes ("${sourceOf(value.node)}") if it is ${what}`);
    }
    if (typeof given !== 'string' || given === '') return refuse(value, reading, `write ${what}`);
    if (given.length > most) {
      return void reading.fault(value.at, `${value.name} has ${given.length} characters; write ${most} at most`);
    }
    if (visible(given) === given && given.trim() === given) return given;
    return refuse(value, reading, 'leave out blanks at its ends, line breaks and characters that cannot be seen');
  };
}

/** Text that `fault` finds nothing wrong with; `fault` says what to do instead. */
export function checked(read: Read<string>, fault: (text: string) => string | undefined): Read<string> {
  return (value: Value, reading: Reading) => {
    const given = read(value, reading);
    const hint = given === undefined ? undefined : fault(given);
    return hint === undefined ? given : refuse(value, reading, hint);
  };
}
