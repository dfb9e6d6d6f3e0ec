import type { MachineFacts } from "../../doctor/machine-findings.ts";
import { managerFacts } from "../../drivers/systemd/manager-facts.ts";
import { tmuxVersion } from "../../drivers/tmux/version.ts";
import { ok } from "../../diagnostics/diagnostic.ts";
import type { Machine } from "../../machine/machine.ts";
import { invokingUser } from "../../system/environment.ts";
import type { Exec } from "../../system/exec.ts";
import { readControllers } from "../in-force/controllers.ts";
import { observeLingering } from "../lingering.ts";

/** The facts of `fleet doctor` about the machine, and the PATH of units. */
export interface ObservedMachine {
  readonly facts: MachineFacts;
  /** The PATH of the user manager, which agents get; undefined if it does not answer. */
  readonly managerPath: string | undefined;
}

/** Asks systemd, tmux and logind, all at once. Starts nothing. */
export async function observeMachine(exec: Exec, { uid }: Machine): Promise<ObservedMachine> {
  const [manager, tmux, lingering] = await Promise.all([
    managerFacts(exec),
    tmuxVersion(exec),
    observeLingering(exec, uid),
  ]);
  return {
    facts: {
      manager: manager.ok ? ok(manager.value.version) : manager,
      tmux,
      lingering,
      user: invokingUser() ?? String(uid),
      controllers: readControllers(undefined, uid),
    },
    managerPath: manager.ok ? manager.value.path : undefined,
  };
}
