import type { ChildProcess } from 'node:child_process';
import type { WayOut } from './network/way-out.ts';

/** A script that runs inside an instance. */
export interface IsolatedScript {
  /** Ends when the script has ended; its output stays open as long as any of its children holds it. */
  readonly child: ChildProcess;
  /** SIGKILL to the process group of the script. */
  kill(): void;
}

/** What separates an instance from the others on the machine; how much it separates depends on what root allows. */
export interface Isolation {
  readonly kind: 'namespaces' | 'session';
  /** Starts the instance and its service. The child's output has the line `listening` once the service answers. */
  boot(): Promise<ChildProcess>;
  /** The path by which this process reaches a file of the instance. */
  outside(path: string): string;
  /** The path by which the instance's own processes name it. */
  inside(path: string): string;
  /** Runs the executable file `path` with `sh -c` in a session of its own; `environment` is all that it gets. */
  script(path: string, workingDirectory: string, environment: Readonly<Record<string, string>>): IsolatedScript;
  /** Makes a port of this machine's 127.0.0.1 one of the instance's, too; null where both share a network. */
  openWayOut(port: number): Promise<WayOut | null>;
  /** Does the process (its id on this machine) belong to the instance? */
  owns(pid: number): boolean;
  /** SIGKILL to everything in the instance. */
  kill(): void;
}

export interface IsolationOptions {
  readonly instanceId: string;
  readonly hostname: string;
  /** Private to the instance, on this machine. */
  readonly stateFolder: string;
  /** A cgroup v2 folder that all processes of the instance join; null when there is none. */
  readonly cgroup: string | null;
  /** For the service's node. */
  readonly nodeFlags: readonly string[];
  /** A network of its own, with nothing in it but the loopback interface. */
  readonly ownNetwork: boolean;
}
