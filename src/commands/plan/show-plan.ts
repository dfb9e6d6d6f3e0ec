import { fleetPlaces } from "../../config/file/places/fleet-places.ts";
import { planFormats, type PlanFormat } from "../shared/plan-formats.ts";
import { relative, resolve } from "node:path";
import type { LoadedFleet } from "../../config/file/load.ts";
import type { Survey } from "../../observed/survey.ts";
import type { Plan } from "../../plan/types.ts";
import { runningEnvironment } from "../../observe/processes/running-environment.ts";
import { agentViews } from "../../plan/view/agent-view.ts";
import { runningEdits, type EnvironmentOf } from "../../diffs/plan/running-edits.ts";
import { fullDiffs, runningDiffs } from "../../diffs/plan/full-diffs.ts";
import { fullDiffsText, runningDiffsText } from "../../report/plan/full-diffs-text.ts";
import { hasWarnings, planGithub, type PlanSpots } from "../../report/plan/plan-github.ts";
import { planJson } from "../../report/plan/plan-json.ts";
import { planMarkdown } from "../../report/plan/plan-markdown.ts";
import { planText } from "../../report/plan/plan-text.ts";
import { attachDiffs } from "../../diffs/plan/attach-diffs.ts";
import type { Output } from "../../report/output.ts";
import { annotatedProblem, type Spot } from "../../report/plan/workflow-commands.ts";
import type { Context } from "../shared/context.ts";
import { entryByInstance } from "../../config/schema/replicas.ts";

/** A plan and its sources. */
export interface Planned {
  readonly plan: Plan;
  readonly surveyed: Survey;
  readonly loaded: LoadedFleet;
}

/** The formats with every file, or lines of fleet.yaml. The others load nothing of this. */
type FullFormat = Exclude<PlanFormat, "text" | "json">;

type Show = (planned: Planned, output: Output) => Promise<void> | void;

const renderers: Readonly<Record<FullFormat, Show>> = {
  markdown: (planned, output) => {
    output.text(planMarkdown(planned.plan, diffsInFull(planned), output.options.verbose));
  },
  github: async (planned, output) => {
    output.raw(joinedLines(planGithub(planned.plan, await spotsFor(planned), output.options.quiet)));
  },
  diff: async (planned, output) => {
    const { colors, options } = output;
    const [files, running] = [diffsInFull(planned), runningOf(planned)];
    output.text([
      ...fullDiffsText(files, colors),
      ...runningDiffsText(running, colors),
      ...planText(planned.plan, colors, options.verbose),
    ]);
    output.json({
      ...(planJson(await attachDiffs(planned.plan)) as object),
      files: files.map(({ path, diff }) => ({ path, diff })),
      running,
    });
  },
};

/** Shows a plan in a format with files or lines, and sends it if the format has no JSON of its own. */
export async function showPlan(format: FullFormat, planned: Planned, { output }: Context): Promise<void> {
  await renderers[format](planned, output);
  if (planFormats[format].json === "never") await sendPlan(planned, output);
}

/** Sends the plan as JSON, too, if another machine asks for it: it reads there which agents move. */
async function sendPlan({ plan }: Planned, output: Output): Promise<void> {
  if (output.options.both === true) output.json(planJson(await attachDiffs(plan)));
}

function diffsInFull({ plan, surveyed }: Planned): ReturnType<typeof fullDiffs> {
  return fullDiffs(plan, surveyed.observed, surveyed.desired.layout);
}

function runningOf({ plan, surveyed }: Planned): ReturnType<typeof runningDiffs> {
  const { observed, desired } = surveyed;
  const view = agentViews(observed, desired.layout);
  const runningEnvironmentOf: EnvironmentOf = (agent) => {
    const { pane } = view(agent);
    return pane === undefined ? undefined : runningEnvironment(pane.pid);
  };
  return runningDiffs(runningEdits(plan, observed, desired.layout, runningEnvironmentOf));
}

/**
 * Returns a context that prints problems as annotations, among the results: GitHub's runner reads them there.
 */
export function annotating(context: Context): Context {
  const { output } = context;
  return {
    ...context,
    output: {
      ...output,
      diagnostics: (problems) =>
        output.raw(
          joinedLines(
            problems.map((problem) =>
              annotatedProblem({ ...problem, place: problem.place && inWorkspace(problem.place) }),
            ),
          ),
        ),
    },
  };
}

function joinedLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

/** Returns the lines of fleet.yaml. Loads the YAML parser only if there is a line to find. */
async function spotsFor({ plan, loaded, surveyed }: Planned): Promise<PlanSpots> {
  const whole: Spot = inWorkspace({ file: loaded.file });
  if (!hasWarnings(plan)) return { agents: whole, agent: () => whole };
  const places = await fleetPlaces(loaded);
  const entries = entryByInstance(surveyed.config.agents);
  const agents = places.agents === undefined ? whole : inWorkspace(places.agents);
  return {
    agents,
    agent: (name) => {
      const place = places.entry(entries.get(name) ?? "");
      return place === undefined ? agents : inWorkspace(place);
    },
  };
}

/**
 * Returns a place with the path of its file in the repository, because annotations need it. The working
 * directory may be another one.
 */
function inWorkspace<T extends Spot>(spot: T): T {
  const workspace = process.env["GITHUB_WORKSPACE"];
  if (!workspace) return spot;
  const file = relative(workspace, resolve(spot.file));
  return file.startsWith("..") ? spot : { ...spot, file };
}
