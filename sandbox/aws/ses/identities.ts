import { AwsFault } from '../aws-fault.ts';

/** Who an account may write as, and to whom. */
export interface SesIdentities {
  /** Addresses and domains; a domain covers its subdomains. */
  readonly verified: readonly string[];
  /** The account is still in SES's own sandbox: whoever it writes to must be verified, too. */
  readonly sandboxed: boolean;
}

/** Throws `MessageRejected`, as SES does, with all addresses that are not verified. */
export function checkIdentities(
  { verified, sandboxed }: SesIdentities,
  from: string,
  to: readonly string[],
  region: string,
): void {
  const known = verified.map((identity) => identity.toLowerCase());
  const failed = [from, ...(sandboxed ? to : [])].filter((address) => !isCovered(known, address));
  if (failed.length === 0) return;
  throw new AwsFault(
    'MessageRejected',
    `Email address is not verified. The following identities failed the check in region ${region.toUpperCase()}: ` +
      failed.join(', '),
  );
}

function isCovered(verified: readonly string[], address: string): boolean {
  const bare = bareAddress(address).toLowerCase();
  const domain = bare.slice(bare.lastIndexOf('@') + 1);
  return verified.some((identity) => identity === bare || domain === identity || domain.endsWith(`.${identity}`));
}

/** `Name <a@b>` → `a@b` */
export function bareAddress(text: string): string {
  return (/<([^<>]*)>/.exec(text)?.[1] ?? text).trim();
}
