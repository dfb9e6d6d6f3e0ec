import type { MetricsPlace } from "../../metrics/place.ts";
import type { FleetDraft, FleetTexts } from "../../config/file/fleet-draft.ts";
import type { Division } from "../../import/form/imported.ts";
import type { ImportFormat } from "../../import/format-names.ts";
import type { AllowanceFlags } from "../../plan/allowances.ts";
import type { CheckName } from "../../doctor/finding.ts";
import type { ClientName } from "../../mcp/client-names.ts";
import type { PlanFormat } from "./plan-formats.ts";
import type { HostFlags } from "./host-flags.ts";

/** Flags of every command, in commander's form. */
export interface CommonFlags extends HostFlags {
  readonly file?: string;
  /** Not from the command line: the edited copy of `file`, or of a file it includes. */
  readonly draft?: FleetDraft;
  /** Not from the command line: the texts of another revision, or of another machine. */
  readonly texts?: FleetTexts;
  /** Not from the command line: the name of this machine as a host, from the asking machine. */
  readonly hostHere?: string;
  /** Not from the command line: the list of all hosts that run the same command. */
  readonly among?: string | undefined;
  /** Not from the command line: without fleet.place.json, also an unfitting one. */
  readonly isWithoutPlaces?: boolean;
  /** Not from the command line: agents to be ended elsewhere before they start here, each with its former host. */
  readonly waits?: Readonly<Record<string, string>> | undefined;
  /** Not from the command line: the host this machine is, by its source.yaml. */
  readonly sourceHost?: string | undefined;
  readonly json?: boolean;
  readonly color?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** Flags of `fleet hooks`. */
export interface HooksFlags {
  readonly yes?: boolean;
}

/** Flags of commands that change the fleet. */
export interface LockFlags {
  /** ms */
  readonly lockTimeout?: number;
  /** Also while a watch follows another file: the fleet itself is not changed. */
  readonly anyFile?: boolean;
}

/** Flags that select agents, next to their names. */
export interface SelectionFlags {
  /** A selector of labels, as written. */
  readonly selector?: string;
  /** Every agent. */
  readonly all?: boolean;
}

/** Flags of `fleet plan` and `fleet diff`. */
export interface PlanFlags extends AllowanceFlags, SelectionFlags {
  readonly detailedExitcode?: boolean;
  /** The path for the saved plan. */
  readonly out?: string;
  /** A snapshot's file, or `empty`, to plan against instead of this machine. */
  readonly against?: string;
  /** A revision of fleet.yaml to plan for, instead of the file as it is. */
  readonly rev?: string;
  /** `text` by default, or `json` with --json. */
  readonly format?: PlanFormat;
}

/** Flags of `fleet apply` and its related commands. */
export interface ApplyFlags extends LockFlags, AllowanceFlags, SelectionFlags {
  readonly yes?: boolean;
  /** With the intent to stop: also suspends the agents. */
  readonly keepDown?: boolean;
  /** Until when, as `fleet suspend` takes it; includes `keepDown`. */
  readonly until?: string;
  /** Longest wait for busy agents, ms. */
  readonly waitIdle?: number;
}

/** Flags of `fleet rollback`. */
export interface RollbackFlags extends LockFlags, AllowanceFlags {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/** Flags of `fleet history`. */
export interface HistoryFlags extends SelectionFlags {
  /** Number of runs. */
  readonly lines?: number;
}

/** Number of runs of `fleet history` without -n. */
export const usualRuns = 20;

/** Flags of `fleet destroy`. */
export interface DestroyFlags extends LockFlags, Pick<AllowanceFlags, "allowSelf"> {
  readonly yes?: boolean;
}

/** Flags of `fleet suspend`. */
export interface SuspendFlags extends LockFlags, SelectionFlags {
  /** A duration, ISO 8601, or a time as systemd.time(7) has them. */
  readonly until?: string;
}

/** Flags of `fleet render`. */
export interface RenderFlags {
  /** The folder to render into. */
  readonly out: string;
}

/** Flags of `fleet watch`. */
export interface WatchFlags {
  /** ms */
  readonly debounce?: number;
  /** ms */
  readonly resync?: number;
  /** False with --no-events. */
  readonly events?: boolean;
  readonly metrics?: MetricsPlace;
  readonly install?: boolean;
  readonly uninstall?: boolean;
  /** The path of a source.yaml: fleet.yaml comes from its Git repository. */
  readonly source?: string;
}

/** Flags of `fleet source`. */
export interface SourceFlags {
  readonly source?: string;
  readonly yes?: boolean;
  /** The name of the fleet, if no other one counts. */
  readonly fleet?: string;
  readonly ref?: string;
  readonly path?: string;
  /** The host of the fleet this machine is. */
  readonly as?: string;
  /** ms */
  readonly interval?: number;
  readonly signers?: string;
  readonly commits?: "head" | "all" | "tag";
  /** False with --no-verify. */
  readonly verify?: boolean;
}

/** Flags of `fleet hosts`. */
export interface HostsFlags {
  /** The group of the inventory whose hosts count. */
  readonly group?: string;
}

/** Flags of `fleet doctor`. */
export interface DoctorFlags {
  readonly fix?: boolean;
  /** Warnings count for the exit code too. */
  readonly strict?: boolean;
  readonly ignore?: CheckName;
  readonly unignore?: CheckName;
}

/** Flags of `fleet logs`. */
export interface LogsFlags extends SelectionFlags {
  readonly follow?: boolean;
  /** Number of lines of each agent. */
  readonly lines?: number;
  /** A duration before now, or a time as systemd.time(7) has them. */
  readonly since?: string;
  readonly timestamps?: boolean;
  /** True for the last failed run instead of the current one. */
  readonly previous?: boolean;
  /** True for the bytes of the log files. */
  readonly raw?: boolean;
  readonly pane?: boolean;
  readonly unit?: boolean;
}

/** Flags of `fleet events`. */
export interface EventsFlags extends SelectionFlags {
  readonly follow?: boolean;
  /** Number of events. */
  readonly lines?: number;
  /** A duration before now, or a time as systemd.time(7) has them. */
  readonly since?: string;
  readonly until?: string;
  readonly output?: "json" | "jsonl";
}

/** Flags of `fleet attach`. */
export interface AttachFlags extends SelectionFlags {
  readonly readOnly?: boolean;
}

/** Flags of `fleet send`. */
export interface SendFlags extends SelectionFlags {
  /** The path of the text; `-` for standard input. */
  readonly textFile?: string;
  /** False with --no-enter. */
  readonly enter?: boolean;
  /** Keep line feeds at the end. */
  readonly raw?: boolean;
  readonly force?: boolean;
  readonly output?: "json" | "jsonl";
}

/** Flags of `fleet keys`. */
export interface KeysFlags extends SelectionFlags {
  readonly force?: boolean;
  readonly output?: "json";
}

/** Flags of `fleet worktree`. */
export interface WorktreeFlags extends LockFlags, SelectionFlags {
  readonly yes?: boolean;
  /** Also worktrees with commits that only their branch has. */
  readonly unpushed?: boolean;
}

/** Flags of `fleet graph`. */
export interface GraphFlags extends SelectionFlags {
  readonly format?: "text" | "mermaid" | "dot";
  /** True to show fleet.yaml alone, without systemd and tmux. */
  readonly offline?: boolean;
}

/** Flags of `fleet import`. */
export interface ImportFlags {
  readonly from?: ImportFormat;
  readonly per?: Division;
  /** The fleet.yaml to add the agents to. */
  readonly into?: string;
  /** True to read the tmux server and the units of the user instead of files. */
  readonly running?: boolean;
  /** The name of the tmux socket for `running`. */
  readonly socket?: string;
}

/** Flags of `fleet status`. */
export interface StatusFlags extends SelectionFlags {
  readonly output?: "wide" | "json" | "yaml" | "name";
  /** The name of an order, as written. */
  readonly sort?: string;
  /** Names of activities, as written. */
  readonly activity?: string;
  /** Names of columns, as written. */
  readonly columns?: string;
  readonly watch?: boolean;
}

/** Flags of `fleet ui`. */
export interface UiFlags {
  /** The other hosts whose agents are on the page, as written. */
  readonly host?: string;
  /** 0, or undefined, for any free one. */
  readonly port?: number;
  /** The path of a socket, in the place of a port. */
  readonly socket?: string;
  /** False with --no-open. */
  readonly open?: boolean;
  readonly install?: boolean;
  readonly uninstall?: boolean;
  /** True if pages may change the fleet. */
  readonly control?: boolean;
}

/** Flags of `fleet wait`. */
export interface WaitFlags extends SelectionFlags {
  /** Names of activities, as written. */
  readonly activity?: string;
  readonly state?: "running" | "ended";
  /** ms */
  readonly timeout?: number;
  /** ms */
  readonly hold?: number;
  readonly any?: boolean;
}

/** Flags of `fleet init`. */
export interface InitFlags {
  /** A known runtime, or `shell`. */
  readonly runtime?: string;
  /** A line for sh, instead of a runtime. */
  readonly command?: string;
  /** Names with numbers of replicas, as written: `planner,coder=3`. */
  readonly agents?: string;
  readonly workdir?: string;
  /** The name of the fleet. */
  readonly name?: string;
  readonly yes?: boolean;
  /** True to print the text, and to write nothing. */
  readonly print?: boolean;
}

/** Flags of `fleet mcp`. */
export interface McpFlags {
  /** Names of tools, as written. */
  readonly allow?: string;
  /** The program to print settings for; true for the form of most programs. */
  readonly printConfig?: ClientName | true;
}
