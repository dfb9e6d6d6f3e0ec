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
  return new WatchNotifications(notifier, env);
}

class WatchNotifications implements ServiceNotifications {
  readonly #notifier: ServiceNotifier;
  /** The longest time between two signs of life, ms; 0 without a watchdog. */
  readonly #watchdogMs: number;
  #hasFleet = false;
  /** True from a problem until its end: it is the status, whatever else happens. */
  #isInTrouble = false;
  /** The status that systemd has, and the one it should have. */
  #sent = "";
  #latest = "";
  #timer: NodeJS.Timeout | undefined;
  #heartbeat: NodeJS.Timeout | undefined;

  constructor(notifier: ServiceNotifier, env: NodeJS.ProcessEnv) {
    this.#notifier = notifier;
    this.#watchdogMs = env["WATCHDOG_PID"] === String(process.pid) ? Number(env["WATCHDOG_USEC"]) / 1000 : 0;
  }

  begin(watch: Watch): void {
    this.#sent = "Observing the fleet";
    this.#notifier.send("READY=1", `STATUS=${this.#sent}`);
    if (!(this.#watchdogMs > 0)) return;
    this.#heartbeat = setInterval(() => {
      if (!watch.isStuck(stuckMs)) this.#notifier.send("WATCHDOG=1");
    }, this.#watchdogMs / 2);
  }

  tell(event: WatchEvent): void {
    // Without a fleet, the obstacle is the state of interest.
    if (event.kind === "file-rejected" && !event.inForce)
      this.#sayStatus(`Waiting for a valid ${event.file}`);
    if (event.kind === "note" && !this.#hasFleet) this.#sayStatus(event.text);
    if (event.kind === "problem") {
      this.#isInTrouble = true;
      this.#sayStatus(`In trouble: ${event.diagnostics[0]?.summary ?? "see the journal"}`);
    }
    if (event.kind === "problem-over") this.#isInTrouble = false;
  }

  show({ agents, state, fleet }: WatchView): void {
    const phase = state === "paused" ? "Paused. " : "";
    this.#hasFleet ||= fleet !== undefined;
    if (this.#hasFleet && !this.#isInTrouble) this.#sayStatus(`${phase}${statusSummary(agents)}`);
  }

  async end(): Promise<void> {
    clearTimeout(this.#timer);
    clearInterval(this.#heartbeat);
    this.#notifier.send("STOPPING=1");
    await this.#notifier.settled();
  }

  #sayStatus(status: string): void {
    this.#latest = status;
    if (this.#latest !== this.#sent) this.#timer ??= setTimeout(() => this.#sendStatus(), statusMs);
  }

  #sendStatus(): void {
    this.#timer = undefined;
    if (this.#latest !== this.#sent) this.#notifier.send(`STATUS=${this.#latest}`);
    this.#sent = this.#latest;
  }
}
