import type { Problems } from "../json/shared-output.ts";
import type { LogSource } from "../../logs/log-line.ts";

/** One line of an agent's log. */
export interface LogLineJson {
  readonly agent: string;
  /** Only of a window next to the agent: its name. */
  readonly window?: string;
  readonly source: LogSource;
  /** Without colours. */
  readonly text: string;
  /** ISO 8601; null for lines printed before they were read: their exact time is unknown. */
  readonly time: string | null;
}

/**
 * One line of `fleet logs --json`; npm run schema writes logs.schema.json from it.
 * @public
 */
export type LogsDocument = LogLineJson | Problems;
