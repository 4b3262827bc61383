/** Steps of a stream, each a generator over the one before. */
export function* lines(text) {
  let from = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
    yield text.slice(from, at);
    from = at + 1;
  }
  if (from < text.length) yield text.slice(from);
}

export function* parsed(source) {
  for (const line of source) {
    const [id, kind, value] = line.split(' ');
    yield { id, kind, value: Number(value) };
  }
}

/** Devices send again what was not acknowledged. */
export function* withoutRepeats(source, memory) {
  const recent = [];
  for (const event of source) {
    if (recent.includes(event.id)) continue;
    recent.push(event.id);
    if (recent.length > memory) recent.shift();
    yield event;
  }
}

export function* windows(source, size) {
  let window = [];
  for (const event of source) {
    window.push(event);
    if (window.length < size) continue;
    yield window;
    window = [];
  }
  if (window.length > 0) yield window;
}
