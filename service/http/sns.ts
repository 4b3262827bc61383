import { type Request, type RequestHandler, type Response, Router } from 'express';
import type { IntakeResult } from '../incidents/intake.ts';
import { BodyFault, readBody } from './read-body.ts';
import { RefusalLimit } from './refusal-limit.ts';

type Headers = Readonly<Record<string, string | undefined>>;

/** What was refused unread; goes to the notification log. */
export interface RefusedUnread {
  readonly code: string;
  readonly reason: string;
  readonly messageId: string | null;
  readonly topicArn: string | null;
}

export interface SnsDeps {
  readonly topicArns: readonly string[];
  readonly intake: (body: string, headers: Headers) => Promise<IntakeResult>;
  readonly refuse: (refused: RefusedUnread) => Promise<void>;
}

/**
 * An SNS message has at most 256 KiB; its envelope and JSON escapes come on top. The envelope parser has the exact
 * limit.
 */
const BODY_LIMIT = 512 * 1024;
/** Of what does not name its topic in the header: alarms have four kilobytes, and strangers no need of more. */
const UNNAMED_LIMIT = 64 * 1024;
/** Longest ids of SNS, for what nobody has checked yet: 100 characters and an ARN. */
const MAX_HEADER = 400;

/**
 * `POST /sns`. What can be refused by its headers is refused before the body is read. SNS always says the topic in a
 * header: one that is not ours costs nothing more, and one that is ours is always looked at, so that a flood from the
 * same address (a shared gateway, a proxy that is not in TRUST_PROXY) never keeps a genuine message out. What lacks the
 * header is looked at as long as its address has not been refused too often.
 *
 * Answers have no body: nobody reads one.
 */
export function snsRouter(deps: SnsDeps): Router {
  const limit = new RefusalLimit(() => performance.now());
  const topics = new Set(deps.topicArns);

  const take: RequestHandler = async (req, res) => {
    // All of SNS's own come once; Node joins repeated ones by a comma.
    const headers = req.headers as Headers;
    const topic = headers['x-amz-sns-topic-arn'];
    const ours = topic !== undefined && topics.has(topic);
    if (!ours && limit.isSpent(req.ip ?? '')) {
      // Not 429: should a proxy have dropped the headers of SNS, SNS must come again, and it does so after 5xx only.
      res.set('Retry-After', '60');
      return unread(res, 503);
    }
    const status = await (topic !== undefined && !ours
      ? refuseTopic(topic, headers, res)
      : takeBody(req, headers, ours ? BODY_LIMIT : UNNAMED_LIMIT, res));
    // What SNS shall repeat is not held against anybody.
    if (status >= 400 && status < 500) limit.count(req.ip ?? '');
  };

  const refuseTopic = async (topic: string, headers: Headers, res: Response): Promise<number> => {
    await deps.refuse(foreignTopic(topic, headers));
    unread(res, 403);
    return 403;
  };

  const takeBody = async (req: Request, headers: Headers, bytes: number, res: Response): Promise<number> => {
    let body: string;
    try {
      body = await readBody(req, bytes);
    } catch (error) {
      // Anything else is a fault of ours: 500, and SNS comes again.
      if (!(error instanceof BodyFault)) throw error;
      const reason = `The body could not be read: ${error.message}.`;
      await deps.refuse({ code: 'BODY_UNREADABLE', reason, messageId: null, topicArn: null });
      unread(res, error.status);
      return error.status;
    }
    const { status } = await deps.intake(body, headers);
    res.status(status).end();
    return status;
  };

  const router = Router();
  router.post('/sns', take);
  return router;
}

/** The body is still on its way. Node drops a short one, which is cheaper than a new connection; a long one is not. */
function unread(res: Response, status: number): void {
  const length = Number(res.req.headers['content-length'] ?? Number.POSITIVE_INFINITY);
  if (length > UNNAMED_LIMIT) res.set('Connection', 'close');
  res.status(status).end();
}

function foreignTopic(topic: string, headers: Headers): RefusedUnread {
  const topicArn = topic.slice(0, MAX_HEADER);
  return {
    code: 'FOREIGN_TOPIC',
    reason: `The message says that it is from the topic ${JSON.stringify(topicArn)}, which is not in SNS_TOPIC_ARNS.`,
    messageId: headers['x-amz-sns-message-id']?.slice(0, MAX_HEADER) ?? null,
    topicArn,
  };
}
