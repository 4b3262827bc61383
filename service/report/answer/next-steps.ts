/** What to do next: for each kind of verdict a few short steps that a person on call can take. */

import type { VerdictClass } from '../../compare/differential.ts';
import { asInstanceId, type InstanceId } from '../../shared/ids.ts';
import { pathEnd } from '../../shared/text/path-end.ts';
import { clean, ended } from '../clean-text.ts';
import type { FindingModel, Limits } from '../finding-model.ts';
import type { ReportData } from '../report-data.ts';
import type { DeployModel } from '../source/deploy-words.ts';
import { consoleLinks } from './console-links.ts';
import { hasNoProfile } from './verdict-label.ts';

export interface NextStep {
  readonly text: string;
  /** What is run for it, in a shell; null where nothing is. */
  readonly command: string | null;
  readonly link: { readonly url: string; readonly words: string } | null;
}

export interface StepsInput {
  readonly data: ReportData;
  readonly culprit: FindingModel | null;
  readonly deploy: DeployModel | null;
  readonly limits: Limits;
}

/** More are not read at three in the morning. */
const MOST = 3;
/** A recording that somebody takes by hand may last longer. */
const SECONDS = 30;
const LIST_PROCESSES = 'ps -eo pid,ppid,lstart,pcpu,args --sort=-pcpu | head -n 15';

export function nextSteps(input: StepsInput): NextStep[] {
  const { data } = input;
  if (data.isDrill && !hasNoProfile(data)) return drilled(input);
  return STEPS[data.verdict.class](input).slice(0, MOST);
}

const STEPS: Readonly<Record<VerdictClass, (input: StepsInput) => NextStep[]>> = {
  'hot path': (input) => [...comparedCode(input), ...code(input), relief(input)],
  deoptimisation: (input) => [
    ...comparedCode(input),
    step(
      `Look for what makes V8 give up the optimised code${of(input)}: objects of new shapes, values of other types, ` +
        'a debugger or a coverage tool.',
    ),
    relief(input),
  ],
  'garbage collection': (input) => [
    ...comparedCode(input),
    step(`Look at what allocates${input.culprit ? ` in ${input.culprit.name}` : ''}, and who keeps it alive.`),
    step('Compare memory and heap limit (--max-old-space-size) of the two instances.'),
  ],
  'uniform slowdown': (input) => [
    step('Compare the machines before the code: CPU credits, memory, a debugging or profiling flag.'),
    session(input, 'See what the machine is short of.', 'vmstat 1 5'),
    relief(input),
  ],
  'traffic skew': (input) => [
    step(
      input.data.baseline === undefined
        ? 'Look at the load balancer: weights, sticky sessions, long-lived connections to this instance.'
        : 'Find out who sends more requests than before: a client, a job, a loop of retries.',
    ),
    relief(input),
  ],
  'other process': (input) => [...otherProcess(input), session(input, 'See what runs.', LIST_PROCESSES)],
  steal: (input) => [
    step('Stop and start the instance: it then runs on another machine. (A reboot keeps it where it is.)'),
    step('On a burstable type, look at its CPU credits; if it comes back, take a larger or a dedicated type.'),
    relief(input),
  ],
  'spike over': (input) => [
    step('Nothing burns now. For the next time, shorten the period of the alarm, so that the recording starts sooner.'),
    ...again(input, 'If it is back, record it at once.'),
  ],
  inconclusive,
};

function inconclusive(input: StepsInput): NextStep[] {
  const { data } = input;
  if (hasNoProfile(data)) return noProfile(input);
  if (data.healthy === null) return noPeer(input);
  if (data.quality.grade === 'withheld')
    return [...fixes(input), ...again(input, 'Record again, for longer, while it burns.')];
  return [
    step('See in the flame graphs where the CPU goes, and whether that is what this service should do.'),
    ...again(input, 'If it still burns, record again, for longer.'),
  ];
}

/** Nobody has to do anything, but to make the next drill a better one. */
function drilled(input: StepsInput): NextStep[] {
  if (input.data.healthy === null) return noPeer(input).slice(1);
  if (input.data.quality.grade === 'withheld') return fixes(input);
  return [step('Nothing: an alarm on this instance would be recorded, compared and reported like this.')];
}

