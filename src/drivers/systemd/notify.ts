import type { Exec } from "../../system/exec.ts";

/** It only sends a datagram, and waits until the manager has read it, ms. */
const timeoutMs = 10_000;

/** Tells the service manager that started this process how it is doing. */
export interface ServiceNotifier {
  /** Assignments as in sd_notify(3), such as `READY=1`. Sent in the order of the calls; what cannot be sent is no error. */
  send(...assignments: readonly string[]): void;
  /** Fulfilled when all of it is sent. */
  settled(): Promise<void>;
}

/**
 * Notifies through systemd-notify(1), for node has no datagram sockets of the kind that sd_notify(3) needs. The unit has to
 * have `NotifyAccess=all`, since it is a child process that sends.
 */
export function openNotifier(exec: Exec): ServiceNotifier {
  let last: Promise<unknown> = Promise.resolve();
  return {
    send(...assignments) {
      last = last.then(() => exec({ file: "systemd-notify", args: ["--", ...assignments], timeoutMs }));
    },
    settled: async () => void (await last),
  };
}
