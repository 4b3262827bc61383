/** The samples of a `perf script` text: collected while it is read, sorted by event and disposition at the end. */

import { AppError } from '../../shared/errors.ts';
import { alternatives } from '../../shared/text/alternatives.ts';
import { IntColumn } from '../columns.ts';
import type { CallTree, JitAccounting, Profile, ProfileFacts, SampleAccounting, SampleTable } from '../profile.ts';
import { NO_FACTS, type ProfileBuilder } from '../profile-builder.ts';
import { selectSamples } from '../select-samples.ts';
import type { PerfComments } from './comments.ts';
import { chooseEvent, eventName, isClock } from './events.ts';
import { JIT_RESOLUTIONS } from './frames.ts';
import type { PerfSymbol, PerfSymbols } from './symbols.ts';
import { type PerfThread, PerfThreads } from './threads.ts';

/**
 * Leaf functions of an idle CPU, from the kernels 2.6 to 6 on x86-64, arm64 and Xen. A CPU that handles an interrupt in
 * its idle thread has other leaves, and that is work.
 */
const IDLE_NAMES = alternatives(
  /default_idle(?:_call)?|(?:pv_)?native_safe_halt|acpi_(?:safe_halt|idle_\w+|processor_\w+)|intel_idle\w*/,
  /mwait_idle\w*|cpuidle_\w+|cpu_idle\w*|poll_idle|arch_cpu_idle|cpu_do_idle|do_idle/,
  /xen_hypercall_(?:sched_op|vcpu_op)|xen_safe_halt|cpu_bringup_and_idle|cpu_startup_entry|amd_e400_idle/,
  /haltpoll_\w+/,
);
const IDLE = new RegExp(`^(?:${IDLE_NAMES})$`);

/** In the column of times: the text has none. Later −1, when no time is negative any more. */
const NO_TIME = -0x80000000;

/** Times of several CPUs are not in order: some lie before the first. More than 24 days apart is not a real time. */
function offsetMs(ms: number): number {
  return ms > -0x7fffffff && ms < 0x7fffffff ? ms : NO_TIME;
}

/** Dispositions of samples that are counted but not drawn, besides other events. */
export type Disposition = 'malformed' | 'truncated';

/** What one parser read of a text that several read, to be sent between threads. */
export interface PerfPart {
  /** By id of the frame. */
  readonly symbols: readonly PerfSymbol[];
  readonly tree: CallTree;
  /** Times count from `base`. */
  readonly samples: SampleTable;
  readonly event: Int32Array;
  /** Milliseconds. */
  readonly base: number;
  readonly hasPeriods: boolean;
  readonly jit: readonly number[];
  readonly dropped: Readonly<Record<Disposition, number>>;
  readonly lost: number;
  readonly printedEvents: readonly string[];
  readonly threads: readonly PerfThread[];
}

/** Ids of the other parser as ids of this one. */
function translate(from: Int32Array, ids: ArrayLike<number>, to: Int32Array): void {
  for (let row = 0; row < to.length; row++) to[row] = ids[from[row] as number] as number;
}

/** What the samples of an event have in common. */
interface Seen {
  rows: number;
  /** Milliseconds from the first time of the text; infinite where no sample has a time. */
  first: number;
  last: number;
  /** 0 when they differ. */
  period: number;
}

const NOTHING_SEEN: Seen = { rows: 0, first: Number.POSITIVE_INFINITY, last: Number.NEGATIVE_INFINITY, period: 0 };

function noSuchEvent(wanted: string, names: readonly string[]): AppError {
  const known = names.length === 0 ? 'It has no samples.' : `It has: ${names.join(', ')}.`;
  return new AppError('NO_SUCH_EVENT', `The text has no event ${JSON.stringify(wanted)}.`, { hint: known });
}

export class PerfStore {
  readonly threads: PerfThreads = new PerfThreads();
  private readonly builder: ProfileBuilder;
  private readonly eventIds = new Map<string, number>();
  private readonly printedEvents: string[] = [];
  private readonly event = new IntColumn();
  /** Milliseconds that the columns of the builder count from: the first time of the text. */
  private base = Number.NaN;
  private hasPeriods = false;
  /** By event. */
  private readonly seen: Seen[] = [];
  /** All samples have a time, and none is before the first. */
  private isInOrder = true;
  /** Frames of samples by event and resolution. */
  private readonly jit: number[] = [];
  private readonly dropped: Record<Disposition, number> = { malformed: 0, truncated: 0 };
  private lost = 0;

  constructor(builder: ProfileBuilder) {
    this.builder = builder;
  }

