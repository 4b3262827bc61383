import { createHash } from 'node:crypto';
import type { IncidentView } from '../../service/incidents/incident-view.ts';
import type { Notification } from '../../service/incidents/notification.ts';
import type { IncidentQueries } from '../../service/incidents/queries.ts';
import type { Page } from '../../service/incidents/store-port.ts';
import { recordings } from '../../service/report/recordings.ts';

type FakeFile = { readonly contentType: string } & ({ readonly text: string } | { readonly bytes: Uint8Array });

/** The first page of a list, without links. */
export function onePage<Row>(rows: readonly Row[], limit = rows.length): Page<Row> {
  return { rows: rows.slice(0, limit), total: rows.length, older: null, newer: null, searched: null };
}

/** Incidents in memory, with the files given; newest first as in the store. */
export function fakeQueries(
  views: readonly IncidentView[],
  files: Readonly<Record<string, FakeFile>> = {},
  notifications: readonly Notification[] = views.flatMap((view) => view.notifications),
): IncidentQueries {
  const contents = Object.entries(files).map(([name, file]) => {
    const content = 'bytes' in file ? file.bytes : new TextEncoder().encode(file.text);
    const hash = createHash('sha256').update(content).digest('hex');
    return { name, content, contentType: file.contentType, hash };
  });
  const find = (id: string) => views.find((view) => view.id === id);
  return {
    async list({ text = '', group, state, limit }) {
      const rows = views.filter(
        (view) =>
          (group === undefined || view.group === group) &&
          (state !== 'burning' || (view.closedAtMs === null && !['throttled', 'lapsed'].includes(view.state))) &&
          `${view.alarmName} ${view.headline} ${view.hotInstance} ${view.id}`.includes(text),
      );
      return onePage(rows, limit);
    },
    view: async (id) => find(id),
    pruned: async () => undefined,
    file: async (id, name) => (find(id) ? contents.find((file) => file.name === name) : undefined),
    files: async (id) => (find(id) ? contents.map(({ name, content }) => ({ name, bytes: content.length })) : []),
    async recording(id, name) {
      const report = find(id)?.report;
      const recording = report && recordings(report).find((known) => known.name === name);
      const file = recording && contents.find((known) => known.name === `${recording.captureId}.capture.gz`);
      return recording && file ? { ...recording, file } : undefined;
    },
    notifications: async ({ limit }) => onePage(notifications, limit),
    mutes: async () => [],
    labels: async () => [],
    operations: async () => [],
    functionHistory: async () => undefined,
    groupHistory: async () => undefined,
    baseline: async () => undefined,
    baselines: async () => [],
    groups: async () => [...new Set(views.flatMap((view) => (view.group === null ? [] : [view.group])))].sort(),
  };
}
