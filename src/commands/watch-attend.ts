import type { ServiceNotifier } from "../drivers/systemd/notify.ts";
import { statusSummary } from "../report/status-text.ts";
import type { Watch } from "../watch/start-watch.ts";
import type { WatchView } from "../watch/types.ts";

/** Tells the service manager that the watch is ready, how it is doing, and that it lives. */
export interface Attendance {
  begin(watch: Watch): void;
  show(view: WatchView): void;
  end(): Promise<void>;
}

/** A look may wait for units that take long to stop; all calls have timeouts shorter than this, ms. */
const stuckMs = 15 * 60_000;
/** STATUS= is for people: more often is not of use, ms. */
const statusMs = 1_000;

/** Notifies as `WATCHDOG_USEC` and `WATCHDOG_PID` ask for (sd_watchdog_enabled(3)). */
export function attendService(notifier: ServiceNotifier, env: NodeJS.ProcessEnv): Attendance {
  const watchdogMs = env["WATCHDOG_PID"] === String(process.pid) ? Number(env["WATCHDOG_USEC"]) / 1000 : 0;
  let sent = "";
  let latest = "";
  let timer: NodeJS.Timeout | undefined;
  let heartbeat: NodeJS.Timeout | undefined;

  function sendStatus(): void {
    timer = undefined;
    if (latest !== sent) notifier.send(`STATUS=${latest}`);
    sent = latest;
  }

  return {
    begin(watch) {
      notifier.send("READY=1", "STATUS=Looking at the fleet");
      if (!(watchdogMs > 0)) return;
      heartbeat = setInterval(() => {
        if (!watch.isStuck(stuckMs)) notifier.send("WATCHDOG=1");
      }, watchdogMs / 2);
    },
    show({ agents, state, fleet }) {
      const phase = state === "paused" ? "Paused. " : "";
      if (fleet !== undefined) latest = `${phase}${statusSummary(agents)}`;
      if (latest !== sent) timer ??= setTimeout(sendStatus, statusMs);
    },
    async end() {
      clearTimeout(timer);
      clearInterval(heartbeat);
      notifier.send("STOPPING=1");
      await notifier.settled();
    },
  };
}
