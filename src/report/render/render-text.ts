import type { RenderPlan, RenderStep } from "../../render/plan-render.ts";
import type { Colors } from "../terminal/colors.ts";
import { visible } from "../terminal/display-text.ts";
import { count } from "../../text/counting.ts";

/** Returns the changes of a render in its folder, one line for each file, and then their number. */
export function renderText(fleet: string, out: string, plan: RenderPlan, colors: Colors): readonly string[] {
  const pathsWith = (result: RenderStep["result"]): readonly string[] =>
    plan.steps.filter((step) => step.result === result).map(({ thing }) => visible(thing.path));
  const [created, updated] = [pathsWith("created"), pathsWith("updated")];
  const removed = plan.removed.map(visible);
  const changes = [
    ...created.map((path) => colors.green(`  + ${path}`)),
    ...updated.map((path) => colors.yellow(`  ~ ${path}`)),
    ...removed.map((path) => colors.red(`  - ${path}`)),
  ];
  const numbers = `${created.length} created, ${updated.length} updated, ${removed.length} removed`;
  const files = count(plan.steps.length, "file");
  return [
    ...changes,
    ...(changes.length === 0 ? [] : [""]),
    changes.length === 0
      ? `No changes. ${visible(out)} holds fleet ${fleet} as fleet.yaml says, in ${files}.`
      : `Rendered fleet ${fleet} into ${visible(out)}, ${files}: ${numbers}.`,
  ];
}
