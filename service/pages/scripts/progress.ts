/** Counts on what the server said of a recording that is under way. */
import { recordingNow } from '../progress/recording-words.ts';

const TICK_MS = 1000;

/** By how much time has passed here: the clocks of browser and server may differ. */
export function countOn(root: ParentNode): void {
  const sinceMs = performance.now();
  for (const box of root.querySelectorAll<HTMLElement>('.progress[data-starts-in]')) {
    const { startsIn, seconds, instances, ended } = box.dataset;
    const timer = setInterval(() => {
      if (!box.isConnected) return clearInterval(timer);
      const { words, recorded } = recordingNow({
        startsInMs: Number(startsIn) - (performance.now() - sinceMs),
        seconds: Number(seconds),
        instances: Number(instances),
        ended: Number(ended),
      });
      show(box, words, recorded);
      if (recorded >= Number(seconds)) clearInterval(timer);
    }, TICK_MS);
  }
}

function show(box: HTMLElement, words: string, recorded: number): void {
  const [said, bar] = [box.querySelector('p'), box.querySelector('progress')];
  if (said !== null) said.textContent = words;
  if (bar !== null) bar.value = recorded;
}
