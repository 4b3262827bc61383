/** Script time of the viewer in chromium: until the first picture, and for zooms. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type CDPSession, chromium, type Page } from 'playwright-core';
import { loadProfile } from '../../service/convert/load-profile.ts';
import { prepareProfile } from '../../service/flamegraph/data/flame-data.ts';
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

/** Two frames and two tasks later all work of a key is done, what it put off included. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(
    'new Promise((done) => requestAnimationFrame(() => setTimeout(() => ' +
      'requestAnimationFrame(() => setTimeout(() => setTimeout(done))))))',
  );
}

/** Durations that the viewer measured since the last time. */
async function measured(page: Page, name: 'start' | 'paint' | 'zoom'): Promise<number[]> {
  return page.evaluate<number[]>(
    `(() => { const found = performance.getEntriesByName("smokejumper:${name}").map((entry) => entry.duration);
      performance.clearMeasures("smokejumper:${name}"); return found; })()`,
  );
}

function median(values: number[]): string {
  return `${(values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN).toFixed(0)} ms`;
}

/** The work of one key until all is drawn that it changes. */
async function pressed(page: Page, session: CDPSession, key: string): Promise<number> {
  const before = await scriptMs(session);
  await page.keyboard.press(key);
  await settled(page);
  return (await scriptMs(session)) - before;
}

/** Long enough for a start on a slow machine; to ask the page whether it is ready would itself be script. */
const START_MS = 3000;

/** Prints a table. Skipped loudly without chromium. */
export async function measureInBrowser(folded: string): Promise<void> {
  const executablePath = PATHS.find((path) => path !== undefined && existsSync(path));
  if (executablePath === undefined) {
    console.error('Chromium was not found: set CHROMIUM.');
    return;
  }
  const { path, frames } = await largeGraph(folded);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  const took = { task: [], paint: [], all: [], zoom: [], whole: [], reverse: [], sandwich: [] } as Record<
    string,
    number[]
  >;
  for (let run = 0; run < RUNS; run++) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const session = await page.context().newCDPSession(page);
    // Time of the page's own thread: what else the machine does is not the viewer's work.
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    await page.goto(pathToFileURL(path).href);
    await page.waitForTimeout(START_MS);
    took.all?.push(await scriptMs(session));
    took.task?.push(Math.max(...(await measured(page, 'start'))));
    took.paint?.push(...(await measured(page, 'paint')));
    for (const key of ['ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowUp']) {
      await page.keyboard.press(key);
      await page.keyboard.press('Enter');
      took.whole?.push(await pressed(page, session, '0'));
    }
    took.zoom?.push(...(await measured(page, 'zoom')));
    took.reverse?.push(await pressed(page, session, 'r'));
    await pressed(page, session, '0');
    took.sandwich?.push(await pressed(page, session, 's'));
    await page.close();
  }
  await browser.close();
  const of = (name: string): string => median(took[name] ?? []);
  console.log(`\n### Viewer in chromium, ${frames} frames\n\n| | script |\n| --- | --- |`);
  console.log('| the picture without script is there | 0 ms |');
  console.log(`| then the tree is read, in three tasks; the longest | ${of('task')} |`);
  console.log(`| the graph is drawn | ${of('paint')} |`);
  console.log(`| all script until tables and names are there too, CPU time | ${of('all')} |`);
  console.log(`| a zoom or step is drawn | ${of('zoom')} |`);
  console.log(`| back to the whole graph, with names and tables, CPU time | ${of('whole')} |`);
  console.log(`| the reverse view, made and drawn, with names and tables, CPU time | ${of('reverse')} |`);
  console.log(`| the sandwich of the function with the most self time, likewise | ${of('sandwich')} |`);
}
