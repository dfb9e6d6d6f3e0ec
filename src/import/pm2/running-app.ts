import type { LocatedNode } from "../../config/yaml/located-nodes.ts";
import type { ImportedAgent, Input } from "../form/imported.ts";
import { agentAt, type Ledger } from "../form/ledger.ts";
import type { Namer } from "../form/names.ts";
import { flagOf, textAt, firstValue } from "../form/nodes.ts";
import { commandOf } from "./app-command.ts";

interface Tools {
  readonly input: Input;
  readonly ledger: Ledger;
}

/**
 * Reads an app of `pm2 jlist`. Its variables are those of the whole session in which pm2 was started, so they are left
 * out.
 */
export function runningApp(
  app: LocatedNode,
  names: Namer,
  { input, ledger }: Tools,
): readonly ImportedAgent[] {
  const state = firstValue(app, "pm2_env");
  const script = textAt(state, "pm_exec_path");
  const wanted = textAt(app, "name") ?? "app";
  if (state === undefined || script === undefined) {
    ledger.lose("no-command", app, wanted);
    return [];
  }
  const workdir = textAt(state, "pm_cwd");
  // Each instance of a cluster is an entry of its own, under one name.
  const name = names(wanted, ledger, app, "app");
  ledger.note("env-of-session", app, wanted);
  return [
    agentAt(name, input.path, app, {
      keys: {
        command: commandOf(state, script),
        ...(workdir === undefined ? {} : { workdir }),
        ...(textAt(state, "status") === "stopped" ? { state: "stopped" } : {}),
        restart: { policy: flagOf(firstValue(state, "autorestart")) === false ? "no" : "always" },
      },
    }),
  ];
}
