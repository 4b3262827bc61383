/** The part of `GET /api/v1/incidents/:id` that the demo reads. */
export interface DemoIncident {
  readonly id: string;
  readonly state: string;
  readonly events: readonly { readonly atMs: number; readonly state: string; readonly detail: string }[];
  readonly report: DemoReport | null;
  readonly progress: { readonly recording: { readonly startAtMs: number | null } | null } | null;
}

export interface DemoReport {
  readonly hotInstance: string | null;
  readonly peerInstances: readonly string[];
  readonly shortcomings: readonly string[];
  readonly captures: readonly {
    readonly role: string;
    readonly instanceId: string;
    readonly samples: number;
    readonly cores: number | null;
  }[];
  readonly verdict: { readonly class: string; readonly headline: string };
  readonly findings: readonly {
    readonly function: string;
    readonly package: string | null;
    readonly hotCores: number;
    readonly healthyCores: number;
  }[];
}

export async function getJson<T>(url: string): Promise<T> {
  // On a machine that burns, a kept connection may be closed at its other end by the time it is used again.
  const answer = await fetch(url).catch(() => fetch(url));
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return (await answer.json()) as T;
}

/** Newest first. */
export async function incidentIds(base: string): Promise<string[]> {
  const { incidents } = await getJson<{ incidents: { id: string }[] }>(`${base}/api/v1/incidents`);
  return incidents.map(({ id }) => id);
}
