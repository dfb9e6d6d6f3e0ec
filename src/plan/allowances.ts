import type { EffectiveAction } from "./agent-plan.ts";

/**
 * The permissions of a user for a plan beyond fleet.yaml, each with its flag and the flag's help text.
 * Options of planners, flags of commands and the origin of a saved plan follow from this table.
 */
export const allowances = {
  /** Restart changed agents without waiting until they are idle. */
  now: { flag: "--now", help: "do not wait until agents are idle" },
  /** Remove or stop agents even if they are most of the fleet. */
  allowRemoveAll: {
    flag: "--allow-remove-all",
    help: "remove or stop agents even when that is most of the fleet",
  },
  /** End the agent whose session runs the command. */
  allowSelf: { flag: "--allow-self", help: "allow stopping the agent whose session runs this command" },
} as const;

/** The name of an allowance, also its key in the flags of a command. */
export type Allowance = keyof typeof allowances;

/** The granted and the missing allowances. */
export type Allowances = Readonly<Record<Allowance, boolean>>;

/** The flags of a command, as far as they allow something. */
export type AllowanceFlags = Readonly<Partial<Record<Allowance, boolean>>>;

/** The names of all allowances, in the order of the help. */
export const allowanceNames = Object.keys(allowances) as readonly Allowance[];

/** Returns the allowances in the flags of a command, and no others. */
export function allowedBy(flags: AllowanceFlags): Allowances {
  const given = allowanceNames.map((name) => [name, flags[name] ?? false] as const);
  return Object.fromEntries(given) as Allowances;
}

/** A command whose plan a guard may refuse. `apply` is every plan of a whole fleet.yaml: that of a watch, too. */
type Refusable = "apply" | "restart" | "start" | "adopt" | "destroy";

/** The properties of a guard. */
export interface Guard {
  /** The allowance that lifts it. Each command in `against` has its flag. */
  readonly allowance: Allowance;
  /** The commands it refuses. */
  readonly against: readonly [Refusable, ...Refusable[]];
  /**
   * The actions a watch leaves out while the guard refuses its plan. An agent that waits for one of them is left
   * out, too. The watch carries out all other actions, so a guard holds at least one.
   */
  readonly holds: readonly [EffectiveAction, ...EffectiveAction[]];
}

const endingActions = ["remove", "stop"] as const;
/**
 * Includes the new agents: if a watch added them, the old ones would no longer be most of the fleet, and its next plan
 * would end them.
 */
const endsAndAdds = ["add", ...endingActions] as const;

/** The guards that refuse a plan as a whole. A guard without a row does not compile. */
export const guards = {
  "empty-fleet": { allowance: "allowRemoveAll", against: ["apply"], holds: endsAndAdds },
  "other-fleet": { allowance: "allowRemoveAll", against: ["apply"], holds: endsAndAdds },
  "mass-removal": { allowance: "allowRemoveAll", against: ["apply"], holds: endsAndAdds },
  "mass-stop": { allowance: "allowRemoveAll", against: ["apply"], holds: endsAndAdds },
  // In every other plan, such an agent is blocked by itself.
  "own-session": { allowance: "allowSelf", against: ["destroy"], holds: endingActions },
} as const satisfies Readonly<Record<Refused["guard"], Guard>>;

/**
 * Returns the allowances that a command offers as flags: all for an apply. Every other one can meet its own session, and
 * the guards against it.
 */
export function allowancesOf(verb: Refusable | "stop"): readonly Allowance[] {
  if (verb === "apply") return allowanceNames;
  const against = Object.values(guards).filter((guard: Guard) => guard.against.some((each) => each === verb));
  const lifting = new Set<Allowance>(against.map(({ allowance }) => allowance));
  return allowanceNames.filter((name) => name === "allowSelf" || lifting.has(name));
}

/** The refusal of a plan by a guard, with the numbers behind it. */
export type Refusal = Refused & {
  /** The flag against it. */
  readonly flag: string;
};

type Refused =
  | { readonly guard: "empty-fleet"; readonly removed: number }
  | {
      readonly guard: "other-fleet";
      readonly removed: number;
      /** The file applied last; undefined if nothing tells. */
      readonly appliedFile: string | undefined;
    }
  | {
      readonly guard: "mass-removal";
      /** `removed` of so many agents, or of so many sessions. */
      readonly among: "agents" | "sessions";
      readonly all: number;
      readonly removed: number;
      readonly stopped: number;
    }
  /** So many sessions would end, of `all`. */
  | { readonly guard: "mass-stop"; readonly all: number; readonly removed: number; readonly stopped: number }
  | { readonly guard: "own-session"; readonly agent: string };

/** Refuses a plan in the name of a guard. */
export function refusal(refused: Refused): Refusal {
  return { ...refused, flag: allowances[guards[refused.guard].allowance].flag };
}

/** Returns the actions a watch leaves out while these guards refuse the plan. */
export function heldBy(refusals: readonly Refusal[]): ReadonlySet<EffectiveAction> {
  return new Set(refusals.flatMap(({ guard }): readonly EffectiveAction[] => guards[guard].holds));
}