  /** Events that count the same thing share an id: `cycles`, `cycles:u`, `cpu_core/cycles/`. */
  eventId(printed: string): number {
    const name = eventName(printed);
    const known = this.eventIds.get(name);
    if (known !== undefined) return known;
    this.eventIds.set(name, this.printedEvents.length);
    this.jit.push(...JIT_RESOLUTIONS.map(() => 0));
    this.seen.push({ ...NOTHING_SEEN });
    return this.printedEvents.push(printed) - 1;
  }

  /**
   * `time` in seconds, NaN: none. `period` 0: none. `jit`: frames of this sample by resolution, `JIT_RESOLUTIONS`
   * order.
   */
  add(time: number, thread: number, node: number, event: number, period: number, jit: Int32Array): void {
    const ms = Math.floor(time * 1000);
    if (Number.isNaN(this.base)) this.base = ms;
    const at = offsetMs(ms - this.base);
    const weight = period === 0 ? 1 : period;
    this.builder.addSample(at, thread, node, 1, weight);
    this.event.push(event);
    this.note(event, at, weight);
    if (period !== 0) this.hasPeriods = true;
    const base = event * JIT_RESOLUTIONS.length;
    for (let resolution = 1; resolution < JIT_RESOLUTIONS.length; resolution++) {
      this.jit[base + resolution] = (this.jit[base + resolution] as number) + (jit[resolution] as number);
    }
  }

  private note(event: number, at: number, weight: number): void {
    const seen = this.seen[event] as Seen;
    if (at === NO_TIME) this.isInOrder = false;
    else {
      if (at < 0) this.isInOrder = false;
      if (at < seen.first) seen.first = at;
      if (at > seen.last) seen.last = at;
    }
    if (weight !== seen.period) seen.period = seen.rows === 0 ? weight : 0;
    seen.rows++;
  }

  drop(disposition: Disposition): void {
    this.dropped[disposition]++;
  }

  addLost(samples: number): void {
    this.lost += samples;
  }

  get samples(): number {
    return this.event.length + this.dropped.malformed + this.dropped.truncated;
  }

  /** All samples, for `absorb` of the parser of the text before. The store must not be used after this. */
  part(symbols: readonly PerfSymbol[]): PerfPart {
    const { base, hasPeriods, jit, dropped, lost, printedEvents } = this;
    const columns = { ...this.builder.columns(), event: this.event.view() };
    return { symbols, ...columns, base, hasPeriods, jit, dropped, lost, printedEvents, threads: this.threads.list };
  }

  /** Adds the samples of the text that follows. */
  absorb(part: PerfPart, symbols: PerfSymbols): void {
    const { builder, threads } = this;
    const { tree, samples } = part;
    const frame = Int32Array.from(part.symbols, ({ symbol, dso, text }) => symbols.intern(symbol, dso, text));
    const node = new Int32Array(tree.length);
    for (let i = 1; i < tree.length; i++) {
      node[i] = builder.child(node[tree.parent[i] as number] as number, frame[tree.frame[i] as number] as number);
    }
    const event = Int32Array.from(part.printedEvents, (printed) => this.eventId(printed));
    const thread = Int32Array.from(part.threads, ({ comm, printedPid, tid, pid }) => {
      const id = threads.intern(comm, printedPid, tid);
      if (threads.pidOf(id) === 0) threads.setPid(id, pid);
      return id;
    });
    if (Number.isNaN(this.base)) this.base = part.base;
    const rows = samples.length;
    const into = builder.samples;
    const at = into.at.extend(rows);
    const shift = part.base - this.base;
    for (let row = 0; row < rows; row++) {
      const ms = samples.atMs[row] as number;
      at[row] = ms === NO_TIME ? NO_TIME : offsetMs(ms + shift);
    }
    translate(samples.thread, thread, into.thread.extend(rows));
    translate(samples.node, node, into.node.extend(rows));
    translate(part.event, event, this.event.extend(rows));
    into.count.extend(rows).fill(1);
    into.weight.append(samples.weight);
    for (let row = 0; row < rows; row++) {
      this.note(event[part.event[row] as number] as number, at[row] as number, samples.weight[row] as number);
    }
    part.jit.forEach((frames, i) => {
      const at =
        (event[Math.floor(i / JIT_RESOLUTIONS.length)] as number) * JIT_RESOLUTIONS.length +
        (i % JIT_RESOLUTIONS.length);
      this.jit[at] = (this.jit[at] as number) + frames;
    });
    if (part.hasPeriods) this.hasPeriods = true;
    this.lost += part.lost;
    for (const disposition of ['malformed', 'truncated'] as const)
      this.dropped[disposition] += part.dropped[disposition];
  }

