/** How far a point lies off the line through two others, squared. */
export function offsetOf(point, a, b) {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const length = dx * dx + dy * dy;
  const part = length === 0 ? 0 : Math.max(0, Math.min(1, ((point.x - a.x) * dx + (point.y - a.y) * dy) / length));
  const x = a.x + part * dx - point.x;
  const y = a.y + part * dy - point.y;
  return x * x + y * y;
}
