import type { RenderFlags } from "./shared/flags.ts";
import { join, relative, resolve } from "node:path/posix";
import { performRender } from "../render/perform-render.ts";
import { inputPaths, type Inputs } from "../desired/inputs.ts";
import { layoutOf, type Layout } from "../desired/layout.ts";
import { renderedPlaces, renderedThings } from "../render/rendered-files.ts";
import { resolveFleet } from "../desired/resolve.ts";
import { fail, ok, type Diagnostic, type DiagnosticCode, type Result } from "../diagnostics/diagnostic.ts";
import { linkTarget, realPathOf } from "../drivers/files/permissions.ts";
import { kindOf } from "../drivers/files/read.ts";
import { readInputs } from "../observe/files/read-inputs.ts";
import { readRendering } from "../render/observe-rendered.ts";
import { planRender, type ForeignThing, type RenderPlan } from "../render/plan-render.ts";
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
  if (plan.foreign.length > 0) return report(context, [notOurs(out, fleet, plan.foreign)]);

  const envFolder = relative(machine.configHome, layout.envDir);
  const problems = await performRender(root.value, plan, found.value, envFolder);
  if (problems.length > 0) return report(context, problems);
  const warnings = [...missingInputs(inputs), ...overwrittenEdits(plan)];
  output.text(renderText(fleet, out, plan, output.colors));
  output.json(renderJson(fleet, root.value, plan, warnings));
  if (!output.options.json && warnings.length > 0) output.diagnostics(warnings);
  return exitCodes.ok;
}

/**
 * Returns the absolute path of the folder. Follows a link in its place, because the user asked for its
 * target.
 */
function findRoot(out: string, configHome: string, layout: Layout): Result<string> {
  if (out === "") return fail("bad-usage", "--out wants the name of a folder");
  try {
    const root = resolve(out);
    const kind = kindOf(root);
    if (kind === "not-a-directory") return fail("bad-usage", `--out ${out} is not a folder`);
    if (kind === "missing" && linkTarget(root) !== undefined) {
      return fail("bad-usage", `--out ${out} is a symbolic link that leads nowhere`);
    }
    return isLive(root, configHome, layout) ? live(out) : ok(realPathOf(root));
  } catch (error) {
    return fail("file-unreadable", `cannot look at ${out}`, {
      detail: error instanceof Error ? error.message : String(error),
    });
  }
}

/**
 * Returns true for an installed folder. Only apply changes those, because it reloads, restarts, and checks
 * the risks.
 */
function isLive(root: string, configHome: string, { unitDir, envDir, scriptPath }: Layout): boolean {
  return [configHome, unitDir, envDir, scriptPath].some(
    (path) => realPathOf(join(root, relative(configHome, path))) === realPathOf(path),
  );
}

function live(out: string): Result<string> {
  return fail("blocked", `${out} is where the fleet is installed`, {
    detail: "What is in use there is changed by apply. Nothing was changed.",
    hint: "render into a folder of its own, and compare",
  });
}

/** Limit for the foreign files in a message. */
const mostForeign = 10;

function notOurs(out: string, fleet: string, foreign: readonly ForeignThing[]): Diagnostic {
  const left = foreign.length - mostForeign;
  return {
    severity: "error",
    code: "blocked",
    summary: `${out} holds what was not rendered for fleet ${fleet}`,
    detail: [
      ...foreign.slice(0, mostForeign).map(describeForeign),
      ...(left > 0 ? [`and ${left} more`] : []),
      "Nothing was changed.",
    ].join("\n"),
    hint: "render into a folder of its own: one that is empty, or not there yet",
  };
}

const foreignWords: Readonly<Record<ForeignThing["kind"], string>> = {
  file: "",
  link: " (a symbolic link)",
  unreadable: " (cannot be read)",
  other: "",
};

function describeForeign({ path, kind, fleet }: ForeignThing): string {
  return `  ${path}${fleet === undefined ? foreignWords[kind] : ` (of fleet ${fleet})`}`;
}

/**
 * Returns a warning for each missing file of fleet.yaml. It is no error here, because the file may exist on
 * the target machine.
 */
function missingInputs({ envFiles, workdirs }: Inputs): readonly Diagnostic[] {
  const files = [...envFiles].flatMap(([path, input]): readonly Diagnostic[] => {
    if (input.kind === "content" && input.unusableLine === undefined) return [];
    if (input.kind === "content") {
      return [
        warning(
          "invalid-value",
          `line ${input.unusableLine} of envFile ${path} is not NAME=value`,
          "systemd would leave it out, and write it to its journal: mend it before the agents are started",
        ),
      ];
    }
    const state = input.kind === "missing" ? "does not exist" : input.message;
    return [
      warning(
        "file-not-found",
        `envFile ${path} ${state} here`,
        "its content counts as configuration: where it is there, a plan will say that it changed",
      ),
    ];
  });
  const folders = [...workdirs].flatMap(([path, kind]) =>
    kind === "directory"
      ? []
      : [
          warning(
            "file-not-found",
            `workdir ${path} does not exist here`,
            "it has to be there before its agents are started",
          ),
        ],
  );
  return [...files, ...folders];
}

function overwrittenEdits({ steps }: RenderPlan): readonly Diagnostic[] {
  return steps
    .filter(({ wasEdited }) => wasEdited)
    .map(({ thing }) =>
      warning(
        "file-edited",
        `${thing.path} had been edited by hand, and was written anew`,
        "what is to stay belongs into fleet.yaml",
      ),
    );
}

function warning(code: DiagnosticCode, summary: string, hint: string): Diagnostic {
  return { severity: "warning", code, summary, hint };
}
