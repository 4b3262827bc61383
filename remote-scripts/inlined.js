// What V8 may have inlined into the hot functions of one program, and what its own profiler saw: run by the program's
// own node binary (16 or newer) as the program's user, in its mount namespace, so it can read nothing that the
// program could not. Node's own parser reads the files that the profile names; no text of theirs is sent, only names
// and places.
//
// stdin: lines `COUNT SYMBOL`, the hot optimised functions as perf names them. Descriptor 8: the map of the process
// (may be empty); descriptor 7: its .cpuprofile (may be empty). Argument: `samples` when V8's samples are wanted as
// well. stdout: one line of JSON, see docs/formats.md.

const fs = require('node:fs');
const { candidatesOf } = require('./inlined/candidates.js');
const { SOURCE, loadFile } = require('./inlined/files.js');
const { functionIds, functions, idOf } = require('./inlined/function-ids.js');
const { functionAt } = require('./inlined/functions.js');
const { linesOf, placeKey, placeOf, readMap } = require('./inlined/known.js');
const { parseSymbol, utf8 } = require('./inlined/symbols.js');
const { soleCallers } = require('./inlined/sole-callers.js');
const { describeProfile, placeOfFrame, readProfile } = require('./inlined/v8-profile.js');

const MOST_FUNCTIONS = 60;
// The script takes 4 MB (code.sh).
const LARGEST_ANSWER = 3800000;

// The places with most samples, `most` of them: pairs of a place and its samples, in which a place may come again.
function hottest(counted, most) {
  const byPlace = new Map();
  for (const [place, count] of counted) {
    const key = placeKey(place);
    if (!byPlace.has(key)) byPlace.set(key, { place, count: 0 });
    byPlace.get(key).count += count;
  }
  const byCount = [...byPlace.values()].sort((a, b) => b.count - a.count);
  return byCount.slice(0, most).map(({ place }) => place);
}

// One place has several symbols: one for each compiler.
function readHot() {
  const hot = [];
  for (const line of linesOf(0, 1 << 20)) {
    const [, count, symbol] = /^(\d+) (.*)$/.exec(line) || [];
    const place = symbol === undefined ? undefined : parseSymbol(utf8(symbol));
    if (place?.optimised) hot.push([place, Number(count)]);
  }
  return hottest(hot, MOST_FUNCTIONS);
}

function callees(hot) {
  const rows = [];
  for (const place of hot) {
    const found = loadFile(place.file);
    const fn = found && functionAt(found, place);
    if (fn === undefined) continue;
    const list = candidatesOf(fn).map(([callee, { depth, loops }]) => {
      const called = new Set([...callee.callsAt.values()].flat());
      return [idOf(placeOf(callee)), depth, loops, [...called].slice(0, 20)];
    });
    const sole = soleCallers(fn).map(([name, callee]) => [name, idOf(placeOf(callee))]);
    if (list.length > 0 || sole.length > 0) rows.push([idOf(place), list, sole]);
  }
  return rows;
}

// Where perf has no names: the functions with most of V8's own samples.
function hottestOf(profile) {
  const code = profile.nodes.filter(({ callFrame }) => SOURCE.test(callFrame.url));
  const counted = code.map(({ callFrame, hitCount }) => [placeOfFrame(callFrame), hitCount || 0]);
  return hottest(counted, MOST_FUNCTIONS / 2);
}

// Without the profile where there is a fault in it, or no room for it.
function answerWith(hot, profile, v8Error) {
  functions.length = 0;
  functionIds.clear();
  try {
    const v8 = profile === undefined ? undefined : describeProfile(profile, process.argv[1] === 'samples');
    const asked = hot.length > 0 || profile === undefined ? hot : hottestOf(profile);
    const text = JSON.stringify({ v8, v8Error, callees: callees(asked), functions });
    if (Buffer.byteLength(text) <= LARGEST_ANSWER) return text;
    return profile === undefined ? '{"callees":[],"functions":[]}' : answerWith(hot, undefined, 'it is too large');
  } catch (error) {
    if (profile === undefined) throw error;
    return answerWith(hot, undefined, String(error?.message).slice(0, 200));
  }
}

const hot = readHot();
readMap();
let profile;
let fault;
try {
  profile = readProfile();
} catch (error) {
  fault = String(error?.message).slice(0, 200);
}
fs.writeFileSync(1, `${answerWith(hot, profile, fault)}\n`);
