import type { LocatedNode } from "../../config/yaml/located-nodes.ts";
import type { WrittenValue } from "../../config/writing/fleet-text.ts";
import type { Ledger } from "../form/ledger.ts";
import { entryOf, loseOthers, numberOf, textAt, firstValue, wordSet } from "../form/nodes.ts";

const probeKeys = wordSet(
  "exec http_get initial_delay_seconds period_seconds timeout_seconds success_threshold failure_threshold",
);

/** Returns the wish for a check that the process is ready. */
export function readyWish(value: LocatedNode, ledger: Ledger): WrittenValue | undefined {
  const line = textAt(value, "ready_log_line");
  if (line !== undefined) return { output: line.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`) };
  const probe = firstValue(value, "readiness_probe");
  if (probe?.kind !== "map") return undefined;
  loseOthers(probe, probeKeys, ledger, "readiness_probe.");
  const secondsAt = (key: string, otherwise: number): number => numberOf(firstValue(probe, key)) ?? otherwise;
  const exec = textAt(firstValue(probe, "exec"), "command") ?? request(probe, ledger);
  if (exec === undefined) return undefined;
  const total =
    secondsAt("initial_delay_seconds", 0) +
    secondsAt("period_seconds", 10) * secondsAt("failure_threshold", 3);
  ledger.note("ready-timeout", entryOf(value, "readiness_probe"), `${total}s`);
  return { exec, timeout: `${total}s` };
}

function request(probe: LocatedNode, ledger: Ledger): string | undefined {
  const get = firstValue(probe, "http_get");
  if (get === undefined) return undefined;
  ledger.note("needs-curl", entryOf(probe, "http_get"), "curl");
  const {
    scheme = "http",
    host = "127.0.0.1",
    port,
    path = "/",
  } = {
    scheme: textAt(get, "scheme"),
    host: textAt(get, "host"),
    port: textAt(get, "port"),
    path: textAt(get, "path"),
  };
  const limit = numberOf(firstValue(probe, "timeout_seconds")) ?? 1;
  const address = `${scheme}://${host}${port === undefined ? "" : `:${port}`}${path.startsWith("/") ? "" : "/"}${path}`;
  return `curl -fsS -m ${limit} -o /dev/null ${/[&;?*$ '"]/.test(address) ? `'${address}'` : address}`;
}

/** The parts of `shutdown`. */
export interface StopWish {
  readonly preStop?: string | undefined;
  readonly stopTimeout?: string | undefined;
  readonly stop?: WrittenValue | undefined;
}

/** Reads `shutdown`. */
export function stopWish(value: LocatedNode, ledger: Ledger): StopWish {
  const shutdown = firstValue(value, "shutdown");
  if (shutdown?.kind !== "map") return {};
  loseOthers(shutdown, wordSet("command timeout_seconds signal parent_only send_keys"), ledger, "shutdown.");
  const signal = textAt(shutdown, "signal");
  if (signal !== undefined && signal !== "15")
    ledger.lose("signal", entryOf(shutdown, "signal"), `shutdown.signal ${signal}`);
  const only = entryOf(shutdown, "parent_only");
  if (only !== undefined) ledger.lose("parent-only", only, "shutdown.parent_only");
  const seconds = numberOf(firstValue(shutdown, "timeout_seconds"));
  const timeout = seconds === undefined || seconds === 0 ? undefined : `${Math.ceil(seconds)}s`;
  const keys = textAt(shutdown, "send_keys");
  const preStop = textAt(shutdown, "command");
  if (keys === undefined) return { preStop, stopTimeout: timeout };
  const send = keys.replace(/(?:\\r|\\n|\r|\n)+$/, "");
  return { preStop, stop: { send, ...(timeout === undefined ? {} : { timeout }) } };
}
