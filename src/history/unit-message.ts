/**
 * A message of systemd about a unit, by the catalog ids of systemd.journal-fields(7) and sd-messages.h. `exited` is the end
 * of a process, `failed` and `succeeded` the end of a run, `stopped` the end of a stop job.
 */
export type MessageKind =
  | "stopping"
  | "started"
  | "start-failed"
  | "stopped"
  | "exited"
  | "succeeded"
  | "failed"
  | "restart-scheduled"
  | "out-of-memory";

/** The ids by their kinds. */
export const messageIds: Readonly<Record<string, MessageKind>> = {
  de5b426a63be47a7b6ac3eaac82e2f6f: "stopping",
  "39f53479d3a045ac8e11786248231fbf": "started",
  be02cf6855d2428ba40df7e9d022f03d: "start-failed",
  "9d1aaa27d60140bd96365438aad20286": "stopped",
  "98e322203f7a4ed290d09fe03c09fe15": "exited",
  "7ad2d189f7e94e70a38c781354912448": "succeeded",
  d9b373ed55a64feb8242e02dbe79a49c: "failed",
  "5eb03494b6584870a536b337290809b3": "restart-scheduled",
  fe6faa94e7774663a0da52717891d8ef: "out-of-memory",
};

/** One message about a unit. */
export interface UnitMessage {
  readonly unit: string;
  readonly kind: MessageKind;
  /** ms since the epoch. */
  readonly atMs: number;
  readonly boot: string;
  /** `start`, `stop`, `restart`, … of a message about a job. */
  readonly jobType?: string | undefined;
  /** `done`, `failed`, `dependency`, `timeout`, … */
  readonly jobResult?: string | undefined;
  /** `exited`, `killed` or `dumped`. */
  readonly exitCode?: string | undefined;
  /** An exit status, or the number of a signal. */
  readonly exitStatus?: number | undefined;
  /** The directive of the ended process, such as `ExecStart`. */
  readonly command?: string | undefined;
  /** systemd's word for the end of a run: `exit-code`, `signal`, `oom-kill`, `timeout`, `start-limit-hit`, … */
  readonly unitResult?: string | undefined;
  /** Number of automatic restarts. */
  readonly restarts?: number | undefined;
}
