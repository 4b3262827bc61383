/** What a capture costs the host, against the usual pipeline on the same seconds: CPU, bytes, memory. */
import { setTimeout as pause } from 'node:timers/promises';
import { withBelongings } from './belongings.ts';
import { HttpService, SERVICE_SCRIPT } from './http-service.ts';
import { HOSTS, PROCESS_SCRIPT, startProcesses } from './many-processes.ts';
import { type OwnCapture, secondAfter, startCapture } from './own-capture.ts';
import { median } from './statistics.ts';
import { seconds as inSeconds, kb, mb, table, times } from './table.ts';
import { findUsualTools, type UsualCost, UsualPipeline, type UsualTools } from './usual-pipeline.ts';

const HZ = 99;
const LEAD_MS = 4000;
/** perf record is up after some tenths of a second. */
const USUAL_LEAD_MS = 300;
const WARM_UP_MS = 4000;
/** Both workers two thirds busy on a quiet machine. */
const LOAD = { kind: 'steady', amount: 200 } as const;
const STAGE_LEAST_SECONDS = 0.02;

interface Round {
  readonly own: OwnCapture;
  readonly usual: UsualCost | undefined;
}

interface Case {
  readonly name: string;
  readonly rounds: readonly Round[];
}

interface Recording {
  readonly seconds: number;
  readonly match: string;
  /** Null: the usual pipeline records the whole host. */
  readonly pids: readonly number[] | null;
}

async function recordOnce({ seconds, match, pids }: Recording, tools: UsualTools | undefined): Promise<Round> {
  return withBelongings(async (belongings) => {
    const startAtMs = secondAfter(LEAD_MS);
    const result = startCapture(belongings, { seconds, hz: HZ, startAtMs, match });
    await pause(startAtMs - USUAL_LEAD_MS - Date.now());
    const usual = tools && new UsualPipeline(belongings, tools, { seconds, hz: HZ, pids });
    const own = await result;
    return { own, usual: await usual?.cost() };
  });
}

async function record(name: string, rounds: number, what: Recording, tools: UsualTools | undefined): Promise<Case> {
  const list: Round[] = [];
  for (let round = 1; round <= rounds; round++) {
    console.error(`${name}, round ${round} of ${rounds} …`);
    list.push(await recordOnce(what, tools));
  }
  return { name, rounds: list };
}

/** Of a service under load, for each length. */
export function recordLengths(lengths: readonly number[], rounds: number): Promise<Case[]> {
  const tools = findUsualTools();
  return withBelongings(async (belongings) => {
    const { pids } = await HttpService.start(belongings, LOAD);
    await pause(WARM_UP_MS);
    const cases: Case[] = [];
    for (const seconds of lengths) {
      cases.push(await record(`${seconds} s`, rounds, { seconds, match: SERVICE_SCRIPT, pids }, tools));
    }
    return cases;
  });
}

/** Of hosts with one and with many processes. `perf record -p` spins when a thread ends: the whole host is recorded. */
export async function recordHosts(seconds: number, rounds: number): Promise<Case[]> {
  const tools = findUsualTools();
  const cases: Case[] = [];
  for (const { name, kinds } of HOSTS) {
    await withBelongings(async (belongings) => {
      await startProcesses(belongings, kinds);
      await pause(WARM_UP_MS);
      cases.push(await record(name, rounds, { seconds, match: PROCESS_SCRIPT, pids: null }, tools));
    });
  }
  return cases;
}

const ours = ({ rounds }: Case, of: (own: OwnCapture) => number) => median(rounds.map(({ own }) => of(own)));
/** NaN where there is nothing to compare with. */
const theirs = ({ rounds }: Case, of: (usual: UsualCost) => number) =>
  median(rounds.map(({ usual }) => (usual === undefined ? Number.NaN : of(usual))));
const cell = (value: number, print: (value: number) => string) => (Number.isNaN(value) ? '-' : print(value));

type Phase = 'before' | 'after';

const span = ({ startedMs, fromMs, toMs, endedMs }: OwnCapture, phase: Phase): [number, number] =>
  phase === 'before' ? [startedMs, fromMs] : [toMs, endedMs];

const ownSeconds = (one: Case, phase: Phase) => ours(one, (own) => own.watch.cpu.between(...span(own, phase)));

