/** The only credentials the sandbox knows. They open nothing but the sandbox itself. */
export const DEMO_CREDENTIALS = {
  accessKeyId: 'AKIASANDBOXSMOKE0000',
  secretAccessKey: 'sandbox/only/opens/the/sandbox/000000000',
} as const;
