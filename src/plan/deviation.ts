import type { Controller } from "../desired/files/directive.ts";

/**
 * An obstacle between fleet.yaml and its effect that apply leaves alone, because it belongs to a person or
 * the machine. A closed set. `agents` are sorted; empty for a deviation of the holder.
 */
export type Deviation =
  /** A foreign file overrides a setting of the fleet. */
  | {
      readonly kind: "overridden";
      readonly agents: readonly string[];
      readonly file: string;
      readonly settings: readonly OverriddenSetting[];
      /**
       * True for `systemctl set-property`: it lasts until the next daemon-reload, and then the fleet's own
       * value applies.
       */
      readonly untilReload: boolean;
    }
  /** systemd applies these directives to the process waiting for the agent, and not to the agent. */
  | {
      readonly kind: "not-reaching";
      readonly agents: readonly string[];
      readonly file: string;
      readonly directives: readonly string[];
    }
  /** The unit is masked while it runs: it cannot be started again. */
  | { readonly kind: "masked"; readonly agents: readonly string[]; readonly file: string }
  /** The settings of this drop-in are unknown. */
  | { readonly kind: "unreadable"; readonly agents: readonly string[]; readonly file: string }
  /** The kernel's controller for these fields is not available to agents. */
  | {
      readonly kind: "not-enforced";
      readonly agents: readonly string[];
      readonly controller: Controller;
      /** Fields in `resources` of fleet.yaml. */
      readonly fields: readonly string[];
    };

export interface OverriddenSetting {
  readonly directive: string;
  /** The value in force; undefined if it may be a secret, empty if the file resets it. */
  readonly value: string | undefined;
  /** The fleet's value; undefined if there is none. */
  readonly declared: string | undefined;
}

/** Returns true if a setting of the fleet is not in force. Other settings in the same file are no contradiction. */
export function contradictsFleet(deviation: Deviation): boolean {
  return deviation.kind === "overridden" && deviation.settings.some(({ declared }) => declared !== undefined);
}

/** Returns the deviations of this agent. */
export function deviationsOf(
  { name }: { readonly name: string },
  deviations: readonly Deviation[] = [],
): readonly Deviation[] {
  return deviations.filter(({ agents }) => agents.includes(name));
}
