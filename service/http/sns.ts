import express, { type ErrorRequestHandler, type RequestHandler, Router } from 'express';
import type { IntakeResult } from '../incidents/intake.ts';

export interface SnsDeps {
  readonly intake: (body: string, headers: Readonly<Record<string, string | undefined>>) => Promise<IntakeResult>;
  /** A body that was refused unread; the reason goes to the notification log. */
  readonly refuse: (reason: string) => Promise<void>;
}

/**
 * An SNS message has at most 256 KiB; its envelope and JSON escapes come on top. The envelope parser has the exact
 * limit.
 */
const BODY_LIMIT = 512 * 1024;

/** `POST /sns`. SNS posts `text/plain` by default, whatever the body is: read as text whatever it says. */
export function snsRouter(deps: SnsDeps): Router {
  const take: RequestHandler = async (req, res) => {
    const headers = Object.fromEntries(
      Object.entries(req.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
    );
    const { status } = await deps.intake(typeof req.body === 'string' ? req.body : '', headers);
    res.sendStatus(status);
  };
  // Only faults of the body carry a 4xx; anything else is ours, and SNS shall come again.
  const unreadable: ErrorRequestHandler = async (error, _req, res, next) => {
    const status = Number((error as { status?: number }).status ?? 500);
    if (status >= 500) return next(error);
    await deps.refuse(`The body could not be read: ${(error as Error).message}`);
    res.sendStatus(status);
  };
  const router = Router();
  router.post('/sns', express.text({ type: () => true, limit: BODY_LIMIT }), take, unreadable);
  return router;
}
