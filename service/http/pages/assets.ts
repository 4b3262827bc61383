import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Router } from 'express';
import { COMPARE_STYLE } from '../../pages/compare/compare-style.ts';
import type { PageAssets } from '../../pages/page-shell.ts';
import { PROGRESS_STYLE } from '../../pages/progress/progress-style.ts';
import { pageScript } from '../../pages/scripts/bundle.generated.ts';
import { SETUP_STYLE } from '../../pages/setup/setup-style.ts';
import { TRIAGE_STYLE } from '../../pages/triage/triage-style.ts';
import { STYLESHEET } from '../../report/style/stylesheet.ts';
import { securityHeaders } from './answer.ts';

interface Asset {
  readonly href: string;
  readonly type: string;
  readonly content: string;
}

const ICON = join(import.meta.dirname, '../../pages/scripts/icon.svg');

/** The hash in the name lets browsers keep an asset for ever and still see a new release at once. */
function asset(name: string, type: string, content: string): Asset {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
  return { href: `/assets/${name.replace('.', `.${hash}.`)}`, type: `${type}; charset=utf-8`, content };
}

/** The addresses for the templates, and the route that serves them. */
export function pageAssets(version: string): { readonly assets: PageAssets; readonly router: Router } {
  const styles = [STYLESHEET, TRIAGE_STYLE, PROGRESS_STYLE, SETUP_STYLE, COMPARE_STYLE];
  const style = asset('style.css', 'text/css', styles.join(''));
  const script = asset('page.js', 'text/javascript', pageScript);
  const icon = asset('icon.svg', 'image/svg+xml', readFileSync(ICON, 'utf8'));
  // What a request asks for is looked up among these, never on the disk.
  const byHref = new Map([style, script, icon].map((file) => [file.href, file]));
  const router = Router();
  router.get('/assets/:name', (req, res, next) => {
    const file = byHref.get(`/assets/${req.params.name}`);
    if (!file) return next();
    // The icon has its own styles.
    securityHeaders(res, "default-src 'none'; style-src 'unsafe-inline'")
      .set('Cache-Control', 'public, max-age=31536000, immutable')
      .type(file.type)
      .send(file.content);
  });
  return {
    assets: { style: style.href, script: script.href, icon: icon.href, version },
    router,
  };
}
