/** `src/ingest.js` of `/srv/app/src/ingest.js`: the last two steps of a path are enough to find the file. */
export function pathEnd(path: string, steps = 2): string {
  return path.split('/').slice(-steps).join('/');
}
