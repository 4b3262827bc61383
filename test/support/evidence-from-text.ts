/**
 * What V8's profiler saw, drawn as text. A line is `stack LINE COUNT [OWNER]`: so many ticks on that line of the last
 * function of the stack, whose text is the owner's. A frame is `name@file:line`; another word is no code of a file.
 *
 *   handle@/srv/app.js:10 12 30
 *   handle@/srv/app.js:10 3 40 weigh@/srv/app.js:2
 */
import type { CodeEvidence, CodePlace } from '../../service/profile/code-evidence/code-evidence.ts';

interface Drawing {
  readonly process?: number;
  /** V8's samples as pairs of milliseconds since the one before and the line of the text, from 0, that they are of. */
  readonly samples?: readonly (readonly [deltaMs: number, line: number])[];
  /**
   * `caller callee callee …`, no loops, and of depth 1 where no `#2` behind the callee says otherwise; `#1#parse` calls
   * `parse`, and `#!parse` is the only one of them that does, the caller's own text included.
   */
  readonly callers?: readonly string[];
}

export function evidenceFromText(text: string, { process = 0, samples, callers = [] }: Drawing = {}): CodeEvidence {
  const places: CodePlace[] = [];
  const ids = new Map<string, number>();
  const placeOf = (frame: string): number => {
    const known = ids.get(frame);
    if (known !== undefined) return known;
    const [, name = frame, file = '', line = '0'] = /^(.*?)@(.*):(\d+)$/.exec(frame) ?? [];
    ids.set(frame, places.length);
    return places.push({ name, file, line: Number(line), column: file === '' ? 0 : 3 }) - 1;
  };
  const parent = [-1];
  const place = [placeOf('(root)')];
  const ticks: number[] = [];
  const ends: number[] = [];
  for (const row of text.split('\n').map((one) => one.trim())) {
    if (row === '') continue;
    const [stack = '', line, count, owner] = row.split(' ');
    let node = 0;
    for (const frame of stack.split(';')) {
      const own = placeOf(frame);
      const found = parent.findIndex((up, at) => up === node && place[at] === own);
      node = found < 0 ? parent.push(node) - 1 : found;
      place[node] = own;
    }
    ends.push(node);
    ticks.push(node, Number(line), Number(count), owner === undefined ? -1 : placeOf(owner));
  }
  return {
    process,
    v8: {
      parent: Int32Array.from(parent),
      place: Int32Array.from(place),
      ticks: Int32Array.from(ticks),
      samples: samples === undefined ? null : Int32Array.from(samples, ([, line]) => ends[line] as number),
      deltasMs: samples === undefined ? null : Int32Array.from(samples, ([delta]) => delta),
    },
    callers: callers.map((words) => {
      const [caller = '', ...callees] = words.split(' ');
      const called = callees.map((one) => one.split('#'));
      const sole = called.flatMap(([frame = '', ...marks]) =>
        marks.filter((mark) => mark.startsWith('!')).map((mark) => [mark.slice(1), placeOf(frame)] as const),
      );
      return {
        caller: placeOf(caller),
        soleCallers: new Map(sole),
        callees: called.map(([frame = '', ...marks]) => {
          const [depth = '1', ...calls] = marks.filter((mark) => !mark.startsWith('!'));
          return { place: placeOf(frame), depth: Number(depth), loops: 0, calls };
        }),
      };
    }),
    places,
    v8Fault: null,
  };
}