function noProfile({ data, limits }: StepsInput): NextStep[] {
  const hint = data.captures.find(({ role }) => role === 'hot')?.failure?.hint ?? null;
  const id = instanceOf(data);
  return [
    ...(hint === null ? [] : [step(ended(clean(hint, limits.text)))]),
    step('Check agent, permissions and perf of the instance.', `npx smokejumper doctor${id === null ? '' : ` ${id}`}`),
    session({ data }, 'To look for yourself, see what runs.', LIST_PROCESSES),
  ];
}

function noPeer(input: StepsInput): NextStep[] {
  const hint = input.data.captures.find(({ failure }) => failure !== null)?.failure?.hint ?? null;
  return [
    step('See whether the busiest functions below are what this service should do.'),
    ...(hint === null ? [] : [step(ended(clean(hint, input.limits.text)))]),
    ...again(input, 'When another instance is healthy, record both.'),
  ];
}

function fixes({ data, limits }: StepsInput): NextStep[] {
  return data.quality.issues.slice(0, 1).map(({ fix }) => step(ended(clean(fix, limits.text))));
}

function of({ culprit }: StepsInput): string {
  return culprit === null ? '' : ` of ${culprit.name}`;
}

/** Two commits explain more than any function does. */
function comparedCode({ deploy }: StepsInput): NextStep[] {
  return deploy?.differs ? [step('The two instances run different code: look at what changed between them.')] : [];
}

function code({ culprit }: StepsInput): NextStep[] {
  if (culprit === null) return [];
  const { place, hotLine, package: owner, through, calledFrom, url } = culprit;
  const opening =
    place === null
      ? step(`Show ${culprit.name} in the flame graph: what stands above it says who asks for the work.`)
      : {
          ...step(`Open ${pathEnd(place, 3)}${hotLine === null ? '' : `; line ${hotLine} uses the most`}.`),
          link: url === null ? null : { url, words: 'Show the code' },
        };
  if (owner !== null) {
    const caller = calledFrom === null ? 'it is given' : `${calledFrom} gives it`;
    return [opening, step(`Look at what ${caller}, and whether ${owner} is a new version.`)];
  }
  return through === null ? [opening] : [opening, step(`Look at how often it calls ${through}, and with how much.`)];
}

function otherProcess({ data, limits }: StepsInput): NextStep[] {
  const { program } = data.verdict;
  if (program === undefined)
    return [step('Find out what starts it (cron, a deployment, a person), and whether that can wait.')];
  const { container, unit, startedBy } = program;
  const starter = container === null ? (unit ?? startedBy[0]) : `container ${container}`;
  const name = clean(program.name, limits.name);
  return [
    step(
      starter === undefined
        ? `Find out what starts ${name}, and whether it can wait.`
        : `Ask the owner of ${clean(starter, limits.name)} whether ${name} can wait, or run elsewhere.`,
    ),
  ];
}

/** The fire is out when the instance is out of the group, and the evidence is still there. */
function relief({ data, limits }: Pick<StepsInput, 'data' | 'limits'>): NextStep {
  const group = data.group === null ? 'its group' : clean(data.group, limits.name);
  const url = consoleLinks(data.alarm.region).group(data.group);
  return {
    ...step(`If users suffer, detach the instance from ${group}: another takes its place, and it can be examined.`),
    link: url === null ? null : { url, words: 'Open the group' },
  };
}

function session({ data }: Pick<StepsInput, 'data'>, text: string, command: string): NextStep {
  const url = consoleLinks(data.alarm.region).session(data.hotInstance);
  return { ...step(text, command), link: url === null ? null : { url, words: 'Open a session' } };
}

function again({ data }: StepsInput, text: string): NextStep[] {
  const [hot, peer] = [instanceOf(data), asInstanceId(data.peerInstances[0] ?? '')];
  if (hot === undefined) return [];
  return [step(text, `npx smokejumper profile ${hot} ${SECONDS}${peer === undefined ? '' : ` --peer ${peer}`}`)];
}

/** What goes into a command that somebody pastes into a shell is an id and nothing else. */
function instanceOf({ hotInstance }: ReportData): InstanceId | undefined {
  return asInstanceId(hotInstance ?? '');
}

function step(text: string, command: string | null = null): NextStep {
  return { text, command, link: null };
}
