import type { Sandbox } from "../rig/sandbox.ts";
import { observeApply, type Effect } from "./effect.ts";
import { apply, declare, type FleetFile } from "./fleet.ts";

/** A person who edits fleet.yaml and applies each edit. */
export interface Editor {
  /** Returns the present content of fleet.yaml. */
  current(): FleetFile;
  /** Changes keys of agents (undefined removes an agent or a key), applies, and returns the effect. */
  edit(agents: Readonly<Record<string, object | undefined>>): Promise<Effect>;
  /** Replaces the whole, applies, and returns the effect. */
  replace(content: FleetFile): Promise<Effect>;
}

/** Applies a fleet for the first time. */
export async function openEditor(box: Sandbox, initial: FleetFile): Promise<Editor> {
  let current = initial;
  await declare(box, initial);
  await apply(box);

  async function replace(content: FleetFile): Promise<Effect> {
    current = content;
    await declare(box, content);
    return observeApply(box);
  }
  return {
    current: () => current,
    replace,
    edit(changed) {
      const agents = { ...current.agents };
      for (const [name, keys] of Object.entries(changed)) {
        if (keys === undefined) delete agents[name];
        else agents[name] = { ...agents[name], ...keys };
      }
      return replace({ ...current, agents });
    },
  };
}
