export const THREAD_KINDS = ['store that writes', 'store that reads', 'SMTP', 'analysis'] as const;
export type ThreadKind = (typeof THREAD_KINDS)[number];
