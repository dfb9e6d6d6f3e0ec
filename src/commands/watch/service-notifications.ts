import type { ServiceNotifier } from "../../drivers/systemd/notify.ts";
import { statusSummary } from "../../report/status/status-text.ts";
import type { Watch } from "../../watch/start-watch.ts";
import type { WatchEvent, WatchView } from "../../events/watch-events.ts";

/** The watch's messages to the service manager: ready, state, and a sign of life. */
export interface ServiceNotifications {
  begin(watch: Watch): void;
  tell(event: WatchEvent): void;
  show(view: WatchView): void;
  end(): Promise<void>;
}

/** A reconcile may wait for units with a long stop; all calls have timeouts shorter than this, ms. */
const stuckMs = 15 * 60_000;
/** STATUS= is for people: more often is not of use, ms. */
const statusMs = 1_000;

/** Notifies as `WATCHDOG_USEC` and `WATCHDOG_PID` ask for (sd_watchdog_enabled(3)). */
export function serviceNotifications(
  notifier: ServiceNotifier,
  env: NodeJS.ProcessEnv,
): ServiceNotifications {
  const watchdogMs = env["WATCHDOG_PID"] === String(process.pid) ? Number(env["WATCHDOG_USEC"]) / 1000 : 0;
  let hasFleet = false;
  let isInTrouble = false;
  let sent = "";
  let latest = "";
  let timer: NodeJS.Timeout | undefined;
  let heartbeat: NodeJS.Timeout | undefined;

  function sayStatus(status: string): void {
    latest = status;
    if (latest !== sent) timer ??= setTimeout(sendStatus, statusMs);
  }

  function sendStatus(): void {
    timer = undefined;
    if (latest !== sent) notifier.send(`STATUS=${latest}`);
    sent = latest;
  }

  return {
    begin(watch) {
      sent = "Observing the fleet";
      notifier.send("READY=1", `STATUS=${sent}`);
      if (!(watchdogMs > 0)) return;
      heartbeat = setInterval(() => {
        if (!watch.isStuck(stuckMs)) notifier.send("WATCHDOG=1");
      }, watchdogMs / 2);
    },
    tell(event) {
      // Without a fleet, the obstacle is the state of interest.
      if (event.kind === "file-rejected" && !event.inForce) sayStatus(`Waiting for a valid ${event.file}`);
      if (event.kind === "note" && !hasFleet) sayStatus(event.text);
      if (event.kind === "problem") {
        isInTrouble = true;
        sayStatus(`In trouble: ${event.diagnostics[0]?.summary ?? "see the journal"}`);
      }
      if (event.kind === "problem-over") isInTrouble = false;
    },
    show({ agents, state, fleet }) {
      const phase = state === "paused" ? "Paused. " : "";
      hasFleet ||= fleet !== undefined;
      if (hasFleet && !isInTrouble) sayStatus(`${phase}${statusSummary(agents)}`);
    },
    async end() {
      clearTimeout(timer);
      clearInterval(heartbeat);
      notifier.send("STOPPING=1");
      await notifier.settled();
    },
  };
}