/** The median of each stage. */
function medianStages(rounds: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const names = new Set(rounds.flatMap((stages) => [...stages.keys()]));
  return new Map([...names].map((name) => [name, median(rounds.map((stages) => stages.get(name) ?? 0))]));
}

function ownStages(one: Case, phase: Phase): Map<string, number> {
  const stages = medianStages(one.rounds.map(({ own }) => own.watch.stages(...span(own, phase))));
  const seen = [...stages.values()].filter((seconds) => seconds >= STAGE_LEAST_SECONDS);
  // What ends before it is seen belongs here as well.
  const short = ownSeconds(one, phase) - seen.reduce((sum, seconds) => sum + seconds, 0);
  return stages.set('all that is short', short);
}

function usualStages(one: Case): Map<string, number> {
  return medianStages(one.rounds.flatMap(({ usual }) => usual?.stages ?? []));
}

function stageTable(cases: readonly Case[]): void {
  const rows = (label: string, of: (one: Case) => ReadonlyMap<string, number>) => {
    const all = cases.map(of);
    return [...new Set(all.flatMap((stages) => [...stages.keys()]))]
      .filter((name) => all.some((stages) => (stages.get(name) ?? 0) >= STAGE_LEAST_SECONDS))
      .map((name) => [label, name, ...all.map((stages) => inSeconds(stages.get(name) ?? 0))]);
  };
  table(
    'CPU seconds by stage',
    ['', 'stage', ...cases.map(({ name }) => name)],
    [
      ...rows('ours, before the window', (one) => ownStages(one, 'before')),
      ...rows('ours, after it', (one) => ownStages(one, 'after')),
      ...rows('usual, after it', usualStages),
    ],
  );
}

export function cpuTables(cases: readonly Case[]): void {
  const heads = ['', 'samples', 'ours, after sampling', 'usual, after sampling', 'ours / usual'];
  const rows = cases.map((one) => {
    const [own, usual] = [ownSeconds(one, 'after'), theirs(one, ({ afterSeconds }) => afterSeconds)];
    const during = ours(one, ({ watch, fromMs, toMs }) => watch.cpu.between(fromMs, toMs));
    const recording = theirs(one, ({ recordingSeconds }) => recordingSeconds);
    return [
      one.name,
      ours(one, ({ drawn }) => drawn),
      inSeconds(own),
      cell(usual, inSeconds),
      times(own, usual),
      inSeconds(ownSeconds(one, 'before')),
      inSeconds(during),
      cell(recording, inSeconds),
    ];
  });
  table('CPU seconds', [...heads, 'ours, before', 'ours, during', 'perf record, before and during'], rows);
  stageTable(cases);
}

export function bytesTables(cases: readonly Case[]): void {
  const rows = cases.map((one) => {
    const sent = ours(one, ({ sentBytes }) => sentBytes);
    const data = theirs(one, ({ dataBytes }) => dataBytes);
    const text = theirs(one, ({ textBytes }) => textBytes);
    const wrote = ours(one, ({ wroteBytes }) => wroteBytes ?? Number.NaN);
    const usualWrote = theirs(one, ({ wroteBytes }) => wroteBytes ?? Number.NaN);
    const gzipped = theirs(one, ({ textGzippedBytes }) => textGzippedBytes);
    return [
      one.name,
      kb(sent),
      // SSM brings it as base64.
      kb((sent * 4) / 3),
      cell(data, kb),
      cell(text, kb),
      cell(gzipped, kb),
      times((sent * 4) / 3, data + text),
      cell(wrote, kb),
      cell(usualWrote, kb),
      times(wrote, usualWrote),
    ];
  });
  const sent = ['', 'sent, kB', 'as base64', 'perf.data', 'script text', 'gzipped', 'base64 / (data + text)'];
  table('Bytes', [...sent, 'written, kB', 'usual', 'ours / usual'], rows);
  const memory = cases.map((one) => {
    const during = ours(one, ({ watch, startedMs, toMs }) => watch.peakBytes(startedMs, toMs));
    const own = ours(one, ({ watch, toMs, endedMs }) => watch.peakBytes(toMs, endedMs));
    const usual = theirs(one, ({ peakBytes }) => peakBytes);
    return [one.name, mb(during), mb(own), cell(usual, mb), times(own, usual)];
  });
  const peaks = ['', 'while recording', 'after sampling', 'usual, after sampling', 'ours / usual'];
  table('Peak memory: MB resident in all processes together', peaks, memory);
}
