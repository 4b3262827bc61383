import { existsSync } from 'node:fs';
import { after } from 'node:test';
import { type Browser, chromium } from 'playwright-core';

const PATHS = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const CHROMIUM = PATHS.find((path) => path !== undefined && existsSync(path));

/** For `test(…, { skip })`: says loudly what is missing. */
export const SKIP_BROWSER = CHROMIUM === undefined ? 'chromium is not installed (apt-get install chromium)' : false;

/** Headless Chromium that asks nothing of the network; closed when the test file ends. */
export async function openBrowser(further: readonly string[] = []): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: CHROMIUM ?? '',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...further,
    ],
  });
  after(() => browser.close());
  return browser;
}
