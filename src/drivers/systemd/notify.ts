import type { Exec } from "../../system/exec.ts";

/** It only sends a datagram, and waits until the manager has read it, ms. */
const timeoutMs = 10_000;

/** A line to the service manager of this process, for its state. */
export interface ServiceNotifier {
  /**
   * Sends assignments as in sd_notify(3), such as `READY=1`, in the order of the calls. Ignores a failure to
   * send.
   */
  send(...assignments: readonly string[]): void;
  /** Fulfilled when all of it is sent. */
  settled(): Promise<void>;
}

/**
 * Notifies through systemd-notify(1), because node lacks the datagram sockets of sd_notify(3). The unit needs
 * `NotifyAccess=all`, since a child process sends.
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
