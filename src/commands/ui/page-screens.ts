import { setTimeout as sleep } from "node:timers/promises";
import { capturePictures } from "../../drivers/tmux/capture/capture-pictures.ts";
import { screenOf } from "../../ui/picture/picture.ts";
import type { UiPictures } from "../../ui/protocol.ts";
import { report, type Context } from "../shared/context.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import { readFleet } from "../shared/read-fleet.ts";
import { lookAtFleet, type StatusLook } from "../status/look.ts";

/** The time between two looks at the screens, and between two at the fleet, whose panes change with a restart, ms. */
const screensMs = 2_000;
const fleetMs = 15_000;

/**
 * Runs `__page-screens` for the page of another machine: the whole screens of agents, each again after a change, until that
 * machine is gone. Changes nothing, and opens no pipe.
 */
export async function pageScreensCommand(context: Context, names: readonly string[]): Promise<ExitCode> {
  const config = await readFleet(context);
  if (!config.ok) return report(context, config.diagnostics);
  const sent = new Map<string, string>();
  const { stop } = context.caller ?? {};
  let look: StatusLook | undefined;
  let lookedAt = 0;
  for (;;) {
    if (stop?.aborted === true) return exitCodes.ok;
    if (look === undefined || performance.now() - lookedAt > fleetMs) {
      const seen = await lookAtFleet(config.value, { names: [] }, [], context);
      if (!seen.ok) return report(context, seen.diagnostics);
      [look, lookedAt] = [seen.value, performance.now()];
    }
    const screens = await screensOfPage(look, names, context);
    const changed = [...screens].filter(([name, screen]) => sent.get(name) !== screen);
    for (const [name, screen] of changed) sent.set(name, screen);
    const pictures: UiPictures = Object.fromEntries(
      changed.map(([name, screen]) => [name, screenOf(screen)]),
    );
    if (changed.length > 0) context.output.json(pictures);
    await sleep(screensMs, undefined, { signal: stop }).catch(() => undefined);
  }
}

/** Returns the screens of agents by name: an empty one of an agent without a pane. */
async function screensOfPage(
  { panes, status }: StatusLook,
  names: readonly string[],
  { exec }: Context,
): Promise<ReadonlyMap<string, string>> {
  const ids = names.flatMap((name) => panes.get(name) ?? []);
  const screens = await capturePictures(exec, status.holder.socket, ids);
  return new Map(names.map((name) => [name, screens.get(panes.get(name) ?? "") ?? ""]));
}
