import { type Request, type Response, Router } from 'express';
import type { AlarmPlan } from '../../incidents/plan/plan-alarm.ts';
import { lineOf } from '../../incidents/triage/change.ts';
import { renderErrorPage } from '../../pages/error-page.ts';
import type { PageAssets } from '../../pages/page-shell.ts';
import type { SetupFacts } from '../../pages/setup/setup-commands.ts';
import { renderSetupPage, type TriedAlarm } from '../../pages/setup/setup-page.ts';
import type { SetupInput } from '../../pages/setup/setup-section.ts';
import { DeadlineError, within } from '../../shared/deadline.ts';
import { AppError, explain } from '../../shared/errors.ts';
import { RefusalLimit } from '../refusal-limit.ts';
import { readFields } from '../triage/read-fields.ts';
import { asRefusal, Refusal } from '../triage/refusal.ts';
import { whyForeign } from '../triage/same-site.ts';

export interface SetupDeps {
  readonly setup?: {
    readonly facts: SetupFacts;
    /** Absent: nothing may be tried out from the pages. */
    readonly tryOut?: {
      /** What an alarm of the group would lead to now. Throws `AppError`. */
      readonly plan: (group: string, alarm: string, signal: AbortSignal) => Promise<AlarmPlan>;
      /** `https://smokejumper.example.com`, where PUBLIC_URL says it. */
      readonly origin: string | null;
    };
  };
}

/** Two handfuls of calls to AWS; whoever waits for them should be told before a browser gives up. */
const PLAN_MS = 25_000;
/** Each asks AWS for the members of a group and their metrics: a crowd must not use up what captures need. */
const AT_ONCE = 2;
/** Longest name of a group and of an alarm, in AWS. */
const NAME = 255;

/** What the pages need to show the way to the first incident; undefined where nobody said. */
export function setupInput({ setup }: SetupDeps): SetupInput | undefined {
  return setup && { ...setup.facts, mayTry: setup.tryOut !== undefined };
}

/** `/setup`: the steps, and with POST what an alarm of a group would do. Nothing is changed by either. */
export function setupRoutes(
  deps: SetupDeps,
  assets: PageAssets,
  send: (res: Response, status: number, html: string) => unknown,
): Router {
  const router = Router();
  const setup = setupInput(deps);
  if (setup === undefined) return router;
  const attempt = planner(deps);
  router.get('/setup', (_req, res) => send(res, 200, renderSetupPage({ setup, assets })));
  router.post('/setup', async (req, res) => {
    try {
      send(res, 200, renderSetupPage({ setup, tried: await attempt(req), assets }));
    } catch (error) {
      const refusal = asRefusal(error);
      if (refusal === undefined) throw error;
      const { status, message } = refusal;
      if (status === 429) res.set('Retry-After', '60');
      // What was not read is not waited for.
      if (status === 413) res.set('Connection', 'close');
      const back = { href: '/setup', words: 'Back to the steps' };
      send(res, status, renderErrorPage({ heading: 'Nothing was asked', message, back, assets }));
    }
  });
  return router;
}

function planner({ setup }: SetupDeps): (req: Request) => Promise<TriedAlarm> {
  const limit = new RefusalLimit(() => performance.now());
  let running = 0;
  return async (req) => {
    const { tryOut } = setup ?? {};
    if (tryOut === undefined) throw new Refusal(403, 'Trying alarms out is turned off here (UI_CHANGES=off).');
    const foreign = whyForeign(req.headers, { origin: tryOut.origin, sends: 'form' });
    if (foreign !== null) throw new Refusal(403, foreign);
    const address = req.ip ?? '';
    if (limit.isSpent(address)) throw new Refusal(429, 'Too many questions from this address; wait for a minute.');
    limit.count(address);
    const fields = await readFields(req, 'form');
    const group = lineOf(fields, 'group', NAME);
    if (group === '') throw new Refusal(400, 'Name the Auto Scaling group that the alarm would be of.');
    const alarm = lineOf(fields, 'alarm', NAME);
    if (running >= AT_ONCE) throw new Refusal(429, 'Others are trying alarms out right now; wait for some seconds.');
    running++;
    try {
      const name = alarm === '' ? `${group}-cpu-high` : alarm;
      const plan = await within(PLAN_MS, undefined, (signal) => tryOut.plan(group, name, signal));
      return { group, alarm, answer: { plan } };
    } catch (error) {
      return { group, alarm, answer: { fault: faultWords(error) } };
    } finally {
      running--;
    }
  };
}

/** What nobody foresaw goes to the handler that logs it. */
function faultWords(error: unknown): string {
  if (error instanceof AppError) return explain(error);
  if (error instanceof DeadlineError) return `AWS did not answer within ${PLAN_MS / 1000} s.`;
  throw error;
}
