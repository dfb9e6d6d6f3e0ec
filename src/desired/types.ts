import type { Program } from "../runtimes/program.ts";
import type { ConfigMark } from "./marks/config-mark.ts";
import type { Layout } from "./layout.ts";
import type { Turn } from "./pace.ts";
import type { DesiredWindow } from "./windows/windows.ts";
import type { Need } from "./need.ts";
import type { Policy } from "./marks/policy.ts";
import type { PlannerValues } from "./planner-values.ts";

/** The files shared by all agents. */
export type SharedFileRole =
  "holder" | "template" | "script" | "activity-script" | "runtime-script" | "worktree-script";

/** A regular file with exactly this content and mode. */
export interface DesiredFile {
  readonly path: string;
  readonly content: string;
  /** Permission bits, as in 0o600. */
  readonly mode: number;
  readonly role: SharedFileRole | "env" | "drop-in" | "unit" | "timer" | "suspension" | "watch";
}

/** A symbolic link with exactly this target. */
export interface DesiredLink {
  readonly path: string;
  readonly target: string;
}

/** A timer that runs, and runs after a reboot. */
export interface DesiredTimer {
  readonly unit: string;
  readonly file: DesiredFile;
  readonly link: DesiredLink;
}

/** A hook of an agent the watch runs. */
export interface OnWaiting {
  /** A line for sh. */
  readonly line: string;
  /** The longest time of it, ms. */
  readonly timeoutMs: number;
}

export interface DesiredAgent extends Policy, PlannerValues {
  readonly name: string;
  readonly unit: string;
  /** The home directory, absolute: the default working directory. */
  readonly home: string;
  readonly stopTimeoutMs: number;
  /** The program it runs; undefined for one without a preset. */
  readonly program: Program | undefined;
  /** The time of its start beyond that of other agents: for its hooks, and until it is ready. */
  readonly furtherStartMs?: number;
  /** The groups in which it takes turns to start; undefined if there are none. */
  readonly startTurns?: readonly Turn[];
  /** The longest wait for its turn, ms. */
  readonly startQueueMs?: number;
  /** Its profiles, and whether one of them is active; left out if it has none. */
  readonly profiles?: { readonly names: readonly string[]; readonly isActive: boolean };
  /** The hook for the moments in which it begins to wait for a person. */
  readonly onWaiting?: OnWaiting;
  /** Its work is done once its command has ended with exit status 0. */
  readonly isJob: boolean;
  /** The setting of its log, in the form of formatLogSetting; undefined without a log. */
  readonly log: string | undefined;
  /** The further windows and panes; left out if there are none. */
  readonly windows?: readonly DesiredWindow[];
  readonly config: ConfigMark;
  /**
   * The same in the form of earlier versions, with an envFile byte by byte and a path in its own spelling.
   * Left out if there is no difference.
   */
  readonly formerConfigs?: readonly ConfigMark[] | undefined;
  readonly env: DesiredFile;
  /** Undefined if the template says everything, and for a service. */
  readonly dropIn: DesiredFile | undefined;
  /** The unit of a service; undefined for an agent, whose unit is the template. */
  readonly unitFile?: DesiredFile | undefined;
  /** Undefined without a schedule, and for a stopped agent. */
  readonly timer?: DesiredTimer | undefined;
  /** Undefined if the agent does not start at boot. */
  readonly link: DesiredLink | undefined;
  /** Agents systemd starts along with it (Wants=), unless they run already. */
  readonly wants: readonly string[];
  /** Jobs that must be completed before its start; left out if there are none. */
  readonly awaits?: readonly string[];
  /** The conditions on the machine for the start of the agent. */
  readonly needs: readonly Need[];
  /** The host on which it has to end before it starts here; undefined for most agents. */
  readonly arrivesFrom?: string | undefined;
  /** Names under which it may still run, none of them declared. */
  readonly formerly: readonly string[];
}

/** The declared state of the machine. Agents are sorted by name. */
export interface Desired {
  readonly layout: Layout;
  /** Holder unit, agent template, start script. */
  readonly shared: readonly DesiredFile[];
  readonly agents: readonly DesiredAgent[];
  /**
   * The policy of each entry of fleet.yaml, by its name. An entry with replicas has a name without an agent.
   */
  readonly policies: ReadonlyMap<string, Policy>;
  /** Digest of template and start script: the origin of a session. */
  readonly unitsDigest: string;
}
