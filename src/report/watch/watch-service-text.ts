import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { UnitPhase } from "../../plan/view/unit-phase.ts";
import { journalCommand } from "../journal-command.ts";
import { visible } from "../terminal/display-text.ts";

/** Says that the watch runs as a service, and how to look at it. */
export function installedText(unit: string, path: string): readonly string[] {
  return [
    `${unit} watches ${visible(path)}, from now on and at each boot.`,
    `Its log: ${journalCommand(unit)} -f`,
  ];
}

/** Says that a service no longer runs. */
export function uninstalledText(unit: string, wasThere: boolean): readonly string[] {
  return [wasThere ? `${unit} is removed. The fleet goes on as it is.` : `There is no ${unit}.`];
}

/** Warns of programs of the service that an upgrade of node or mosaic-fleet is likely to remove; nothing if there are none. */
export function ofOneVersionText(paths: readonly string[], command: string): readonly string[] {
  if (paths.length === 0) return [];
  return [
    `The service runs ${paths.map(visible).join(" and ")}, of one version only. ` +
      `After an upgrade that removes it, do this again: ${command} --install`,
  ];
}

/** Returns the problem of a watch service that is not `wanted`, although systemd was asked for it. */
export function serviceProblem(unit: string, wanted: "up" | "down", phase: UnitPhase): Diagnostic {
  const isStart = wanted === "up";
  return {
    severity: "error",
    code: isStart ? "service-not-started" : "service-not-stopped",
    summary: isStart ? `${unit} does not run` : `${unit} still runs`,
    detail: `systemd was asked to ${isStart ? "start" : "stop"} it, and now it is ${phase}.`,
    hint: `see systemctl --user status ${unit}`,
  };
}
