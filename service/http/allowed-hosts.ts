import { isIP } from 'node:net';
import type { RequestHandler } from 'express';

/**
 * A page of somebody else can point its own name at our address (DNS rebinding); for the browser both are then one
 * site, and the page may read every report here. What gives it away is the name in `Host`. An address instead of a name
 * cannot be rebound, and no stranger owns a name below `localhost`.
 *
 * Not for `/sns` (says nothing to anybody, and an alarm must not be lost for the name in a subscription), `/healthz`
 * and `/readyz` (balancers ask under whatever name they were given, and an answer that shuts the service out is worse
 * than one that is read by strangers). `/metrics` is: it counts incidents, and who scrapes can be told a name.
 */
export function allowedHosts(names: readonly string[]): RequestHandler {
  return (req, res, next) => {
    // Never X-Forwarded-Host, as `req.host` might: a page may set it.
    const host = hostName(req.headers.host);
    if (host === undefined || isAllowed(host, names)) return next();
    res
      .status(421)
      .type('text')
      .send(
        `This service does not go by the name ${JSON.stringify(host.slice(0, 100))}. ` +
          'If it should, add the name to HTTP_HOSTS, or set PUBLIC_URL.\n',
      );
  };
}

/** Without port, in lower case; undefined where there is none (HTTP/1.0: no browser). */
function hostName(header: string | undefined): string | undefined {
  if (header === undefined || header === '') return undefined;
  const bracketed = /^\[([^\]]*)\](?::\d*)?$/.exec(header)?.[1];
  return bracketed ?? header.replace(/:\d*$/, '').replace(/\.$/, '').toLowerCase();
}

function isAllowed(host: string, names: readonly string[]): boolean {
  if (isIP(host) !== 0 || host === 'localhost' || host.endsWith('.localhost')) return true;
  return names.some((name) => (name.startsWith('*.') ? host.endsWith(name.slice(1)) : host === name));
}
