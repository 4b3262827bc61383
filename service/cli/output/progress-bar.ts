const WIDTH = 30;

/** Draws a bar that fills in `seconds` on stderr, on terminals only. Returns what ends it. */
export function showProgress(label: string, seconds: number): () => void {
  if (!process.stderr.isTTY) return () => undefined;
  const start = Date.now();
  const draw = () => {
    const share = Math.min(1, (Date.now() - start) / (seconds * 1000));
    const done = Math.round(share * WIDTH);
    process.stderr.write(`\r${label} ${'█'.repeat(done)}${'░'.repeat(WIDTH - done)} ${Math.round(share * 100)} % `);
  };
  const timer = setInterval(draw, 200);
  draw();
  return () => {
    clearInterval(timer);
    process.stderr.write('\r\x1b[2K');
  };
}
