import type { RenderFlags } from "./shared/flags.ts";
import { relative } from "node:path/posix";
import { performRender } from "../render/perform-render.ts";
import { inputPaths } from "../desired/inputs.ts";
import { layoutOf } from "../desired/layout.ts";
import { renderedPlaces, renderedThings } from "../render/rendered-files.ts";
import { resolveFleet } from "../desired/agent/resolve.ts";
import { readInputs } from "../observe/files/read-inputs.ts";
import { readRendering } from "../render/observe-rendered.ts";
import { planRender } from "../render/plan-render.ts";
import { findRoot } from "../render/find-root.ts";
import { foreignProblem, missingInputs, overwrittenEdits } from "../report/render/render-problems.ts";
import { renderJson } from "../report/render/render-json.ts";
import { renderText } from "../report/render/render-text.ts";
import { report, type Context } from "./shared/context.ts";
import { exitCodes, type ExitCode } from "./shared/exit-codes.ts";
import { readFleet } from "./shared/read-fleet.ts";

/**
 * Runs `fleet render --out DIR`: writes all files of the fleet into a folder, laid out like the configuration
 * directory. Asks neither systemd nor tmux, and depends only on fleet.yaml, the envFiles, and the path of the
 * home directory.
 */
export async function renderCommand(context: Context, { out }: RenderFlags): Promise<ExitCode> {
  const { machine, output } = context;
  const config = await readFleet(context);
  if (!config.ok) return report(context, config.diagnostics);
  const { name: fleet, tmux } = config.value;
  const layout = layoutOf(fleet, tmux.socket, machine);
  const root = findRoot(out, machine.configHome, layout);
  if (!root.ok) return report(context, root.diagnostics);

  const inputs = readInputs(inputPaths(config.value, machine.home));
  const placeOf = renderedPlaces(fleet, machine);
  const found = readRendering(root.value, placeOf);
  if (!found.ok) return report(context, found.diagnostics);
  const wanted = renderedThings(resolveFleet(config.value, machine, inputs));
  const plan = planRender(wanted, found.value.things, fleet, placeOf);
  if (plan.foreign.length > 0) return report(context, [foreignProblem(out, fleet, plan.foreign)]);

  const envFolder = relative(machine.configHome, layout.envDir);
  const problems = await performRender(root.value, plan, found.value, envFolder);
  if (problems.length > 0) return report(context, problems);
  const warnings = [...missingInputs(inputs), ...overwrittenEdits(plan)];
  output.text(renderText(fleet, out, plan, output.colors));
  output.json(renderJson(fleet, root.value, plan, warnings));
  if (!output.options.json && warnings.length > 0) output.diagnostics(warnings);
  return exitCodes.ok;
}
