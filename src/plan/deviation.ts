import type { Controller } from "../desired/files/directives.ts";

/**
 * Something that keeps what fleet.yaml declares from being in force, and that apply leaves as it is: it is a person's, or
 * the machine's. A closed set. `agents` are sorted; empty where it is about the holder.
 */
export type Deviation =
  /** Somebody's file sets what the fleet sets too, and wins. */
  | {
      readonly kind: "overridden";
      readonly agents: readonly string[];
      readonly file: string;
      readonly settings: readonly OverriddenSetting[];
      /** `systemctl set-property` has set it: that lasts until the next daemon-reload, after which the fleet's own value wins. */
      readonly untilReload: boolean;
    }
  /** systemd applies these directives to the process that waits for the agent, and not to the agent. */
  | {
      readonly kind: "not-reaching";
      readonly agents: readonly string[];
      readonly file: string;
      readonly directives: readonly string[];
    }
  /** The unit is masked while it runs: it cannot be started again. */
  | { readonly kind: "masked"; readonly agents: readonly string[]; readonly file: string }
  /** Nobody knows what this drop-in sets. */
  | { readonly kind: "unreadable"; readonly agents: readonly string[]; readonly file: string }
  /** The kernel's controller that these fields need is not there for agents. */
  | {
      readonly kind: "not-enforced";
      readonly agents: readonly string[];
      readonly controller: Controller;
      /** Of `resources` in fleet.yaml. */
      readonly fields: readonly string[];
    };

export interface OverriddenSetting {
  readonly directive: string;
  /** In force; undefined where it may be a secret, empty where the file resets it. */
  readonly value: string | undefined;
  /** As the fleet has it; undefined where it says nothing. */
  readonly declared: string | undefined;
}

/** Returns true if a setting of the fleet is not in force. Other settings in the same file are no contradiction. */
export function contradictsFleet(deviation: Deviation): boolean {
  return deviation.kind === "overridden" && deviation.settings.some(({ declared }) => declared !== undefined);
}

/** Returns the deviations that are about this agent. */
export function deviationsOf(
  { name }: { readonly name: string },
  deviations: readonly Deviation[] = [],
): readonly Deviation[] {
  return deviations.filter(({ agents }) => agents.includes(name));
}
