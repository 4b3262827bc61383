import express, { type ErrorRequestHandler, type RequestHandler, Router } from 'express';
import type { IntakeResult } from '../incidents/intake.ts';
import { RefusalLimit } from './refusal-limit.ts';

/** What was refused unread; goes to the notification log. */
export interface RefusedUnread {
  readonly code: string;
  readonly reason: string;
  readonly messageId: string | null;
  readonly topicArn: string | null;
}

export interface SnsDeps {
  readonly topicArns: readonly string[];
  readonly intake: (body: string, headers: Readonly<Record<string, string | undefined>>) => Promise<IntakeResult>;
  readonly refuse: (refused: RefusedUnread) => Promise<void>;
}

/**
 * An SNS message has at most 256 KiB; its envelope and JSON escapes come on top. The envelope parser has the exact
 * limit.
 */
const BODY_LIMIT = 512 * 1024;
/** Longest ids of SNS, for what nobody has checked yet: 100 characters and an ARN. */
const MAX_HEADER = 400;

/**
 * `POST /sns`. What can be refused by its headers is refused before the body is read. SNS always says the topic in a
 * header: one that is not ours costs nothing more, and one that is ours is always looked at, so that a flood from the
 * same address (a shared gateway, a proxy that is not in TRUST_PROXY) never keeps a genuine message out. What lacks the
 * header is looked at as long as its address has not been refused too often.
 */
export function snsRouter(deps: SnsDeps): Router {
  const limit = new RefusalLimit(() => performance.now());
  const topics = new Set(deps.topicArns);

  const guard: RequestHandler = async (req, res, next) => {
    const topic = req.headers['x-amz-sns-topic-arn'];
    if (typeof topic === 'string' && topics.has(topic)) return next();
    if (limit.isSpent(req.ip ?? '')) {
      // Not 429: should a proxy have dropped the headers of SNS, SNS must come again, and it does so after 5xx only.
      res.set({ 'Retry-After': '60', Connection: 'close' }).sendStatus(503);
      return;
    }
    if (topic === undefined) return next();
    limit.count(req.ip ?? '');
    const named = String(topic).slice(0, MAX_HEADER);
    await deps.refuse({
      code: 'FOREIGN_TOPIC',
      reason: `The message says that it is from the topic ${JSON.stringify(named)}, which is not in SNS_TOPIC_ARNS.`,
      messageId: String(req.headers['x-amz-sns-message-id'] ?? '').slice(0, MAX_HEADER) || null,
      topicArn: named,
    });
    // The body is still on its way; nobody waits for it.
    res.set('Connection', 'close').sendStatus(403);
  };

  const take: RequestHandler = async (req, res) => {
    // All of SNS's own come once; Node joins repeated ones by a comma.
    const headers = req.headers as Readonly<Record<string, string | undefined>>;
    const { status } = await deps.intake(typeof req.body === 'string' ? req.body : '', headers);
    if (status !== 200 && status !== 503) limit.count(req.ip ?? '');
    res.sendStatus(status);
  };

  // Only faults of the body carry a 4xx; anything else is ours, and SNS shall come again.
  const unreadable: ErrorRequestHandler = async (error, req, res, next) => {
    const status = Number((error as { status?: number }).status ?? 500);
    if (status >= 500) return next(error);
    limit.count(req.ip ?? '');
    const reason = `The body could not be read: ${(error as Error).message}`;
    await deps.refuse({ code: 'BODY_UNREADABLE', reason, messageId: null, topicArn: null });
    res.sendStatus(status);
  };

  const router = Router();
  // SNS posts `text/plain` by default, whatever the body is: read as text whatever it says.
  router.post('/sns', guard, express.text({ type: () => true, limit: BODY_LIMIT }), take, unreadable);
  return router;
}
