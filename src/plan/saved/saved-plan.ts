import { digest } from "../../text/digests/digest.ts";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { fleetCommand, wording, type Wording } from "../../diagnostics/wording.ts";
import type { Preconditions } from "./preconditions.ts";
import type { Allowances } from "../allowances.ts";
import type { Action } from "../types.ts";
import { parseJson } from "../../text/json.ts";

/** The place and options of a plan's making: it may be applied only there, with the same options. */
export interface Origin {
  /** Version of the tool. */
  readonly version: string;
  readonly host: string;
  readonly uid: number;
  /** Absolute path of the fleet file. */
  readonly file: string;
  readonly fleet: string;
  /** The requested agents, as names and patterns; null without any. */
  readonly only: readonly string[] | null;
  /** The selector of labels; absent without one. */
  readonly selector?: string;
  readonly options: Allowances;
  /** ISO 8601. */
  readonly madeAt: string;
}

/** The version of the format of plans. */
export const planFormat = "2.0";

/** The parsed part of a plan in a file: the rest of the file is for people and for `jq`. */
export interface SavedPlan {
  readonly origin: Origin;
  readonly actions: readonly SavedAction[];
}

export interface SavedAction extends Pick<Action, "id" | "kind" | "target" | "agent" | "reason"> {
  readonly fingerprint: Preconditions;
}

/** Returns the text of a plan's file, see sealPlan. */
export function renderSavedPlan(...given: Parameters<typeof sealPlan>): string {
  return `${JSON.stringify(sealPlan(...given), null, 2)}\n`;
}

/** Returns a plan to save. `plan` is planJson's object, `facts` the preconditions of its actions, in their order. */
export function sealPlan(plan: object, facts: readonly Preconditions[], origin: Origin, key: string): object {
  const { actions = [] } = plan as { readonly actions?: readonly object[] };
  const whole = {
    ...plan,
    actions: actions.map((action, index) => ({ ...action, fingerprint: facts[index] ?? {} })),
    origin,
  };
  return { ...whole, checksum: checksumWithKey(whole, key) };
}

/** Parses a saved plan. Refuses a plan of another machine or tool, and a modified one. */
export function parseSavedPlan(
  text: string,
  shown: string,
  here: Pick<Origin, "version" | "host" | "uid">,
  key: string,
): Result<SavedPlan> {
  const value = parseJson(text);
  if (!hasSavedPlanShape(value)) {
    return notAPlan(
      `${shown} is not a saved plan`,
      wording`plans are saved by \`${fleetCommand("plan")} --out FILE\``,
    );
  }
  const { checksum: sum, ...rest } = value;
  const { origin } = value;
  const again = wording`make a new plan here: ${fleetCommand("plan")} --out FILE`;
  if (value.formatVersion !== planFormat) {
    const found = String(value.formatVersion);
    return notAPlan(`${shown} has format ${found}, and this version reads ${planFormat}`, again);
  }
  if (origin.version !== here.version) {
    return notAPlan(
      `${shown} was made by mosaic-fleet ${origin.version}, and this is ${here.version}`,
      again,
    );
  }
  if (origin.host !== here.host || origin.uid !== here.uid) {
    const [there, now] = [`user ${origin.uid} on ${origin.host}`, `user ${here.uid} on ${here.host}`];
    return notAPlan(`${shown} was made for ${there}, and this is ${now}`, again);
  }
  if (sum !== checksumWithKey(rest, key)) {
    return notAPlan(`${shown} is not as it was saved: its checksum does not fit`, again);
  }
  return ok(value);
}

function notAPlan(summary: string, hint: Wording): Result<SavedPlan> {
  return fail("foreign-plan", summary, { detail: "Nothing was changed.", hint });
}

/** Returns a checksum with the key of this machine: without the key, no other valid plan can be made. */
function checksumWithKey(whole: object, key: string): string {
  return digest(`${key}\n${JSON.stringify(whole)}`);
}

interface Sealed {
  readonly formatVersion: unknown;
  readonly checksum: string;
}

function hasSavedPlanShape(value: unknown): value is SavedPlan & Sealed {
  const { origin, actions, checksum: sum } = (value ?? {}) as Partial<SavedPlan & Sealed>;
  return typeof sum === "string" && typeof origin === "object" && origin !== null && Array.isArray(actions);
}
