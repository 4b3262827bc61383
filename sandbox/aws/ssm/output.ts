/** Limits of the agent, in bytes. */
const STDOUT_BYTES = 24_000;
const STDERR_BYTES = 8000;
const TRUNCATED = '--output truncated--';
/** The agent's reply as JSON may not be longer; else the service never hears of it. */
const MAX_REPLY_BYTES = 120_000;
/** ListCommandInvocations shows less. */
const PLUGIN_CHARACTERS = 2500;
const PLUGIN_TRUNCATED = '---Output truncated---';

export interface AgentReply {
  readonly stdout: string;
  readonly stderr: string;
  /** True when the reply is too large and gets lost. */
  readonly lost: boolean;
}

/** Cuts what a script printed as the agent does: by bytes, whatever character that splits. */
export function agentReply(stdout: Buffer, stderr: Buffer): AgentReply {
  const reply = { stdout: cut(stdout, STDOUT_BYTES), stderr: cut(stderr, STDERR_BYTES) };
  return { ...reply, lost: Buffer.byteLength(JSON.stringify(reply)) > MAX_REPLY_BYTES };
}

function cut(bytes: Buffer, limit: number): string {
  if (bytes.length < limit) return bytes.toString('utf8');
  return bytes.toString('utf8', 0, limit - TRUNCATED.length) + TRUNCATED;
}

/** stdout and stderr mixed, as ListCommandInvocations with Details gives them. */
export function pluginOutput(stdout: string, stderr: string): string {
  const mixed = stderr === '' ? stdout : `${stdout}\n----------ERROR-------\n${stderr}`;
  if (mixed.length <= PLUGIN_CHARACTERS) return mixed;
  return mixed.slice(0, PLUGIN_CHARACTERS - PLUGIN_TRUNCATED.length) + PLUGIN_TRUNCATED;
}
