export interface StoredMail {
  readonly id: string;
  readonly receivedAt: Date;
  /** Envelope sender. */
  readonly from: string;
  /** Envelope recipients, hidden copies included. */
  readonly to: readonly string[];
  /** The mail as it would travel (RFC 5322). */
  readonly raw: Buffer;
}

/** What happens in the sandbox, for the demo's story and for tests. */
export type SandboxEvent =
  | {
      readonly kind: 'alarm';
      readonly name: string;
      readonly from: string;
      readonly to: string;
      readonly reason: string;
    }
  | {
      readonly kind: 'delivery';
      readonly messageId: string;
      readonly type: string;
      readonly endpoint: string;
      readonly attempt: number;
      readonly outcome: string;
    }
  | {
      readonly kind: 'command';
      readonly commandId: string;
      readonly instanceId: string;
      readonly status: string;
      readonly detail: string;
    }
  | { readonly kind: 'mail'; readonly mail: StoredMail };

export type EventListener = (event: SandboxEvent) => void;

/** Listeners are called in turn, at once. */
export class Events {
  private readonly listeners = new Set<EventListener>();

  on(listener: EventListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  emit(event: SandboxEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}
