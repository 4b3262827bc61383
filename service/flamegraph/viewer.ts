/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * Zoom for a self-contained SVG: a click (or Enter) on a frame makes it as wide as the picture, its callers stay above or
 * below it in full width; a click on the lowest row, Esc or 0 goes back. Works on the rectangles of the picture.
 */
function zoomable(root: SVGSVGElement): void {
  const frames = [...root.querySelectorAll<SVGRectElement>('g[transform] > g > rect')].map((rect) => ({
    rect,
    x: Number(rect.getAttribute('x')),
    y: Number(rect.getAttribute('y')),
    width: Number(rect.getAttribute('width')),
    name: (rect.querySelector('title')?.textContent ?? '').split(/[\n\ufffd]/)[0] ?? '',
  }));
  const bottom = Math.max(...frames.map((frame) => frame.y));
  const base = frames.find((frame) => frame.y === bottom);
  const labels = root.querySelector('g[pointer-events="none"]');
  if (base === undefined || labels === null) return;
  const first = [...labels.childNodes];
  const pxPerLetter = 7.3;
  const label = (name: string, x: number, y: number, width: number): void => {
    const letters = Math.floor((width - 6) / pxPerLetter);
    if (letters < 3 || name === '') return;
    const text = document.createElementNS('http://www.w3.org/2000/svg', 'text');
    text.setAttribute('x', String(x + 3));
    text.setAttribute('y', String(y + 12));
    text.textContent = name.length > letters ? `${name.slice(0, letters - 1)}…` : name;
    labels.append(text);
  };
  const show = (target: (typeof frames)[number]): void => {
    labels.replaceChildren(...(target === base ? first : []));
    const scale = base.width / target.width;
    for (const frame of frames) {
      const { rect, x, y, width, name } = frame;
      const caller = y > target.y && x <= target.x + 0.05 && x + width >= target.x + target.width - 0.05;
      const callee = y <= target.y && x >= target.x - 0.05 && x + width <= target.x + target.width + 0.05;
      const from = caller ? base.x : base.x + (x - target.x) * scale;
      const wide = caller ? base.width : width * scale;
      rect.style.display = caller || callee ? '' : 'none';
      rect.setAttribute('x', String(from));
      rect.setAttribute('width', String(wide));
      rect.style.opacity = caller && target !== base ? '0.5' : '';
      if (target !== base && (caller || callee)) label(name, from, y, wide);
    }
    root.dataset.zoom = target === base ? '' : target.name;
  };
  root.addEventListener('click', (event) => {
    const hit = frames.find((frame) => frame.rect === event.target);
    if (hit !== undefined) show(hit);
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' || event.key === '0') show(base);
  });
}

/** The text of the script: the same in every file, so that a policy may allow it by its hash. */
export const viewerScript = `(${zoomable.toString().replace(/\s+/g, ' ')})(document.currentScript.ownerSVGElement);`;
