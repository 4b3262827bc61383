import { randomBytes } from 'node:crypto';
import { DEMO_CREDENTIALS } from '../credentials.ts';

/** Who signed a request. */
export interface Caller {
  readonly accountId: string;
  readonly arn: string;
  readonly userId: string;
}

export interface AccessKey {
  readonly id: string;
  readonly secret: string;
  readonly caller: Caller;
  /** Only of a session, which has an end. */
  readonly session?: { readonly token: string; readonly expiresAtMs: number };
}

/** Bounds the memory of a long-lived sandbox: the oldest session is forgotten first. */
const MAX_SESSIONS = 1000;
/** Letters and digits of key ids (base32). */
const KEY_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The keys that requests may be signed with: the demo's own, and those of the sessions that STS has opened. */
export class AccessKeys {
  private readonly sessions = new Map<string, AccessKey>();
  private readonly own: AccessKey;
  private readonly now: () => number;

  /** `accountId`: whose the demo credentials are. `now`: the sandbox's clock, epoch milliseconds. */
  constructor(accountId: string, now: () => number) {
    this.now = now;
    this.own = {
      id: DEMO_CREDENTIALS.accessKeyId,
      secret: DEMO_CREDENTIALS.secretAccessKey,
      caller: { accountId, arn: `arn:aws:iam::${accountId}:user/sandbox`, userId: 'AIDASANDBOXSMOKE0000' },
    };
  }

  /** Expired keys are known for a while, so that they can be refused as such. */
  find(id: string): AccessKey | undefined {
    return id === this.own.id ? this.own : this.sessions.get(id);
  }

  isExpired({ session }: AccessKey): boolean {
    return session !== undefined && this.now() >= session.expiresAtMs;
  }

  /** Temporary credentials of `caller`, good for so many seconds of the sandbox's clock. */
  openSession(caller: Caller, seconds: number): Required<AccessKey> {
    const key = {
      id: `ASIA${keyLetters(16)}`,
      secret: randomBytes(30).toString('base64'),
      caller,
      session: {
        token: `IQoJb3JpZ2luX2Vj${randomBytes(240).toString('base64')}`,
        expiresAtMs: this.now() + seconds * 1000,
      },
    };
    this.sessions.set(key.id, key);
    const oldest = this.sessions.keys().next().value;
    if (this.sessions.size > MAX_SESSIONS && oldest !== undefined) this.sessions.delete(oldest);
    return key;
  }
}

function keyLetters(count: number): string {
  return Array.from(randomBytes(count), (byte) => KEY_LETTERS.charAt(byte % KEY_LETTERS.length)).join('');
}
