// What the benchmark measures as "file to call tree": loads a profile and stops. Arguments: FILE THREADS.
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// As bin/smokejumper.mjs does: TypeScript is stripped once, not in every run.
enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/smokejumper', import.meta.url)));
const { loadProfile } = await import('../../service/convert/load-profile.ts');
const [path = '', threads] = process.argv.slice(2);
const profile = await loadProfile(path, { threads: threads === '2' ? 2 : 1 });
if (profile.ledger.drawn === 0) process.exitCode = 1;
