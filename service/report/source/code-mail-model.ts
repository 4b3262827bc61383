import type { CodeLineModel, CodeModel } from './code-model.ts';

export interface MailCodeModel extends Omit<CodeModel, 'lines'> {
  /** `spaced`: with blanks that stay. */
  readonly lines: readonly (CodeLineModel & { readonly spaced: string })[];
  readonly plainLines: readonly string[];
}

/** Outlook draws one blank where there are many, and no row where there is no text. */
function spaced(text: string): string {
  return text.replace(/^ +| {2,}/g, (blanks) => '\u00a0'.repeat(blanks.length)) || '\u00a0';
}

export function mailCodeModel(code: CodeModel): MailCodeModel {
  const width = Math.max(...code.lines.map(({ number }) => String(number).length));
  const plainLines = code.lines.map(({ number, share, text, marked }) => {
    const heat = code.heat ? `${(share ?? '').padStart(7)} | ` : '| ';
    return `${marked ? '  > ' : '    '}${String(number).padStart(width)} ${heat}${text}`.trimEnd();
  });
  return { ...code, lines: code.lines.map((line) => ({ ...line, spaced: spaced(line.text) })), plainLines };
}
