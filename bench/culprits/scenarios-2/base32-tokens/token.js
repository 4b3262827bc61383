import { createHmac } from 'node:crypto';
import { encode } from './encoding/base32.js';

const KEY = Buffer.alloc(32, 7);

function claims({ user, roles, session }) {
  return { sub: user, exp: session.at + 3600, roles: roles.toSorted(), agent: session.agent };
}

/** The claims, filled up to a multiple of `padding` bytes. */
function payloadOf(login, padding) {
  const text = JSON.stringify(claims(login));
  return Buffer.from(text.padEnd(Math.ceil(text.length / padding) * padding));
}

export function issue(login, padding) {
  const payload = payloadOf(login, padding);
  const mac = createHmac('sha256', KEY).update(payload).digest();
  return `${encode(payload)}.${encode(mac.subarray(0, 16))}`;
}
