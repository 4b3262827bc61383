import { X509Certificate } from 'node:crypto';
import type { SigningCertificate } from '../alarms/signature.ts';
import type { CertificatesPort } from '../incidents/ports.ts';
import { DeadlineError, InterruptedError, untilAborted, within } from '../shared/deadline.ts';
import { AppError } from '../shared/errors.ts';

export interface SigningCertificatesOptions {
  /** Epoch milliseconds, for the validity dates. */
  readonly now: () => number;
  /** For the sandbox or an emulator: the one other origin, http allowed, that certificates may come from. */
  readonly allowOrigin?: string;
  /** The global one by default. */
  readonly fetch?: typeof fetch;
  /** For the whole download. SNS waits 15 s for our answer; this leaves time for the rest. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 5000;
/** Real ones have about 2 KB. */
const MAX_BYTES = 64 * 1024;
/** A region has one or two certificates at a time; we listen to a handful of regions at most. */
const MAX_CACHED = 32;
/**
 * The address comes from a message whose signature is not yet checked: forgers must not make us open sockets without
 * end.
 */
const MAX_IN_FLIGHT = 8;

/**
 * Signing certificates of SNS over HTTPS, checked, cached, one download per address at a time. The channel (TLS, the
 * exact host that `certificateUrl` derives from the topic) vouches for the certificate. `get` throws
 * `CERTIFICATE_UNAVAILABLE` (retry `later`) for faults of transport, `BAD_CERTIFICATE` (never) for everything else.
 */
export function createSigningCertificates(options: SigningCertificatesOptions): CertificatesPort {
  const cached = new Map<string, Kept>();
  const inFlight = new Map<string, Promise<Kept>>();
  return {
    async get(url, signal) {
      checkAddress(url, options.allowOrigin);
      const known = cached.get(url.href);
      if (known && options.now() <= known.validToMs) return known;
      const running = inFlight.get(url.href);
      if (running !== undefined) return wanted(url, running, signal);
      if (inFlight.size >= MAX_IN_FLIGHT) throw unavailable(url, `${inFlight.size} other downloads are under way`);
      const download = obtain(url, options).finally(() => inFlight.delete(url.href));
      inFlight.set(url.href, download);
      download.then(
        (certificate) => remember(cached, url.href, certificate),
        () => undefined,
      );
      return wanted(url, download, signal);
    },
  };
}

/** A download that several want goes on, to its own deadline, when one of them has gone. */
async function wanted(url: URL, download: Promise<Kept>, signal: AbortSignal | undefined): Promise<Kept> {
  try {
    return await untilAborted(signal, download);
  } catch (cause) {
    throw cause instanceof InterruptedError ? unavailable(url, 'nobody waits for it any more', cause) : cause;
  }
}

interface Kept extends SigningCertificate {
  readonly validToMs: number;
}

/** Oldest out first. */
function remember(cached: Map<string, Kept>, key: string, certificate: Kept): void {
  cached.delete(key);
  cached.set(key, certificate);
  for (const oldest of cached.keys()) {
    if (cached.size <= MAX_CACHED) return;
    cached.delete(oldest);
  }
}

function checkAddress(url: URL, allowOrigin: string | undefined): void {
  const plain = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  const allowed = allowOrigin !== undefined && url.origin === new URL(allowOrigin).origin;
  if (plain && (allowed || (url.protocol === 'https:' && url.port === ''))) return;
  throw new AppError(
    'BAD_CERTIFICATE',
    `Refused to fetch a signing certificate from ${url.origin}: not a plain https address.`,
  );
}

async function obtain(url: URL, options: SigningCertificatesOptions): Promise<Kept> {
  const text = await download(url, options);
  const certificate = parse(url, text);
  const name = certificate.toLegacyObject().subject.CN;
  const wanted = commonNames(url);
  if (typeof name !== 'string' || !wanted.includes(name)) {
    throw bad(url, `it was issued to ${JSON.stringify(name ?? null)}, not to ${wanted[0]}`);
  }
  const validToMs = certificate.validToDate.getTime();
  // One that begins later is no forgery: our clock is behind, which the intake says once the signature is right.
  if (options.now() > validToMs) {
    throw bad(url, `it is valid only from ${certificate.validFrom} to ${certificate.validTo}`);
  }
  return { publicKey: certificate.publicKey, validFromMs: certificate.validFromDate.getTime(), validToMs };
}

async function download(url: URL, options: SigningCertificatesOptions): Promise<string> {
  const get = options.fetch ?? fetch;
  try {
    return await within(options.timeoutMs ?? TIMEOUT_MS, undefined, async (signal) => {
      const response = await get(url, { redirect: 'manual', signal });
      if (response.status === 200) return await readAtMost(response, url);
      await response.body?.cancel();
      throw refusal(url, response.status);
    });
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const silent = cause instanceof DeadlineError;
    throw unavailable(url, silent ? `it did not answer within ${cause.ms / 1000} s` : 'the download failed', cause);
  }
}

function refusal(url: URL, status: number): AppError {
  // 3xx is refused, 4xx means that there is no such certificate (a forger's address); only 429 and 5xx can heal.
  return status === 429 || status >= 500
    ? unavailable(url, `the server answered with status ${status}`)
    : bad(url, `the server answered with status ${status}`);
}

async function readAtMost(response: Response, url: URL): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop early cancels the download.
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES) throw bad(url, `it is larger than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(url: URL, text: string): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch (cause) {
    throw bad(url, 'it is not an X.509 certificate', cause);
  }
}

/**
 * `sns.amazonaws.com` in the old regions; the others have names of their own, as the message manager of the AWS SDK for
 * Java lists them: `sns-signing.me-south-1.amazonaws.com`, `sns-cn-north-1.amazonaws.com.cn`, and for both GovCloud
 * regions `sns-us-gov-west-1.amazonaws.com`.
 */
function commonNames(url: URL): readonly string[] {
  const [, region, domain] = /^sns\.([a-z0-9-]+)\.(amazonaws\.(?:com|com\.cn|eu))$/.exec(url.hostname) ?? [];
  if (region === undefined || domain === undefined) return ['sns.amazonaws.com'];
  const own = [`sns.${domain}`, `sns-${region}.${domain}`, `sns-signing.${region}.${domain}`];
  return ['sns.amazonaws.com', ...own, ...(region.startsWith('us-gov-') ? ['sns-us-gov-west-1.amazonaws.com'] : [])];
}

function bad(url: URL, why: string, cause?: unknown): AppError {
  return new AppError('BAD_CERTIFICATE', `Refused the signing certificate from ${url.origin}: ${why}.`, { cause });
}

function unavailable(url: URL, why: string, cause?: unknown): AppError {
  return new AppError(
    'CERTIFICATE_UNAVAILABLE',
    `Could not fetch the signing certificate from ${url.origin}: ${why}.`,
    {
      cause,
      retry: 'later',
      hint: `Check that this host can reach ${url.origin}.`,
    },
  );
}
