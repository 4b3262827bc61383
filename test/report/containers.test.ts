import assert from 'node:assert/strict';
import test from 'node:test';
import { renderMail } from '../../service/report/mail/render-mail.ts';
import type { ReportData } from '../../service/report/report-data.ts';
import { renderReportFile } from '../../service/report/report-file.ts';
import { dangers, inspectHtml } from '../support/inspect-html.ts';
import { completeReport } from '../support/sample-report.ts';

function inContainer(container: string): ReportData {
  return {
    ...completeReport,
    findings: completeReport.findings.map((finding) => ({ ...finding, container })),
    captures: completeReport.captures.map((capture) => ({
      ...capture,
      processes: [1, 2].map((pid) => ({ pid, name: 'server.js', cpuSeconds: 1, container })),
    })),
  };
}

const mail = (data: ReportData) => renderMail(data, { pageUrl: 'https://smokejumper.example/1', pictures: [] });

test('a finding says in which container it is, and the captures which containers were recorded', () => {
  const web = 'web (image shop/web:41, pod shop/web-7f9c)';
  const { html, text } = mail(inContainer(web));
  const page = renderReportFile(inContainer(web), { svgs: {} });
  for (const seen of [inspectHtml(html).text, text, inspectHtml(page).text]) {
    assert.ok(seen.includes(`in container ${web}`), seen);
    assert.ok(seen.includes(`${web}: 1, 2`), seen);
  }
});

test('without containers nothing is said of them; names of containers that are markup stay text', () => {
  assert.doesNotMatch(mail(completeReport).text, /container/i);
  const { html } = mail(inContainer('<script>alert(1)</script>"'));
  assert.deepEqual(dangers(inspectHtml(html)), []);
});
