import { beforeAll } from "vitest";
import type { Sandbox } from "../rig/sandbox.ts";
import { useSandbox } from "../rig/use-sandbox.ts";
import { installUnits } from "./fleet.ts";

/** Opens a sandbox for the tests of the surrounding `describe`, like `useSandbox`, and installs units/ in it. */
export function useUnits(options: Parameters<typeof useSandbox>[0] = {}): Sandbox {
  const box = useSandbox(options);
  beforeAll(() => installUnits(box));
  return box;
}
