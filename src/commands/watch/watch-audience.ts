import { openNotifier } from "../../drivers/systemd/notify.ts";
import type { WatchEvent, WatchView } from "../../events/watch-events.ts";
import type { WatchReporter } from "../../report/watch/watch-reporter.ts";
import type { HeldPlan } from "../../watch/reconcile/plan-with-holds.ts";
import type { Watch } from "../../watch/start-watch.ts";
import type { Context } from "../shared/context.ts";
import type { MetricsPoint } from "./metrics.ts";
import { openNotifications } from "./notifier.ts";
import { openWaitingHooks } from "./on-waiting.ts";
import { serviceNotifications } from "./service-notifications.ts";

/** The receivers of the news of a watch: its reporter, systemd, metrics, the receivers of `notify`, and hooks. */
export interface WatchAudience {
  /** True if somebody sees the view. */
  readonly isViewed: boolean;
  /** Reports to systemd that the watch has begun. */
  begin(watch: Watch): void;
  tell(event: WatchEvent): void;
  show(view: WatchView): void;
  /** Takes a look at the machine. */
  seen(look: HeldPlan): void;
  /** Ends everything with news of agents. */
  leave(): Promise<void>;
  /** Ends the reporter, and then the messages to systemd. */
  end(): Promise<void>;
}

/** The receivers that a command line has asked for. */
interface AskedReceivers {
  readonly reporter: WatchReporter;
  readonly isService: boolean;
  readonly metrics: MetricsPoint | undefined;
}

/** Opens all receivers. Failures of some are news for the reporter. */
export function gatherWatchAudience(
  { machine, exec }: Context,
  { reporter, isService, metrics }: AskedReceivers,
): WatchAudience {
  const notifier = isService ? openNotifier(exec) : undefined;
  const systemd = notifier && serviceNotifications(notifier, process.env);
  const tellPeople = (event: WatchEvent): void => reporter.tell(event);
  const receivers = openNotifications({ machine, exec }, tellPeople);
  const hooks = openWaitingHooks(exec, tellPeople);
  return {
    isViewed: reporter.hasKeys,
    begin: (watch) => systemd?.begin(watch),
    tell(event) {
      reporter.tell(event);
      systemd?.tell(event);
      metrics?.tell(event);
      receivers.tell(event);
      hooks.tell(event);
    },
    show(view) {
      reporter.show(view);
      systemd?.show(view);
      metrics?.show(view);
    },
    seen(look) {
      receivers.configure(look.config);
      hooks.seen(look);
    },
    async leave() {
      hooks.end();
      metrics?.end();
      await receivers.end();
    },
    async end() {
      reporter.end();
      await systemd?.end();
    },
  };
}
