/** Script time of the viewer in chromium: until the first picture, and for zooms. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type CDPSession, chromium, type Page } from 'playwright-core';
import { loadProfile } from '../../service/convert/load-profile.ts';
import { prepareProfile } from '../../service/flamegraph/flame-data.ts';
import { profileSvg } from '../../service/flamegraph/profile-svg.ts';

const PATHS = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const FRAMES = 100_000;
const RUNS = 5;

/** The stacks of `folded` under as many tenants as make 100,000 frames, the last one in part. */
async function largeGraph(folded: string): Promise<{ path: string; frames: number }> {
  const lines = readFileSync(folded, 'utf8').trimEnd().split('\n');
  const wide = join(dirname(folded), 'browser.folded');
  let frames = 0;
  for (let tenths = 10; frames < FRAMES; tenths++) {
    const parts = Array.from({ length: Math.ceil(tenths / 10) }, (_, tenant) =>
      lines
        .slice(0, Math.ceil((lines.length * Math.min(10, tenths - tenant * 10)) / 10))
        .map((line) => line.replace(';', `;tenant_${tenant};`))
        .join('\n'),
    );
    writeFileSync(wide, `${parts.join('\n')}\n`);
    frames = prepareProfile(await loadProfile(wide)).tree.length;
  }
  const path = join(dirname(folded), 'browser.svg');
  writeFileSync(path, profileSvg(await loadProfile(wide), { title: 'bench' }));
  return { path, frames };
}

async function scriptMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? Number.NaN) * 1000;
}

/** Two frames later all work of the click is done, what it put off included. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(
    'new Promise((done) => requestAnimationFrame(() => setTimeout(() => requestAnimationFrame(() => setTimeout(done)))))',
  );
}

function median(values: number[]): string {
  return `${(values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN).toFixed(0)} ms`;
}

/** Prints a table. Skipped loudly without chromium. */
export async function measureInBrowser(folded: string): Promise<void> {
  const executablePath = PATHS.find((path) => path !== undefined && existsSync(path));
  if (executablePath === undefined) {
    console.error('chromium was not found: set CHROMIUM');
    return;
  }
  const { path, frames } = await largeGraph(folded);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  const marks = { read: [] as number[], paint: [] as number[], zoom: [] as number[] };
  const [paints, zooms]: [number[], number[]] = [[], []];
  for (let run = 0; run < RUNS; run++) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    await page.goto(pathToFileURL(path).href);
    await page.waitForSelector('svg.graph [aria-label]');
    await settled(page);
    paints.push(await scriptMs(session));
    for (const key of ['ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowUp']) {
      await page.keyboard.press(key);
      await page.keyboard.press('Enter');
      const before = await scriptMs(session);
      await page.keyboard.press('0');
      await settled(page);
      zooms.push((await scriptMs(session)) - before);
    }
    for (const [name, list] of Object.entries(marks)) {
      list.push(
        ...(await page.evaluate<number[]>(
          `performance.getEntriesByName("smokejumper:${name}").map((entry) => entry.duration)`,
        )),
      );
    }
    await page.close();
  }
  await browser.close();
  console.log(`\n### Viewer in chromium, ${frames} frames\n\n| | script |\n| --- | --- |`);
  console.log('| the picture without script is there | 0 ms |');
  console.log(`| first task: the whole tree is read | ${median(marks.read)} |`);
  console.log(`| second task: it is drawn | ${median(marks.paint)} |`);
  console.log(`| all script until tables and names are there, too | ${median(paints)} |`);
  console.log(`| a zoom or step is drawn | ${median(marks.zoom)} |`);
  console.log(`| back to the whole graph, with tables and names | ${median(zooms)} |`);
}
