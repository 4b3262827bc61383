const KINDS = ['temperature', 'humidity', 'power', 'door'];

export function readings(text) {
  return JSON.parse(text).map(({ building, floor, room, kind, value }) => ({
    topic: `site.${building}.${floor}.${room}.${KINDS[kind]}`,
    message: { value: Number(value.toFixed(2)), unit: kind === 0 ? '°C' : '' },
  }));
}

export class Dashboard {
  #last = new Map();
  #counts = {};

  watch(bus, building) {
    return bus.subscribe(`site.${building}.#`, (topic, message) => {
      this.#last.set(topic, message);
      const kind = topic.slice(topic.lastIndexOf('.') + 1);
      this.#counts[kind] = (this.#counts[kind] ?? 0) + 1;
    });
  }

  print() {
    const lines = [...this.#last]
      .slice(0, 120)
      .map(([topic, { value, unit }]) => `${topic.padEnd(40)} ${value} ${unit}`);
    return `${JSON.stringify(this.#counts)}\n${lines.join('\n')}`;
  }
}
