import type { Request, Response } from 'express';
import { readName } from '../../incidents/triage/change.ts';

const COOKIE = 'smokejumper-name';
const YEAR_SECONDS = 31_536_000;

/** The name that somebody typed once; null where he did not, or where what the browser sends is none. */
export function nameOf(req: Request): string | null {
  const pairs = (req.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const value = pairs.find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
  if (value === undefined) return null;
  try {
    return readName(decodeURIComponent(value));
  } catch {
    return null;
  }
}

/** Lax: it has to come along when somebody follows the link of a mail. It proves nothing, and protects nothing. */
export function setName(req: Request, res: Response, name: string): void {
  const secure = req.secure ? '; Secure' : '';
  const value = encodeURIComponent(name);
  res.append('Set-Cookie', `${COOKIE}=${value}; Path=/; Max-Age=${YEAR_SECONDS}; HttpOnly; SameSite=Lax${secure}`);
}
