import type { Layout } from "../desired/layout.ts";
import type { Exec } from "../system/exec.ts";

/** The target of actions. */
export interface Target {
  readonly layout: Layout;
  readonly exec: Exec;
}
