/** What a person may ask for, read from the text of a form or from JSON. */
import { AppError } from '../../shared/errors.ts';
import { headOf, visible } from '../../shared/text/untrusted.ts';
import { TRIAGE_LENGTHS, type TriageAction } from './triage.ts';

/** `was`: what the person saw who asked for it; another value by now is a conflict. Absent: whatever it is. */
export type Change =
  | { readonly what: 'acknowledge' | 'unacknowledge' | 'pin' | 'unpin' }
  | { readonly what: 'assign' | 'known' | 'fixed'; readonly to: string | null; readonly was?: string | null }
  | { readonly what: 'note'; readonly text: string }
  | { readonly what: 'close-note'; readonly note: number }
  | { readonly what: 'label' | 'unlabel'; readonly label: string };

/** Fields of a form or of JSON; what is not text is none. */
export type Fields = Readonly<Record<string, unknown>>;

export function badChange(message: string, hint?: string): AppError {
  return new AppError('BAD_CHANGE', message, hint === undefined ? {} : { hint });
}

/** Throws `BAD_CHANGE`, in words. */
export function readChange(what: TriageAction, fields: Fields): Change {
  switch (what) {
    case 'acknowledge':
    case 'unacknowledge':
    case 'pin':
    case 'unpin':
      return { what };
    case 'assign':
      return { what, to: orNull(lineOf(fields, 'to', TRIAGE_LENGTHS.name)), ...wasOf(fields) };
    case 'known':
      // An empty text is something: that it is known. To take it back, `clear` is sent.
      return { what, to: fields.clear === undefined ? lineOf(fields, 'to') : null, ...wasOf(fields) };
    case 'fixed':
      return { what, to: orNull(lineOf(fields, 'to')), ...wasOf(fields) };
    case 'note':
      return { what, text: noteOf(fields) };
    case 'close-note':
      return { what, note: numberOf(fields, 'note') };
    case 'label':
    case 'unlabel':
      return { what, label: readLabel(textOf(fields, 'label')) };
  }
}

/** The name that somebody goes by. Nobody has checked that it is his. */
export function readName(name: string): string {
  const text = squeezed(name);
  if (text === '') throw badChange('Say who you are: a change is recorded under a name.');
  return checked(text, TRIAGE_LENGTHS.name, 'The name');
}

const LABEL = /^[\p{L}\p{N}][\p{L}\p{N} ._:/-]*$/u;

export function readLabel(text: string): string {
  const label = checked(squeezed(text).toLowerCase(), TRIAGE_LENGTHS.label, 'The label');
  if (LABEL.test(label)) return label;
  throw badChange('A label has letters and digits, and between them blanks and . _ : / - only.');
}

/** One line; empty where the field is missing. */
export function lineOf(fields: Fields, name: string, max: number = TRIAGE_LENGTHS.line): string {
  return checked(squeezed(textOf(fields, name)), max, 'The text');
}

/** As JSON has it (null for nothing), or as a form has it. */
function wasOf(fields: Fields): { readonly was?: string | null } {
  if (!('was' in fields)) return {};
  return { was: typeof fields.was === 'string' ? orNull(fields.was) : null };
}

function noteOf(fields: Fields): string {
  const text = textOf(fields, 'text').toWellFormed().replaceAll(/\r\n?/g, '\n').trim();
  if (text === '') throw badChange('The note is empty.');
  if (text.length > TRIAGE_LENGTHS.note) throw tooLong('The note', TRIAGE_LENGTHS.note, text.length);
  // Lines and tabs are what a note is made of; other controls, and what cannot be seen, are not.
  return text
    .split(/([\n\t])/)
    .map((part, at) => (at % 2 === 1 ? part : visible(part)))
    .join('');
}

function numberOf(fields: Fields, name: string): number {
  const number = Number(textOf(fields, name) || fields[name]);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw badChange(`\`${name}\` must be a number.`);
}

export function textOf(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}

function orNull(text: string): string | null {
  return text === '' ? null : text;
}

function squeezed(text: string): string {
  return text.toWellFormed().replaceAll(/\s+/g, ' ').trim();
}

function checked(text: string, max: number, subject: string): string {
  if (text.length > max) throw tooLong(subject, max, text.length);
  if (visible(text) !== text) throw badChange(`${subject} has characters that cannot be seen.`);
  return text;
}

function tooLong(subject: string, max: number, length: number): AppError {
  return badChange(`${subject} has ${length} characters; it may have ${max}.`);
}

/** For the trail, which names a note by its beginning. */
export function beginning(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length <= TRIAGE_LENGTHS.line ? line : `${headOf(line, TRIAGE_LENGTHS.line - 1)}…`;
}
