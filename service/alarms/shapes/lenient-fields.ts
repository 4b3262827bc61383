import { z } from 'zod';
import type { Dimension } from './raw-alarm.ts';

/**
 * Alarm messages have grown for fifteen years: unknown keys come, known keys are missing, null, or of another type.
 * These read what can be read and give null for the rest, so that one odd field never costs the whole alarm.
 */

/** Names: CloudWatch allows 255 characters for alarms, metrics and dimensions. */
export const MAX_NAME = 255;
/** Descriptions and reasons: CloudWatch allows 1,024 and 1,023 characters; ARNs up to 1,600. */
const MAX_TEXT = 2048;
/** An alarm has at most 20 metrics and 30 dimensions each; more is somebody's joke. */
const MAX_ITEMS = 100;

/** At most `max` UTF-16 units, never cutting a character in two. */
function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const last = text.charCodeAt(max - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? max - 1 : max);
}

/** A foreign text for a sentence of ours: quoted, short, control characters escaped. */
export function quote(text: string): string {
  const short = clip(text, 100);
  return JSON.stringify(short.length < text.length ? `${short}…` : short);
}

/** An id for what came without one; CloudWatch allows no such id, so nothing refers to it. */
export function unnamed(at: number): string {
  return `#${at}`;
}

const clipped = z.string().transform((text) => clip(text, MAX_TEXT));
export const optionalText = clipped
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);
/** JSON has no NaN, but `1e999` parses as Infinity: not a number either. */
export const optionalNumber = z
  .number()
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);
export const optionalFlag = z
  .literal(true)
  .nullish()
  .catch(null)
  .transform((value) => value === true);
export const optionalList = z
  .array(z.unknown())
  .nullish()
  .catch(null)
  .transform((value) => (value ?? []).slice(0, MAX_ITEMS));

/** An object with string values; values of other types are left out. Null when it is not an object. */
export const optionalStringMap = z
  .record(z.string(), z.unknown())
  .nullish()
  .catch(null)
  .transform((map) => {
    if (!map) return null;
    const texts = Object.entries(map).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    return Object.fromEntries(
      texts.slice(0, MAX_ITEMS).map(([key, value]) => [clip(key, MAX_NAME), clip(value, MAX_TEXT)]),
    );
  });

const Pair = z.object({ name: z.string(), value: z.string() });

/** `[{"value":"i-…","name":"InstanceId"}]` in SNS messages, `{"InstanceId":"i-…"}` in EventBridge events. */
export const dimensions = z
  .unknown()
  .optional()
  .transform((value): readonly Dimension[] => {
    if (!Array.isArray(value)) {
      return Object.entries(optionalStringMap.parse(value) ?? {}).map(([name, text]) => ({ name, value: text }));
    }
    return value.slice(0, MAX_ITEMS).flatMap((entry) => {
      const pair = Pair.safeParse(entry);
      return pair.success ? [{ name: clip(pair.data.name, MAX_NAME), value: clip(pair.data.value, MAX_TEXT) }] : [];
    });
  });
