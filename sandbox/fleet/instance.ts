/** What the sandbox's AWS front (sandbox/aws) knows of an instance; sandbox/fleet makes them. */

export interface ScriptRun {
  readonly commandId: string;
  /** Joined by newlines into the script, run by `sh` as the SSM agent does. */
  readonly commands: readonly string[];
  readonly workingDirectory?: string;
  /** SIGKILL to the whole process group after this. */
  readonly timeoutSeconds: number;
}

export interface ScriptOutcome {
  /** 137 when killed. */
  readonly exitCode: number;
  readonly ended: 'exit' | 'timeout' | 'cancel';
  /** Uncut; the SSM front cuts them. */
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

export interface RunningScript {
  readonly outcome: Promise<ScriptOutcome>;
  /** SIGKILL to the whole process group; `outcome` then says `cancel`. */
  cancel(): void;
}

type Waiting = 'Pending' | 'Terminating';
type Warm = 'Stopped' | 'Running' | 'Hibernated';
export type Lifecycle =
  | 'InService'
  | 'Standby'
  | 'EnteringStandby'
  | 'Detaching'
  | 'Detached'
  | 'Terminated'
  | Waiting
  | `${Waiting}:${'Wait' | 'Proceed'}`
  | `Warmed:${Warm | Waiting | `${Waiting}:${'Wait' | 'Proceed'}`}`;
export type HealthStatus = 'Healthy' | 'Unhealthy';

export interface SandboxInstance {
  /** `i-` and 17 hex digits. */
  readonly id: string;
  /** '' for one of no Auto Scaling group. */
  readonly groupName: string;
  /** Besides those that AWS gives it. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly instanceType: string;
  readonly zone: string;
  readonly imageId: string;
  readonly privateIp: string;
  readonly launchedAt: Date;
  readonly launchTemplateVersion: string;
  /** Its group has this instead of a launch template. */
  readonly launchConfiguration?: string | undefined;
  /** Since when it is detached from its group, and runs on. */
  readonly detachedAt?: Date | undefined;
  /** In its group, as Auto Scaling spells it; default: `InService`. Who is `Warmed:…` is in its warm pool. */
  readonly lifecycle?: Lifecycle | undefined;
  /** What Auto Scaling thinks of it; `Healthy` where it says nothing. */
  readonly healthStatus?: HealthStatus | undefined;
  /** `online`: the SSM agent answers; `offline`: it does not (commands become Delayed/Undeliverable); `terminated`. */
  readonly state: 'online' | 'offline' | 'terminated';
  /** Since when it is `terminated`. */
  readonly terminatedAt?: Date | undefined;
  /** Really runs the script inside the instance (its own namespaces when root). */
  run(script: ScriptRun): RunningScript;
  /** CPU seconds used by all processes of the instance since it was launched, measured from the kernel. */
  cpuSeconds(): number;
  /** vCPUs that the instance believes to have. */
  readonly cpus: number;
}

export interface SandboxFleet {
  readonly instances: readonly SandboxInstance[];
}
