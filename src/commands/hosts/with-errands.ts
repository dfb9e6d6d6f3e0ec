import { hostsStopLine } from "../../report/hosts/host-lines.ts";
import { listenForSignals } from "../../system/signals.ts";
import type { Context } from "../shared/context.ts";
import { reportWarnings } from "../shared/reporting/report-doubts.ts";
import { openHostLogs } from "./logs/host-logs.ts";
import type { Prepared } from "./prepare-errands.ts";
import type { Errands } from "./run-hosts.ts";

/**
 * Listens for Ctrl-C while `work` runs the errands, which change nothing unless it says so. `isAnswered`: a line says what
 * Ctrl-C does.
 */
export async function withErrands<T>(
  { fleet: _fleet, config: _config, reach: _reach, ...prepared }: Prepared,
  context: Context,
  work: (errands: Errands) => Promise<T>,
  isAnswered = true,
): Promise<T> {
  const { output, flags } = context;
  const { hosts, requestFor } = prepared;
  const logs =
    flags.logDir === undefined
      ? undefined
      : openHostLogs(
          flags.logDir,
          hosts.map(({ name }) => ({ name, words: requestFor(name).words })),
          (warning) => reportWarnings([warning], context),
        );
  const signals = listenForSignals((request) => {
    if (request !== "go-on" && isAnswered) output.remark(hostsStopLine(request));
  });
  try {
    return await work({ ...prepared, logs, purpose: "read", stopSignals: signals.stopSignals });
  } finally {
    signals.end();
  }
}
