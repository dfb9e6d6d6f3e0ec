import type { Deviation, OverriddenSetting } from "../../plan/deviation.ts";
import { listOf } from "../../text/counting.ts";

/** Returns the deviations of a plan with their remedies, as whole sentences. */
export function deviationNotes({
  deviations = [],
  agents,
}: {
  readonly deviations?: readonly Deviation[] | undefined;
  readonly agents: readonly unknown[];
}): readonly string[] {
  return deviations.map((deviation) => deviationNote(deviation, agents.length));
}

/** Returns one deviation as sentences. `all` is the number of agents: if a deviation has all of them, they are not named. */
export function deviationNote(deviation: Deviation, all = Infinity): string {
  const who = whoOf(deviation, all);
  switch (deviation.kind) {
    case "overridden": {
      const { file, settings, untilReload } = deviation;
      const what = `${file} sets ${settings.map(settingText).join(", ")} for ${who}.`;
      if (untilReload)
        return `${what} That lasts until the next daemon-reload; to keep it, declare it in fleet.yaml.`;
      return `${what} The file is not the fleet's and stays: remove it, or declare its settings in fleet.yaml.`;
    }
    case "not-reaching": {
      const { file, directives } = deviation;
      return (
        `${directives.join(", ")} of ${file} ${directives.length === 1 ? "does" : "do"} not reach ${who}, ` +
        "but only the process that waits in the unit: the agent itself is a child of the tmux server. " +
        "Put it into the command, or into a drop-in of the holder unit for all agents."
      );
    }
    case "masked":
      return `${deviation.file} masks ${who}: running agents continue, but cannot be started again. To end that: systemctl --user unmask.`;
    case "unreadable":
      return `${deviation.file} cannot be read: what it sets for ${who} is not known.`;
    case "not-enforced": {
      const { controller, fields } = deviation;
      const has = fields.length === 1 ? "has" : "have";
      return `${fields.join(", ")} of ${who} ${has} no effect: the ${controller} controller is not delegated to the user manager.`;
    }
  }
}

function whoOf({ agents }: Deviation, all: number): string {
  if (agents.length === 0) return "the tmux holder";
  if (agents.length > 1 && agents.length === all) return "every agent";
  return listOf(agents);
}

function settingText({ directive, value, declared }: OverriddenSetting): string {
  const set = value === undefined ? directive : `${directive}=${shortSize(directive, value)}`;
  return declared === undefined ? set : `${set} (the fleet: ${declared})`;
}

/** Returns a size in short form, because `systemctl set-property` writes bytes. */
function shortSize(directive: string, value: string): string {
  if (!directive.startsWith("Memory") || !/^\d+$/.test(value)) return value;
  const units = [
    ["G", 1024 ** 3],
    ["M", 1024 ** 2],
    ["K", 1024],
  ] as const;
  const fitting = units.find(([, bytes]) => Number(value) > 0 && Number(value) % bytes === 0);
  return fitting === undefined ? value : `${Number(value) / fitting[1]}${fitting[0]}`;
}
