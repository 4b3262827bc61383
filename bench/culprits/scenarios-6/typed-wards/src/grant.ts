export type Action = 'read' | 'write' | 'sign';

export interface Chart {
  readonly ward: number;
  readonly room: number;
  readonly patient: number;
}

/** Absent: any. */
export interface Grant {
  readonly actions: readonly Action[];
  readonly ward?: number;
  readonly patients: readonly number[] | undefined;
}

/** Whether a grant is about a chart. */
export function covers(grant: Grant, chart: Chart): boolean {
  if (grant.ward !== undefined && grant.ward !== chart.ward) return false;
  if (grant.patients === undefined) return true;
  for (const patient of grant.patients) {
    if (patient === chart.patient) return true;
  }
  return false;
}
