import { GetDocumentCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { ScriptCall } from '../capture/script-call.ts';
import { AppError } from '../shared/errors.ts';
import { callAws } from './call.ts';
import { awsErrorName } from './errors.ts';

/** The SSM document that runs what we ask for. */
export interface SentDocument {
  readonly name: string;
  /** What its parameters are for a call; the time limit comes in `executionTimeout`. */
  parameters(call: ScriptCall): Readonly<Record<string, string>>;
  /** Is this content of the document the one we count on? Null where AWS made it. */
  readonly holds: ((content: string) => boolean) | null;
}

/** A document that was right is not read again for so long: 40 KB for each command would be much. */
const TRUSTED_MS = 300_000;

export function documentMissing({ name, holds }: SentDocument, cause: unknown): AppError {
  return new AppError('SSM_DOCUMENT_MISSING', `There is no SSM document ${name} in this region and account.`, {
    cause,
    hint:
      holds === null
        ? 'Check SSM_DOCUMENT.'
        : 'Create it: `smokejumper script document` prints it, and the command that does so. Or check SSM_DOCUMENT.',
  });
}

export function documentChanged({ name }: SentDocument, cause?: unknown): AppError {
  return new AppError('SSM_DOCUMENT_CHANGED', `The SSM document ${name} is not the one of this release.`, {
    cause,
    hint: 'Update it: `smokejumper script document` prints it, and the command that does so.',
  });
}

/**
 * Reads the document, as far as it is one of ours. Throws `SSM_DOCUMENT_MISSING`, `SSM_DOCUMENT_CHANGED`, or what
 * keeps us from reading it.
 */
export async function checkDocument(
  ssm: SSMClient,
  document: SentDocument,
  limits: { readonly ms?: number | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<void> {
  if (document.holds === null) return;
  const doing = `Reading the SSM document ${document.name}`;
  const meaning = (cause: unknown) => {
    const name = awsErrorName(cause);
    return name === 'InvalidDocument' || name === 'InvalidDocumentVersion'
      ? documentMissing(document, cause)
      : undefined;
  };
  const call = { code: 'SSM_DOCUMENT_UNREADABLE', doing, api: 'GetDocument', meaning, ...limits };
  const get = new GetDocumentCommand({ Name: document.name, DocumentVersion: '$LATEST', DocumentFormat: 'JSON' });
  const { Content = '' } = await callAws(call, (sending) => ssm.send(get, sending));
  if (!document.holds(Content)) throw documentChanged(document);
}

/** The same before a command, now and then. Where it cannot be read, SSM still checks the version. */
export function createDocumentCheck(
  ssm: SSMClient,
  document: SentDocument,
  ms?: number,
): (signal?: AbortSignal) => Promise<void> {
  let trustedUntil = Number.NEGATIVE_INFINITY;
  return async (signal) => {
    if (performance.now() < trustedUntil) return;
    try {
      await checkDocument(ssm, document, { ms, signal });
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'SSM_DOCUMENT_UNREADABLE' || signal?.aborted) throw error;
    }
    trustedUntil = performance.now() + TRUSTED_MS;
  };
}
