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

interface Guard {
  /** The allowance that lifts it. */
  readonly allowance: Allowance;
  /**
   * The actions left out by a watch while the guard refuses the plan, also for agents waiting for one of them. It
   * executes all others, so a guard holds at least one.
   */
  readonly holds: readonly [EffectiveAction, ...EffectiveAction[]];
}

const ends = ["remove", "stop"] as const;
/** With the new agents in place, the old ones would be less than most of the fleet, and the next plan would end them. */
const endsAndAdds = ["add", ...ends] as const;

/** The guards that refuse a plan as a whole. A guard without a row does not compile. */
export const guards = {
  "empty-fleet": { allowance: "allowRemoveAll", holds: endsAndAdds },
  "other-fleet": { allowance: "allowRemoveAll", holds: endsAndAdds },
  "mass-removal": { allowance: "allowRemoveAll", holds: endsAndAdds },
  "mass-stop": { allowance: "allowRemoveAll", holds: endsAndAdds },
  // Only a destroy is refused by it. In the plan of a watch, such an agent is blocked by itself.
  "own-session": { allowance: "allowSelf", holds: ends },
} as const satisfies Readonly<Record<Refused["guard"], Guard>>;

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

/** Returns the actions that a watch leaves out while these guards refuse the plan. */
export function heldBy(refusals: readonly Refusal[]): ReadonlySet<EffectiveAction> {
  return new Set(refusals.flatMap(({ guard }): readonly EffectiveAction[] => guards[guard].holds));
}
