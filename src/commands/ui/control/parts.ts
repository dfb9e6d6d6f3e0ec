import type { Machine } from "../../../machine/machine.ts";
import type { Exec } from "../../../system/exec.ts";
import type { PagePart } from "../../../ui/page-link.ts";
import { createControl } from "./control.ts";
import { createPrompts } from "./prompts.ts";

/** The surroundings of everything that a page may do to the fleet. */
interface World {
  readonly exec: Exec;
  readonly machine: Machine;
  readonly file: string;
  readonly folder: string;
}

/** Returns the parts of a server with control. */
export function controlParts(world: World): readonly PagePart[] {
  return [createControl(world), createPrompts(world)];
}
