/** Some rules ask for what an alarm does not tell: the group of its instance, or its tags. */
import type { Alarm } from '../../alarms/alarm.ts';
import { planFor } from '../../rules/apply-rules.ts';
import type { IncidentPlan, RuleBook } from '../../rules/rule-book.ts';
import type { GroupName, InstanceId } from '../../shared/ids.ts';
import { quoted } from '../../shared/text/untrusted.ts';
import type { FleetPort } from '../ports.ts';
import { type ChooseDeps, type Chosen, chooseFor } from './choose-for.ts';

export interface LateRuleDeps {
  readonly fleet: Pick<FleetPort, 'tags'>;
  /** As it is now; undefined where there is no rules file. */
  readonly book: () => RuleBook | undefined;
}

interface Found {
  readonly hot: InstanceId | null;
  readonly group: GroupName | undefined;
}

/** What holds once the hot instance is known, where that is to be looked at again; undefined otherwise. */
async function lateRule(
  { fleet, book: bookNow }: LateRuleDeps,
  { alarm, plan }: { readonly alarm: Alarm; readonly plan?: IncidentPlan },
  { hot, group }: Found,
  signal?: AbortSignal,
): Promise<IncidentPlan | undefined> {
  const book = bookNow();
  if (plan?.isPreliminary !== true || book === undefined || hot === null) return undefined;
  return planFor(book, alarm, { group: group ?? null, tags: await fleet.tags(hot, signal) });
}

/** Why nothing is recorded after all; null where it is. */
function whyIgnored(plan: IncidentPlan | undefined, { hot, group }: Found): string | null {
  if (plan?.settings.ignore !== true) return null;
  const who = plan.rule === null ? 'the defaults of the rules file say' : `the rule ${quoted(plan.rule)} says`;
  return `${who} that alarms on ${group ?? hot} are ignored`;
}

/** `late`: what applies since the hot instance is known; `ignored`: why nothing is recorded after all. */
export interface RuledChoice {
  readonly choice: Chosen;
  readonly late: IncidentPlan | undefined;
  readonly ignored: string | null;
}

/** Chooses by the plan so far, and again where a late rule asks for another number of peers. Throws as `chooseFor`. */
export async function chooseByRule(
  deps: ChooseDeps & Pick<LateRuleDeps, 'book'>,
  about: { readonly alarm: Alarm; readonly plan?: IncidentPlan },
  burning: readonly InstanceId[],
  signal?: AbortSignal,
): Promise<RuledChoice> {
  const { alarm, plan } = about;
  const chooseBy = (by: IncidentPlan | undefined) =>
    chooseFor({ ...deps, peers: by?.settings.peers ?? deps.peers }, alarm, burning, signal);
  const first = await chooseBy(plan);
  const late = await lateRule(deps, about, first, signal);
  const ignored = whyIgnored(late, first);
  const holds = late === undefined || late.settings.peers === plan?.settings.peers;
  return { choice: ignored !== null || holds ? first : await chooseBy(late), late, ignored };
}
