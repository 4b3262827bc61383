import { createHash } from 'node:crypto';
import type { IncidentQueries } from '../../service/incidents/queries.ts';
import type { IncidentView, NotificationView } from '../../service/report/incident-view.ts';

/** Incidents in memory, with the files given; newest first as in the store. */
export function fakeQueries(
  views: readonly IncidentView[],
  files: Readonly<Record<string, { readonly contentType: string; readonly text: string }>> = {},
  notifications: readonly NotificationView[] = views.flatMap((view) => view.notifications),
): IncidentQueries {
  const contents = Object.entries(files).map(([name, file]) => {
    const content = new TextEncoder().encode(file.text);
    const hash = createHash('sha256').update(content).digest('hex');
    return { name, content, contentType: file.contentType, hash };
  });
  const find = (id: string) => views.find((view) => view.id === id);
  return {
    list({ text = '', group, limit, offset }) {
      const rows = views.filter(
        (view) =>
          (group === undefined || view.group === group) &&
          `${view.alarmName} ${view.headline} ${view.hotInstance} ${view.id}`.includes(text),
      );
      return { rows: rows.slice(offset, offset + limit), total: rows.length };
    },
    view: find,
    file: (id, name) => (find(id) ? contents.find((file) => file.name === name) : undefined),
    files: (id) => (find(id) ? contents.map(({ name, content }) => ({ name, bytes: content.length })) : []),
    notifications: ({ limit, offset }) => ({
      rows: notifications.slice(offset, offset + limit),
      total: notifications.length,
    }),
    groups: () => [...new Set(views.flatMap((view) => (view.group === null ? [] : [view.group])))].sort(),
  };
}
