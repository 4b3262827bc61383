import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type HttpReply, sendReply } from '../aws/http-message.ts';
import { html, htmlPage, type SafeHtml } from '../aws/pages/html.ts';
import type { FireControl } from './fire-control.ts';
import { FIRES, type Fire } from './fires.ts';

const REFRESH_SECONDS = 3;
const NOT_FOUND: HttpReply = { status: 404, headers: {}, body: 'There is no such page.\n' };

export interface ControlPageDeps {
  readonly control: FireControl;
  /** What somebody may want to look at: label and address. */
  readonly links: readonly (readonly [label: string, url: string])[];
  readonly fail: (error: unknown) => void;
  readonly signal: AbortSignal;
}

export interface ControlPage {
  readonly url: string;
  close(): Promise<void>;
}

/** Buttons to light fires and put them out, on a port of 127.0.0.1. */
export async function startControlPage(deps: ControlPageDeps): Promise<ControlPage> {
  const server = createServer((request, response) => answer(request, response, deps));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, close: () => closed(server) };
}

function answer(request: IncomingMessage, response: ServerResponse, deps: ControlPageDeps): void {
  request.resume();
  const method = request.method ?? 'GET';
  sendReply(response, method, reply(request, deps));
}

function reply(request: IncomingMessage, deps: ControlPageDeps): HttpReply {
  const own = /^(127\.0\.0\.1|localhost):\d+$/.test(request.headers.host ?? '');
  if (!own) return { status: 421, headers: {}, body: 'This is not the host you asked for.\n' };
  if (request.method === 'GET' && request.url === '/') return page(deps);
  if (request.method !== 'POST') return NOT_FOUND;
  // A page of elsewhere may send forms here; browsers say where they come from.
  if (request.headers.origin !== `http://${request.headers.host}`)
    return { status: 403, headers: {}, body: 'Only the buttons of this page do this.\n' };
  const action = actionOf(request.url ?? '', deps);
  if (action === undefined) return NOT_FOUND;
  action().catch(deps.fail);
  return { status: 303, headers: { location: '/' }, body: '' };
}

function actionOf(path: string, { control, signal }: ControlPageDeps): (() => Promise<void>) | undefined {
  if (path === '/out') return () => control.extinguish();
  if (path === '/move') return () => control.move(signal);
  const fire = FIRES.find(({ id }) => path === `/fires/${id}`);
  return fire && (() => control.ignite(fire, signal));
}

function page({ control, links }: ControlPageDeps): HttpReply {
  const { burning, busy } = control;
  const state = burning === null ? 'Nothing burns.' : `${burning.fire.title}, on ${burning.instanceId}.`;
  const fires = FIRES.map(fireRow);
  const body = html`<p>${busy === null ? state : `${state} Now ${busy}.`}</p>
<p>${button('/out', 'Put the fire out')} ${button('/move', 'Burn the next instance')}</p>
<h2>Faults</h2>
${fires}
<h2>What to look at</h2>
<ul>${links.map(([label, url]) => html`<li><a href="${url}">${label}</a></li>`)}</ul>`;
  return htmlPage('Fire control', body, { refreshSeconds: REFRESH_SECONDS, forms: true });
}

function fireRow({ id, title, expect }: Fire): SafeHtml {
  return html`<p>${button(`/fires/${id}`, title)} <span class="quiet">${expect}</span></p>`;
}

function button(action: string, label: string): SafeHtml {
  return html`<form method="post" action="${action}"><button>${label}</button></form>`;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
