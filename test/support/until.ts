/** Asks again and again until there is an answer; throws with what was awaited when the time is up. */
export async function until<T>(limitMs: number, awaited: string, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`not within ${limitMs} ms: ${awaited}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
