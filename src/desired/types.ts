import type { ConfigMark } from "./marks/config-mark.ts";
import type { Layout } from "./layout.ts";
import type { Policy } from "./marks/policy.ts";

/** A regular file that must exist with exactly this content and mode. */
export interface DesiredFile {
  readonly path: string;
  readonly content: string;
  /** Permission bits, as in 0o600. */
  readonly mode: number;
  readonly role: "holder" | "template" | "script" | "env" | "drop-in" | "suspension" | "watch";
}

/** A symbolic link that must exist with exactly this target. */
export interface DesiredLink {
  readonly path: string;
  readonly target: string;
}

export interface DesiredAgent extends Policy {
  readonly name: string;
  readonly unit: string;
  /** The home directory, absolute: where it works unless told otherwise. */
  readonly home: string;
  readonly state: "running" | "stopped";
  readonly stopTimeoutMs: number;
  readonly protect: boolean;
  /** Its work is done once its command has ended with exit status 0. */
  readonly isJob: boolean;
  readonly config: ConfigMark;
  /**
   * The same in the words of earlier versions, which took an envFile byte by byte and a path as it is spelled. Left out if
   * these say the same.
   */
  readonly formerConfigs?: readonly ConfigMark[] | undefined;
  readonly env: DesiredFile;
  /** Undefined where the template says it all. */
  readonly dropIn: DesiredFile | undefined;
  /** Undefined where the agent is not to start at boot. */
  readonly link: DesiredLink | undefined;
  /** Agents that systemd starts along with it (Wants=), unless they run already. */
  readonly wants: readonly string[];
  /** What must be true of the machine before the agent can start. */
  readonly needs: readonly Need[];
  /** Names under which it may still run, none of them declared. */
  readonly formerly: readonly string[];
}

/** Something outside the fleet's own files that an agent cannot start without, and that is not there. */
export interface Need {
  readonly reason: "workdir-missing" | "env-file-missing" | "env-file-unreadable" | "env-file-invalid";
  /** The path, and behind it what is the matter if the reason leaves that open. */
  readonly path: string;
}

/** What should be true of the machine. Agents are sorted by name. */
export interface Desired {
  readonly layout: Layout;
  /** Holder unit, agent template, start script. */
  readonly shared: readonly DesiredFile[];
  readonly agents: readonly DesiredAgent[];
  /** How each entry of fleet.yaml is declared, by its name, which is no agent's if it has replicas. */
  readonly policies: ReadonlyMap<string, Policy>;
  /** Digest of template and start script: what a session was started by. */
  readonly unitsDigest: string;
}
