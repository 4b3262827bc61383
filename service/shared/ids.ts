declare const brand: unique symbol;

export type IncidentId = string & { readonly [brand]: 'IncidentId' };
export type CaptureId = string & { readonly [brand]: 'CaptureId' };
export type InstanceId = string & { readonly [brand]: 'InstanceId' };
export type GroupName = string & { readonly [brand]: 'GroupName' };

/** `i-` and 8 (before 2016) or 17 hex digits; also `mi-` for hybrid machines registered with SSM. */
const INSTANCE_ID = /^m?i-[0-9a-f]{8}(?:[0-9a-f]{9})?$/;

export function asInstanceId(text: string): InstanceId | undefined {
  return INSTANCE_ID.test(text) ? (text as InstanceId) : undefined;
}
