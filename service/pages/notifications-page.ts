import type { Notification } from '../incidents/notification.ts';
import type { Page } from '../incidents/store-port.ts';
import { compile } from '../report/templates.ts';
import { NOTIFICATIONS_TABLE, type NotificationModel, notificationModel } from './incident-words.ts';
import { navOf, type PageAssets, type PageShellModel, pageShell } from './page-shell.ts';
import { PAGER, type PagerModel, pagerModel } from './pager.ts';

export interface NotificationsPageInput {
  readonly page: Page<Notification>;
  readonly assets: PageAssets;
}

interface NotificationsModel extends PageShellModel {
  readonly notifications: readonly NotificationModel[];
  readonly pager: PagerModel;
}

const render = compile<NotificationsModel>(
  pageShell(`
<h1>Notifications</h1>
<p class="lead">Why did it fire, or why not? Each message that reached <code>/sns</code> is listed with its reason.</p>
{{#if notifications.length}}${NOTIFICATIONS_TABLE}${PAGER}{{else}}\
<div class="card empty">{{#if pager.isNeeded}}There is nothing older.{{else}}Nothing has arrived yet.{{/if}}</div>\
{{#if pager.isNeeded}}${PAGER}{{/if}}{{/if}}
<section aria-label="Legend"><details class="legend"><summary>What the outcomes mean</summary><dl class="known">
<dt>accepted</dt><dd>An alarm that opened an incident: the hot instance and a healthy peer are profiled.</dd>
<dt>attached</dt><dd>The alarm belongs to an incident that is already open.</dd>
<dt>closed</dt><dd>The alarm is OK again; its incident is over.</dd>
<dt>confirmed</dt><dd>The topic's subscription was confirmed.</dd>
<dt>throttled</dt><dd>A valid alarm beyond the limits or within the cooldown: noted, but not profiled.</dd>
<dt>duplicate</dt><dd>SNS delivers at least once; this message was seen before.</dd>
<dt>ignored</dt><dd>Nothing to do, for the reason given.</dd>
<dt>rejected</dt><dd>Unreadable, or not proven to come from a trusted topic.</dd>
</dl></details></section>`),
);

/** `/notifications`: the notification log. */
export function renderNotificationsPage(input: NotificationsPageInput): string {
  return render({
    title: 'Notifications, Smokejumper',
    assets: input.assets,
    nav: navOf('/notifications'),
    live: `${input.page.total ?? ''} ${input.page.rows[0]?.id ?? ''}`,
    notifications: input.page.rows.map(notificationModel),
    pager: pagerModel('/notifications', {}, input.page),
  });
}
