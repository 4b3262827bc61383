/**
 * Everything that a report says, as plain JSON: stored with the incident, so that a report looks the same in a year.
 * All text may come from a hostile machine: renderers escape it.
 */
import type { Finding, ProgramUse, Quality, Side, Verdict } from '../compare/differential.ts';
import type { JitAccounting, SampleAccounting, V8Visit } from '../profile/profile.ts';
import type { Confirmation } from './confirmation/confirmation-data.ts';
import type { EarlierRemarks } from './earlier/earlier-data.ts';
import type { ReportTied, ReportUnder } from './tied/tied-data.ts';

export interface ReportAlarm {
  readonly name: string;
  readonly description: string | null;
  /** NewStateReason as CloudWatch wrote it. */
  readonly reason: string;
  /** `AWS/EC2 CPUUtilization`; null when unknown. */
  readonly metric: string | null;
  readonly threshold: number | null;
  readonly observed: number | null;
  readonly changedAtMs: number;
  readonly region: string | null;
  /** Absent in older reports. */
  readonly accountId?: string | null;
}

/** A member of the group and why it was (not) chosen. */
export interface ReportMember {
  readonly instanceId: string;
  readonly role: 'hot' | 'peer' | 'not chosen';
  readonly reason: string;
  readonly cpuPercent: number | null;
  /** Of the hot one: why it may be the wrong one. Absent when nothing speaks against it, and in older reports. */
  readonly doubt?: string;
  /** Of the hot one: what launched it. Absent where that is not known, and in older reports. */
  readonly launchedBy?: string;
}

/** The healthy side is a recording of another moment: there was no peer. */
export interface ReportBaseline {
  readonly instanceId: string;
  /** From it to the recording of the hot instance. */
  readonly agoMs: number;
  /** `launch template web v7`; null: not known. */
  readonly launchedBy: string | null;
  /** Of the hot instance. */
  readonly hotLaunchedBy: string | null;
  /** Images of containers that only one side ran: then the code differs as well. */
  readonly images: { readonly hot: readonly string[]; readonly baseline: readonly string[] };
}

interface ReportFailure {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

export interface ReportProcess {
  readonly pid: number | null;
  readonly name: string;
  readonly cpuSeconds: number | null;
  /** Whose names its JavaScript has; null where there is none. Absent in older reports, as is `visit`. */
  readonly namedBy?: 'perf' | 'v8' | 'nobody' | null;
  /** What V8's profiler did in it; null where nobody asked for that. */
  readonly visit?: V8Visit | null;
  /** `web (image shop/web:41, pod shop/web-7f9c)`; absent where it is in no container. */
  readonly container?: string;
}

export interface ReportCapture {
  readonly captureId: string;
  readonly role: 'hot' | 'peer';
  readonly instanceId: string;
  /** Null when the capture succeeded. */
  readonly failure: ReportFailure | null;
  readonly startedAtMs: number | null;
  readonly seconds: number | null;
  readonly hz: number | null;
  readonly samples: number;
  readonly cores: number | null;
  readonly processes: readonly ReportProcess[];
  readonly ledger: SampleAccounting | null;
  readonly jit: JitAccounting | null;
  readonly warnings: readonly string[];
  /** It is of another moment and stood in for a peer. Absent where it was recorded for the incident. */
  readonly isBaseline?: true;
}

/** One row of "top functions of the hot instance", for reports without a differential. */
export interface ReportTopFunction {
  readonly function: string;
  readonly package: string | null;
  readonly file: string | null;
  readonly line: number | null;
  readonly selfCores: number;
  readonly totalCores: number;
}

/** A function of both sides, changed or not: what its history is drawn from. Callees are counted in. */
export interface ReportFunction {
  readonly function: string;
  readonly package: string | null;
  readonly file: string | null;
  readonly line: number | null;
  readonly hotCores: number;
  readonly healthyCores: number;
}

/** A file of the incident. `name` is one of the fixed names: `hot.svg`, `healthy.svg`, `differential.svg`, … */
export interface ReportFile {
  readonly name: string;
  /** Null where that is known only when it is made. */
  readonly bytes: number | null;
}

export interface ReportData {
  readonly version: 1;
  readonly incidentId: string;
  /** Somebody tried the chain out: no alarm went off. Absent in the report of an incident. */
  readonly isDrill?: true;
  /** It is a second recording, of this incident, so long after its report. Absent in the report of an incident. */
  readonly second?: { readonly of: string; readonly afterMs: number };
  /** It was opened under a composite alarm. Absent in others. */
  readonly under?: ReportUnder;
  /** Of a composite alarm: what other groups burn under it. Absent where none does. */
  readonly tied?: readonly ReportTied[];
  /** How urgent the rules file calls it. */
  readonly severity?: 'critical' | 'high' | 'low';
  readonly group: string | null;
  readonly hotInstance: string | null;
  /** Recorded in the same seconds. */
  readonly peerInstances: readonly string[];
  /** What stood in for a peer. Absent where there was one or nothing, and in older reports. */
  readonly baseline?: ReportBaseline;
  readonly alarm: ReportAlarm;
  readonly members: readonly ReportMember[];
  readonly captures: readonly ReportCapture[];
  /** What went wrong or is missing, in words; empty for a complete report. */
  readonly shortcomings: readonly string[];
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  /** Other programs of the hosts, the most extra CPU first. Absent in older reports. */
  readonly programs?: readonly ProgramUse[];
  readonly quality: Quality;
  readonly hot: Side | null;
  readonly healthy: Side | null;
  /** p-value of "the two profiles differ at all"; null without a differential. */
  readonly wholeProfileP: number | null;
  readonly method: readonly string[];
  readonly topFunctions: readonly ReportTopFunction[];
  /** The second recording, in which V8 inlined nothing. Absent where none was wanted, and in older reports. */
  readonly confirmation?: Confirmation;
  /** The busiest JavaScript functions of both sides. Absent in older reports, and where nobody compared. */
  readonly functions?: readonly ReportFunction[];
  readonly files: readonly ReportFile[];
  /** What people said of the same function in earlier incidents. Absent where nobody did. */
  readonly earlier?: readonly EarlierRemarks[];
  readonly openedAtMs: number;
  readonly generatedAtMs: number;
}
