import type { Context } from '../context.ts';
import type { BucketStore } from '../s3/bucket-store.ts';
import type { OutputKeeper } from './agent.ts';

const STEP = 'awsrunShellScript/0.awsrunShellScript';

/** Writes the whole output of commands that name a bucket to S3, as the agent does: only what is not empty. */
export function keepOutput(buckets: BucketStore, context: Context): OutputKeeper {
  return (command, invocation, outcome) => {
    const { outputBucket, outputPrefix } = command;
    if (outputBucket === undefined || !buckets.names().includes(outputBucket)) return;
    const folder = `${outputPrefix === '' ? '' : `${outputPrefix}/`}${command.id}/${invocation.instanceId}/${STEP}`;
    for (const stream of ['stdout', 'stderr'] as const) {
      const body = outcome[stream];
      if (body.length === 0) continue;
      buckets.put(outputBucket, `${folder}/${stream}`, {
        body,
        headers: {},
        checksums: new Map(),
        lastModified: new Date(context.now()),
      });
    }
  };
}
