import {
  closeSync,
  fchmodSync,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { resolve } from "node:path";
import { findFleet } from "../../config/file/load.ts";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { temporaryBeside } from "../../drivers/files/temporary.ts";
import { invocationIds } from "../../drivers/systemd/invocations.ts";
import type { Survey } from "../../observed/survey.ts";
import { allowedBy } from "../../plan/allowances.ts";
import { isPlanText } from "../../plan/saved/plan-text.ts";
import { preconditionsOf, unitsIn, type Preconditions } from "../../plan/saved/preconditions.ts";
import { renderSavedPlan, sealPlan, type Origin } from "../../plan/saved/saved-plan.ts";
import type { Selection } from "../../plan/selection/selection.ts";
import type { Plan } from "../../plan/types.ts";
import { planJson } from "../../report/plan/plan-json.ts";
import { machineKey } from "../../system/machine-key.ts";
import { version } from "../../desired/version.ts";
import type { Context } from "../shared/context.ts";
import type { PlanFlags } from "../shared/flags.ts";
import { fileTrouble } from "../../text/error-message.ts";

/** Returns the origin of a saved plan: version, host and user. */
export function here({ machine }: Context): Pick<Origin, "version" | "host" | "uid"> {
  return { version, host: hostname(), uid: machine.uid };
}

/** Returns the current preconditions of each action of the plan, in order. */
export async function preconditionsNow(
  actions: Plan["actions"],
  { observed, desired }: Survey,
  { exec }: Pick<Context, "exec">,
): Promise<Result<readonly Preconditions[]>> {
  const invocations = await invocationIds(exec, unitsIn(actions));
  if (!invocations.ok) return invocations;
  const scene = { observed, layout: desired.layout, invocations: invocations.value, key: machineKey() };
  return ok(actions.map((action) => preconditionsOf(action, scene)));
}

/**
 * Writes the plan into a file, for `fleet apply FILE`. Mode 0600: it shows the agents' commands. A plan for another machine
 * goes there, and into no file here.
 */
export async function savePlan(
  plan: Plan,
  surveyed: Survey,
  { names, labels }: Selection,
  flags: PlanFlags & { readonly out: string },
  context: Context,
): Promise<Result<void>> {
  const file = await fleetFile(context);
  if (!file.ok) return file;
  const facts = await preconditionsNow(plan.actions, surveyed, context);
  if (!facts.ok) return facts;
  const origin: Origin = {
    ...here(context),
    file: resolve(file.value),
    fleet: plan.fleet,
    only: names.length === 0 ? null : names,
    ...(labels === undefined ? {} : { selector: labels.text }),
    options: allowedBy(flags),
    madeAt: new Date().toISOString(),
  };
  const { onSaved } = context.caller ?? {};
  if (onSaved !== undefined) return ok(onSaved(sealPlan(planJson(plan), facts.value, origin, machineKey())));
  return writePlan(flags.out, renderSavedPlan(planJson(plan), facts.value, origin, machineKey()));
}

/** Returns the path of the fleet file; of another machine, if the texts come from there. */
async function fleetFile({ flags, machine }: Context): Promise<Result<string>> {
  const { file, texts } = flags;
  const { configHome, cacheHome } = machine;
  return texts !== undefined && file !== undefined
    ? ok(file)
    : findFleet({ path: file, configHome, cacheHome });
}

/** Writes the text of a saved plan. Replaces an earlier plan and an empty file, and no other file. */
export function writePlan(path: string, text: string): Result<void> {
  try {
    if (holdsSomethingElse(path)) {
      return fail("blocked", `${path} exists, and is no plan`, {
        detail: "It was left as it is.",
        hint: "choose another path for the plan",
      });
    }
    replacePlan(path, text);
    return ok(undefined);
  } catch (error) {
    return fail("file-write-failed", `cannot write the plan to ${path}: ${fileTrouble(error)}`, {
      hint: "choose a file in a folder that exists and is yours",
    });
  }
}

/** Returns true for a file with a text other than a plan, such as fleet.yaml. A pipe and a terminal hold nothing. */
function holdsSomethingElse(path: string): boolean {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false;
  const file = openSync(path, "r");
  try {
    const start = Buffer.alloc(startBytes);
    const length = readSync(file, start, 0, startBytes, 0);
    return length > 0 && !isPlanText(start.toString("utf8", 0, length));
  } finally {
    closeSync(file);
  }
}

/** The name of the fleet has at most 63 characters. */
const startBytes = 512;

/** Replaces a plan whole or not at all: a full disk keeps the earlier one. Writes into a pipe, a terminal and behind a link. */
function replacePlan(path: string, text: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile() === false) return writePrivately(path, text);
  const temporary = temporaryBeside(path);
  try {
    writePrivately(temporary, text);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Writes a file with mode 0600. An existing file may have been open to others. */
function writePrivately(path: string, text: string): void {
  const file = openSync(path, "w", 0o600);
  try {
    if (fstatSync(file).isFile()) fchmodSync(file, 0o600);
    writeFileSync(file, text);
  } finally {
    closeSync(file);
  }
}
