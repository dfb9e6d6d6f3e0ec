import type { HostResult } from "../../hosts/host-result.ts";
import { settleLacking, type AnsweredRun } from "../../hosts/lacking-hosts.ts";
import { lackingLine } from "../../report/hosts/host-lines.ts";
import type { Context } from "../shared/context.ts";

/** Returns results without the errors of hosts that lack the selected agents, and tells these hosts in a line. */
export function withoutLacking(found: readonly HostResult[], { output }: Context): AnsweredRun {
  const settled = settleLacking(found);
  const { lacking } = settled;
  if (lacking.length > 0 && !output.options.json) output.remark(lackingLine(lacking));
  return settled;
}