  /** `wanted`: the event to draw; throws `NO_SUCH_EVENT` when the text does not have it. */
  finish(comments: PerfComments, dropIdle: boolean, wanted?: string): Profile {
    const names = [...this.eventIds.keys()];
    const { seen } = this;
    const counts = new Map<string, number>();
    seen.forEach(({ rows }, id) => {
      if (rows > 0) counts.set(names[id] as string, rows);
    });
    const event = wanted === undefined ? (chooseEvent(counts) ?? '') : eventName(wanted);
    if (wanted !== undefined && !counts.has(event)) throw noSuchEvent(wanted, names);
    const chosen = this.eventIds.get(event) ?? -1;
    const ofChosen = seen[chosen] ?? NOTHING_SEEN;
    this.threads.addTo(this.builder);
    this.startAt(ofChosen.first);
    const unit = !this.hasPeriods ? 'samples' : isClock(event) ? 'nanoseconds' : 'events';
    const facts = this.facts(comments, this.printedEvents[chosen] ?? null, event, ofChosen);
    const all = this.builder.finish(facts, this.account({}, chosen), unit);
    const filtered: Record<string, number> = {};
    const keep = this.dispositions(all, chosen, names, dropIdle, filtered);
    const ledger = this.account(filtered, chosen);
    return ledger.drawn === all.samples.length ? { ...all, ledger } : selectSamples(all, keep, ledger);
  }

  /** Makes times count from `first`. */
  private startAt(first: number): void {
    if (first === 0 && this.isInOrder) return;
    const { at } = this.builder.samples;
    for (let row = 0; row < at.length; row++) {
      const ms = (at.data[row] as number) - first;
      at.data[row] = at.data[row] !== NO_TIME && ms >= 0 && ms < 0x7fffffff ? ms : -1;
    }
  }

  /** 1 for each row that is drawn; counts the others by reason. */
  private dispositions(
    all: Profile,
    chosen: number,
    names: string[],
    dropIdle: boolean,
    filtered: Record<string, number>,
  ) {
    const count = (reason: string) => {
      filtered[reason] = (filtered[reason] ?? 0) + 1;
    };
    const keep = new Uint8Array(all.samples.length);
    const idle = dropIdle ? Uint8Array.from(all.frames.symbol, (symbol) => (IDLE.test(symbol) ? 1 : 0)) : undefined;
    if (names.length === 1 && idle === undefined) keep.fill(1);
    else {
      for (let row = 0; row < keep.length; row++) {
        const event = this.event.data[row] as number;
        const node = all.samples.node[row] as number;
        if (event !== chosen) count(`other event ${names[event]}`);
        else if (idle !== undefined && this.isIdle(all, row, node, idle)) count('idle');
        else keep[row] = 1;
      }
    }
    for (const disposition of ['malformed', 'truncated'] as const) {
      if (this.dropped[disposition] > 0) filtered[disposition] = this.dropped[disposition];
    }
    return keep;
  }

  private isIdle(all: Profile, row: number, node: number, idle: Uint8Array): boolean {
    return (
      node !== 0 &&
      this.threads.isSwapper(all.samples.thread[row] as number) &&
      idle[all.tree.frame[node] as number] === 1
    );
  }

  private account(filtered: Readonly<Record<string, number>>, chosen: number): SampleAccounting {
    const recorded = this.samples;
    let drawn = recorded;
    for (const reason of Object.keys(filtered)) drawn -= filtered[reason] as number;
    return { recorded, drawn, filtered, lost: this.lost, jit: this.jitAccounting(chosen) };
  }

  private jitAccounting(chosen: number): JitAccounting {
    const framesOf = (resolution: (typeof JIT_RESOLUTIONS)[number]) =>
      this.jit[chosen * JIT_RESOLUTIONS.length + JIT_RESOLUTIONS.indexOf(resolution)] ?? 0;
    const [repaired, ambiguous, unresolved] = [framesOf('repaired'), framesOf('ambiguous'), framesOf('unresolved')];
    return { frames: framesOf('only') + repaired + ambiguous + unresolved, repaired, ambiguous, unresolved };
  }

  private facts(comments: PerfComments, printed: string | null, event: string, seen: Seen): ProfileFacts {
    const span = seen.last > seen.first ? (seen.last - seen.first) / 1000 : null;
    // A clock's period is 1/rate: 5,025,125 ns is 199 Hz.
    const rate = isClock(event) && this.hasPeriods && seen.period > 1 ? Math.round(1e9 / seen.period) : null;
    return {
      ...NO_FACTS,
      source: 'perf-script',
      host: comments.host,
      event: printed,
      cpus: comments.cpus,
      hz: comments.hz ?? rate,
      seconds: comments.seconds ?? span,
    };
  }
}
