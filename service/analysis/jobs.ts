/** What is done in a worker thread: pure functions from plain data to plain data, without a store or a clock. */
import { type ExportFormat, exportProfile } from '../convert/export-profile.ts';
import type {
  Analysis,
  AnalyzeInput,
  MadeFile,
  RenderInput,
  StoredMail,
  WriteMailInput,
} from '../incidents/files/analysis-port.ts';
import { REPORT_FILE } from '../incidents/files/made-names.ts';
import { buildReport } from '../incidents/report-builder.ts';
import { planSource } from '../incidents/source/plan-source.ts';
import { GRAPH_WORDS } from '../report/graph-words.ts';
import { renderMail } from '../report/mail/render-mail.ts';
import { renderReportFile } from '../report/report-file.ts';
import { draw, type Rasterise, textFile } from './draw.ts';
import { ownBytes } from './hand-over.ts';
import { planConfirmation } from './plan-confirmation.ts';
import { type DecodeProfile, readSides } from './read-sides.ts';

/** What a thread needs from packages; tests put others in their place. */
export interface Tools {
  readonly decodeProfile: DecodeProfile;
  readonly rasterise: Rasterise;
}

export interface ExportInput {
  readonly capture: Uint8Array;
  readonly format: ExportFormat;
  readonly title: string;
}

/** Recordings → the report's data, its graphs, and what code to ask for. */
export async function analyze(tools: Tools, input: AnalyzeInput): Promise<Analysis> {
  const sides = await readSides(tools.decodeProfile, input.incident, input.captures);
  const { captures, hot, compared } = sides;
  const files = draw(tools.rasterise, input.incident, sides);
  const made = files.map(({ name, content }) => ({ name, bytes: content.length }));
  const report = buildReport({
    incident: input.incident,
    captures,
    hot,
    differential: compared?.differential ?? null,
    files: [...input.files, ...made],
    nowMs: input.nowMs,
  });
  const source = input.planSource && compared ? planSource({ ...compared, findings: report.findings }) : null;
  const confirmation = input.planConfirmation && compared ? planConfirmation(compared.hot, report.findings) : undefined;
  const asked = confirmation === undefined ? report : { ...report, confirmation };
  return { report: asked, source, files, bugs: sides.bugs };
}

/** The same recordings → the same graphs, byte for byte, and the report file. */
export async function render(tools: Tools, { incident, captures, report }: RenderInput): Promise<readonly MadeFile[]> {
  const files = draw(tools.rasterise, incident, await readSides(tools.decodeProfile, incident, captures));
  if (report === null) return files;
  const svgs = Object.fromEntries(
    GRAPH_WORDS.flatMap(([name]) => {
      const file = files.find((made) => made.name === `${name}.svg`);
      return file ? [[name, new TextDecoder().decode(file.content)]] : [];
    }),
  );
  const html = renderReportFile(report.data, { svgs, source: report.source });
  return [...files, textFile(REPORT_FILE, html)];
}

const ALTERNATIVE_TEXT = {
  hot: 'Flame graph of the hot instance',
  healthy: 'Flame graph of the healthy instance',
  programs: 'Flame graph of the other programs of the hot instance',
  differential: 'Differential flame graph: what uses more CPU on the hot instance than on the healthy one',
} as const;

export function writeMail({ report, source, pictures, pageUrl, excerpts, seen }: WriteMailInput): StoredMail {
  const shown = pictures.map((name) => ({ name, cid: `${name}@smokejumper`, alt: ALTERNATIVE_TEXT[name] }));
  return renderMail(report, { pageUrl, pictures: shown, source, excerpts, seen });
}

export async function exportCapture(tools: Tools, { capture, format, title }: ExportInput): Promise<Uint8Array> {
  const pieces = exportProfile(await tools.decodeProfile(capture), format, title);
  return ownBytes(
    Buffer.concat(Array.from(pieces, (piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece))),
  );
}
