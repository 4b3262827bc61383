/** A file that the incident had and that cannot be had now: a page in words, not an internal error. */
import assert from 'node:assert/strict';
import test from 'node:test';
import express, { type ErrorRequestHandler } from 'express';
import { pagesRouter } from '../../service/http/pages/router.ts';
import { AppError } from '../../service/shared/errors.ts';
import { fakeQueries } from '../support/fake-queries.ts';
import { completeReport, incidentView } from '../support/sample-report.ts';
import { serveApp } from '../support/serve-app.ts';

const ID = completeReport.incidentId;
const capture = completeReport.captures.find(({ role }) => role === 'hot')?.captureId;

/** Files, recordings and exports that all fail as this says. */
async function serve(error: Error): Promise<{ file: string; recording: string; export: string }> {
  const fail = async () => {
    throw error;
  };
  const whole = fakeQueries([incidentView(completeReport)], {
    [`${capture}.capture.gz`]: { contentType: 'application/gzip', text: 'gz' },
  });
  const failure: ErrorRequestHandler = (_error, _req, res, _next) => res.sendStatus(500);
  const serveWith = (queries: typeof whole) =>
    serveApp(
      express()
        .use(
          pagesRouter({
            queries,
            version: '0.1.0',
            exportCapture: fail,
            publicUrl: () => 'https://smokejumper.example',
            now: Date.now,
          }),
        )
        .use(failure),
    );
  const lost = await serveWith({ ...whole, file: fail, recording: fail });
  return {
    file: `${lost}/incidents/${ID}/files/hot.svg`,
    recording: `${lost}/incidents/${ID}/exports/hot.folded`,
    export: `${await serveWith(whole)}/incidents/${ID}/exports/hot.pb.gz`,
  };
}

for (const [code, status, heading] of [
  ['RECORDING_GONE', 404, 'Not found'],
  ['ARTIFACT_MISSING', 404, 'Not found'],
  ['ANALYSIS_BUSY', 503, 'Not now'],
  ['ANALYSIS_OUT_OF_MEMORY', 503, 'Not now'],
  ['INTERRUPTED', 503, 'Not now'],
] as const) {
  test(`${code} is a page of status ${status} that says what happened and what to do`, async () => {
    const addresses = await serve(new AppError(code, 'The recording of <i-1> is gone.', { hint: 'Restore it.' }));
    for (const [what, address] of Object.entries(addresses)) {
      const answer = await fetch(address);
      assert.equal(answer.status, status, what);
      assert.match(answer.headers.get('content-type') ?? '', /^text\/html/);
      assert.equal(answer.headers.get('content-disposition'), null);
      assert.doesNotMatch(answer.headers.get('etag') ?? '', /pprof|folded/, 'that of the page, not that of the file');
      const page = await answer.text();
      assert.match(page, new RegExp(`<h1>${heading}</h1>`));
      assert.match(page, /The recording of &lt;i-1&gt; is gone\. Restore it\./);
    }
  });
}

test('another fault of ours is none of the file', async () => {
  for (const error of [new TypeError('a bug'), new AppError('DATABASE_DAMAGED', 'It is damaged.')]) {
    for (const address of Object.values(await serve(error))) assert.equal((await fetch(address)).status, 500);
  }
});
