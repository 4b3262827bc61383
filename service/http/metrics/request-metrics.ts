import type { RequestHandler } from 'express';
import type { Family } from './prometheus-text.ts';

/** First part of the path → what is asked for; a label must not grow with what strangers type. */
const ROUTES: Readonly<Record<string, string>> = {
  '': 'pages',
  incidents: 'pages',
  notifications: 'pages',
  sns: 'sns',
  api: 'api',
  assets: 'assets',
  speedscope: 'speedscope',
  healthz: 'health',
  readyz: 'health',
  metrics: 'health',
};

/** Counts answers by kind of route and status. */
export class RequestMetrics {
  private readonly counts = new Map<string, number>();

  readonly count: RequestHandler = (req, res, next) => {
    const route = routeOf(req.path);
    res.once('finish', () => {
      const key = `${route} ${res.statusCode}`;
      this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    });
    next();
  };

  families(): Family[] {
    return [
      {
        name: 'smokejumper_http_requests_total',
        help: 'Requests answered, by route and status.',
        type: 'counter',
        samples: [...this.counts].map(([key, value]) => {
          const [route = '', status = ''] = key.split(' ');
          return { labels: { route, status }, value };
        }),
      },
    ];
  }
}

function routeOf(path: string): string {
  const [, first = '', , third] = path.split('/');
  if (first === 'incidents' && third !== undefined) return third === 'exports' ? 'exports' : 'files';
  return Object.hasOwn(ROUTES, first) ? (ROUTES[first] ?? 'other') : 'other';
}
