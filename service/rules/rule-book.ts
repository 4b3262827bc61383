/** What operators write down about their alarms: plain data, which goes to the thread that decides. */

/** Globs (`*`, `?`); an empty list: any. A rule is of an alarm that fits each of them. */
export interface RuleMatch {
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
  /** Auto Scaling groups, as the alarm names them. */
  readonly groups: readonly string[];
  readonly alarms: readonly string[];
  /** Of the hot instance: `KEY=glob`. */
  readonly tags: readonly string[];
}

/** Minutes of the day, `from` ≤ m < `to`; over midnight where `to` is the smaller one. */
export interface QuietHours {
  readonly fromMinute: number;
  readonly toMinute: number;
  /** 0 is Sunday: on which days they begin. Empty: on each. */
  readonly days: readonly number[];
  /** IANA: `Europe/Berlin`. */
  readonly timeZone: string;
}

export const SEVERITIES = ['critical', 'high', 'low'] as const;
export type Severity = (typeof SEVERITIES)[number];
export const RULE_ENGINES = ['off', 'fallback', 'lines', 'confirm'] as const;
export type RuleEngine = (typeof RULE_ENGINES)[number];

/** What is absent comes from the defaults of the file, then from the environment. */
export interface RuleSettings {
  /** Alarms are noted, and nothing is recorded. */
  readonly ignore?: boolean;
  readonly seconds?: number;
  /** Samples per second and CPU. */
  readonly hz?: number;
  readonly peers?: number;
  /** Only Node.js processes whose command line matches this extended regular expression. */
  readonly processes?: string;
  readonly v8Engine?: RuleEngine;
  readonly installPerf?: boolean;
  /** Who gets the report; empty: nobody. */
  readonly mailTo?: readonly string[];
  /** Null: none, whatever the environment says. */
  readonly reportTopicArn?: string | null;
  readonly cooldownMs?: number;
  readonly maxPerGroupPerDay?: number;
  /** Recorded and reported on the page; nobody is told. */
  readonly recordOnly?: boolean;
  /** As `recordOnly`, at certain times. */
  readonly quietHours?: readonly QuietHours[];
  /** Stands in the subject of mails. */
  readonly severity?: Severity;
}

export interface Rule {
  readonly name: string;
  readonly match: RuleMatch;
  readonly settings: RuleSettings;
}

/** Where alarms may have instances recorded, besides the account and region of the service itself. */
export interface Target {
  readonly accountId: string;
  readonly region: string;
  /** Assumed for each call there; null: the service's own credentials, which must then be of that account. */
  readonly roleArn: string | null;
  /** What the trust policy of the role asks for. */
  readonly externalId: string | null;
}

/** The first rule that matches an alarm is its rule. */
export interface RuleBook {
  /** Each account and region once. */
  readonly targets: readonly Target[];
  readonly defaults: RuleSettings;
  readonly rules: readonly Rule[];
}

/** What holds for one incident: a file that changes later does not change it. */
export interface IncidentPlan {
  /** The name of its rule; null where none matched. */
  readonly rule: string | null;
  readonly settings: RuleSettings;
  /** A rule further up asks for what only the hot instance tells: it is looked at again when that is known. */
  readonly isPreliminary?: true;
}
