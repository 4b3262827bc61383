// Hosts report whether their settings are as wanted. FAULT: every host is compared again when one of them reports.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { drift } from './drift.js';

const random = seededRandom(518);
const pick = (n) => Math.floor(random() * n);
const comparesAll = process.env.FAULT === '1';

const wanted = Object.fromEntries(
  ['network', 'storage', 'users', 'logging', 'time'].map((part) => [
    part,
    Object.fromEntries(
      ['primary', 'backup', 'limits'].map((name) => [
        name,
        { enabled: true, level: 3, owner: 'root', path: `/etc/${part}/${name}`, retries: 5 },
      ]),
    ),
  ]),
);
const hosts = new Map();
for (let i = 0; i < 110; i++) {
  const found = structuredClone(wanted);
  found.network.limits.level = pick(3);
  if (pick(3) === 0) found.users.backup.extra = 'yes';
  hosts.set(`host-${i}`, found);
}

function report(body, response) {
  const { host, time } = JSON.parse(body);
  hosts.get(host).time.primary = time;
  const names = comparesAll ? [...hosts.keys()] : [host];
  let changed = 0;
  for (const name of names) changed += drift(wanted, hosts.get(name), '', []).length;
  response.end(JSON.stringify({ host, compared: names.length, changed }));
}

serveUnderLoad({
  rate: 90,
  handler: report,
  nextBody: () => JSON.stringify({ host: `host-${pick(110)}`, time: { enabled: true, level: pick(5), owner: 'root' } }),
});
