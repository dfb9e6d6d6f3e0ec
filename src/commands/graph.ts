import type { FleetConfig } from "../config/types.ts";
import { ok, type Result } from "../diagnostics/diagnostic.ts";
import { graphOf, type Sight } from "../graph/graph.ts";
import { declaredCandidates } from "../plan/selection/candidates.ts";
import { selectAmong } from "../plan/selection/select-agents.ts";
import { selectsAll, type Selection } from "../plan/selection/selection.ts";
import { dotText, mermaidText } from "../report/graph/graph-drawings.ts";
import { graphJson } from "../report/graph/graph-json.ts";
import { graphText } from "../report/graph/graph-text.ts";
import { outputColumns } from "../report/terminal/output-columns.ts";
import { waitForReaders } from "../report/terminal/print.ts";
import { report, type Context } from "./shared/context.ts";
import { exitCodes, type ExitCode } from "./shared/exit-codes.ts";
import type { GraphFlags } from "./shared/flags.ts";
import { readFleet } from "./shared/read-fleet.ts";
import { orElsewhere } from "./shared/or-elsewhere.ts";
import { lookAtFleet } from "./status/look.ts";

/** Runs `fleet graph`: shows agents, their dependencies and their states as a tree or a drawing. Changes nothing. */
export async function graphCommand(
  context: Context,
  selection: Selection,
  { format = "text", offline = false }: GraphFlags,
): Promise<ExitCode> {
  waitForReaders();
  const config = await readFleet(context);
  if (!config.ok) return report(context, config.diagnostics);
  const sight = offline ? ok(undefined) : await sightOf(config.value, context);
  if (!sight.ok) return report(context, sight.diagnostics);
  const only = selectNames(selection, config.value, sight.value);
  if (!only.ok) return report(context, only.diagnostics);
  const { output } = context;
  const isOpen = context.flags.verbose ?? false;
  const graph = graphOf(config.value, sight.value, { only: only.value, isOpen });
  output.json(graphJson(graph));
  if (output.options.json) return exitCodes.ok;
  if (format === "mermaid") output.raw(mermaidText(graph));
  else if (format === "dot") output.raw(dotText(graph));
  else output.text(graphText(graph, output.colors, outputColumns()));
  return exitCodes.ok;
}

/** Problems of a machine that has no fleet, such as a laptop without systemd. */
const withoutMachine: ReadonlySet<string> = new Set(["no-user-manager", "missing-program", "no-tmux"]);

/** Observes the fleet. A machine without systemd or tmux shows the file alone, and says so. */
async function sightOf(config: FleetConfig, context: Context): Promise<Result<Sight | undefined>> {
  const seen = await lookAtFleet(config, { names: [] }, [], context);
  if (seen.ok) {
    const { holder, agents } = seen.value.status;
    return ok({
      server: holder.active,
      agents: new Map(agents.map(({ name, state }) => [name, state])),
      services: new Set(agents.filter(({ kind }) => kind === "service").map(({ name }) => name)),
    });
  }
  const [problem] = seen.diagnostics;
  if (problem === undefined || !withoutMachine.has(problem.code)) return seen;
  context.output.remark(
    `The states are unknown: ${problem.summary}. Shown is fleet.yaml alone, as with --offline.`,
  );
  return ok(undefined);
}

function selectNames(
  selection: Selection,
  config: FleetConfig,
  sight: Sight | undefined,
): Result<ReadonlySet<string> | undefined> {
  if (selectsAll(selection)) return ok(undefined);
  const candidates = declaredCandidates(config, sight?.agents.keys() ?? []);
  return orElsewhere(selectAmong(selection, candidates), selection, config);
}
