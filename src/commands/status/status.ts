import type { Selection } from "../../plan/selection/selection.ts";
import { sortAgents } from "../../report/table/sort-agents.ts";
import type { ColumnName } from "../../report/table/column-names.ts";
import { statusJson } from "../../report/status/status-json.ts";
import { statusText } from "../../report/status/status-text.ts";
import { waitForReaders } from "../../report/terminal/print.ts";
import { outputColumns } from "../../report/terminal/output-columns.ts";
import { report, type Context } from "../shared/context.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import type { StatusFlags } from "../shared/flags.ts";
import { readFleet } from "../shared/read-fleet.ts";
import { arranged, wantedBy, withActivities, type Wanted } from "./status-form.ts";
import { heardStatus } from "../shared/heard.ts";
import { lookAtFleet, type StatusLook } from "./look.ts";
import type { StatusRow } from "../../report/table/table-row.ts";

/** Runs `fleet status`: shows the declared, the running and the waiting agents. */
export async function statusCommand(
  context: Context,
  selection: Selection,
  flags: StatusFlags,
): Promise<ExitCode> {
  waitForReaders();
  const wanted = await wantedBy(flags);
  if (!wanted.ok) return report(context, wanted.diagnostics);
  if (flags.watch ?? false) {
    return (await import("./watch-status.ts")).watchStatus(context, selection, wanted.value);
  }
  const config = await readFleet(context);
  if (!config.ok) return report(context, config.diagnostics);
  const isData = (context.flags.json ?? false) || flags.output === "yaml";
  const columns: readonly ColumnName[] = isData ? [...wanted.value.columns, "log"] : wanted.value.columns;
  const look = await lookAtFleet(config.value, selection, columns, context);
  if (!look.ok) return report(context, look.diagnostics);
  await showStatus(withActivities(look.value, wanted.value), wanted.value, flags, context);
  return context.output.options.quiet && look.value.status.agents.some(isDown)
    ? exitCodes.agentsFailed
    : exitCodes.ok;
}

async function showStatus(
  look: StatusLook,
  wanted: Wanted,
  flags: StatusFlags,
  context: Context,
): Promise<void> {
  const { output } = context;
  const { status } = look;
  const inOrder = { ...status, agents: sortAgents(status.agents, wanted.order ?? "name") };
  const { both = false } = output.options;
  if (both) output.json(statusJson(inOrder));
  else if (context.flags.json ?? false) return output.json(statusJson(inOrder));
  switch (flags.output) {
    case "yaml": {
      const { yamlText } = await import("../../config/writing/yaml-text.ts");
      return output.raw(yamlText(statusJson(inOrder)));
    }
    case "name":
      return output.raw(inOrder.agents.map(({ name }) => `${name}\n`).join(""));
    case "json":
    case "wide":
    case undefined: {
      if (output.options.quiet) return;
      const { look: shown, form } = await arranged(look, wanted, outputColumns(), context);
      const forReader = { ...form, host: context.flags.hostHere };
      output.text(statusText(await heardStatus(shown.status, context), shown.now, output.colors, forReader));
    }
  }
}

/** Returns true for an agent that should run, and neither runs nor starts. */
function isDown({ desired, state }: StatusRow): boolean {
  return desired === "running" && !["running", "starting", "completed"].includes(state);
}
