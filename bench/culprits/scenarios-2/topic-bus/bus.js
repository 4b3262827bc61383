import { EventEmitter } from 'node:events';

/** `*` stands for one part of a topic, `#` for the rest. */
function matches(pattern, topic) {
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] === '#') return true;
    if (i >= topic.length) return false;
    if (pattern[i] !== '*' && pattern[i] !== topic[i]) return false;
  }
  return pattern.length === topic.length;
}

export class TopicBus extends EventEmitter {
  #subscriptions = [];

  subscribe(pattern, listener) {
    const subscription = { pattern: pattern.split('.'), listener };
    this.#subscriptions.push(subscription);
    return () => {
      this.#subscriptions.splice(this.#subscriptions.indexOf(subscription), 1);
      this.emit('unsubscribed', pattern);
    };
  }

  publish(topic, message) {
    const parts = topic.split('.');
    let delivered = 0;
    for (const { pattern, listener } of this.#subscriptions) {
      if (!matches(pattern, parts)) continue;
      listener(topic, message);
      delivered++;
    }
    this.emit('published', topic, delivered);
  }
}
