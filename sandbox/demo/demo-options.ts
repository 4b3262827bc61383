import { parseArgs } from 'node:util';

export const DEMO_HELP = `npm run demo [-- OPTION …]

  --once       ends after the first mailed report, which it leaves in demo-output/
  --no-flags   Node.js processes without flags: V8's own profiler alone knows the names
  --crowd      the burning machine is crowded: eight busy loops for each CPU, until the report is there
  --storm      meanwhile SSM throttles, the disk fills and the mail server hangs, one after the other
  --help       this text
`;

export interface DemoOptions {
  readonly once: boolean;
  readonly nodeFlags: boolean;
  readonly crowd: boolean;
  readonly storm: boolean;
}

/** Words of the command line, or what to say instead of a demo; throws what is wrong with them. */
export function readDemoOptions(words: readonly string[]): DemoOptions | 'help' {
  const { values } = parseArgs({
    args: [...words],
    options: {
      once: { type: 'boolean', default: false },
      'no-flags': { type: 'boolean', default: false },
      crowd: { type: 'boolean', default: false },
      storm: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  return { once: values.once, nodeFlags: !values['no-flags'], crowd: values.crowd, storm: values.storm };
}
