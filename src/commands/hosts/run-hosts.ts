import { setMaxListeners } from "node:events";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FleetConfig } from "../../config/types.ts";
import type { HostResult } from "../../hosts/host-result.ts";
import { hostEventLine, hostsDoneLine, waitingLine } from "../../report/hosts/host-lines.ts";
import { hasProgress } from "../../report/terminal/has-progress.ts";
import type { StopSignals } from "../../system/signals.ts";
import type { Bundle } from "../../transport/bundle.ts";
import { findRoute } from "../../transport/find-route.ts";
import type { Frame, HostFacts, RemoteRequest } from "../../transport/frames.ts";
import type { Purpose } from "../../transport/host-run-state.ts";
import type { ShippedNode } from "../../transport/node-program.ts";
import type { HostRoute } from "../../transport/connect-host.ts";
import { runOnHost } from "../../transport/run-on-host.ts";
import type { Context } from "../shared/context.ts";
import type { HostLogs } from "./logs/host-logs.ts";
import { slots } from "./slots.ts";

/** A host to run commands on. */
export interface ReachableHost {
  readonly name: string;
  readonly route: HostRoute;
  /** The machine between, of which a server refuses many connections at a time; undefined without one. */
  readonly jump: string | undefined;
  /** `ship` if the node of this machine runs the program there, or the path of one there; undefined to search for one. */
  readonly node: string | undefined;
}

/** Above this number of hosts, connections are not kept: each takes 1.4 MB. */
const mostShared = 100;

/** The most connections through one machine at a time: sshd refuses some of more than ten (MaxStartups). */
const mostThroughJump = 8;

/** Returns the ways to hosts. `isHere` is true for this machine. */
export async function findHosts(
  names: readonly string[],
  hosts: NonNullable<FleetConfig["hosts"]>,
  isHere: (name: string) => boolean,
  { exec, machine }: Context,
): Promise<readonly ReachableHost[]> {
  const places = slots(8);
  const program = [process.execPath, join(dirname(fileURLToPath(import.meta.url)), "cli.js"), "__remote"];
  const place = { exec, runtimeDir: machine.runtimeDir, program, shares: names.length <= mostShared };
  return Promise.all(
    names.map((name) =>
      places.use(async () => ({
        name,
        ...(await findRoute(name, hosts[name] ?? {}, isHere(name), place)),
        node: isHere(name) ? undefined : chosenNode(hosts[name]?.node),
      })),
    ),
  );
}

/** Returns the value without the default one. */
function chosenNode(node: string | undefined): string | undefined {
  return node === "search" ? undefined : node;
}

/** A command for several hosts. */
export interface Errands {
  readonly hosts: readonly ReachableHost[];
  readonly requestFor: (host: string) => RemoteRequest;
  readonly purpose: Purpose;
  readonly bundle: Bundle;
  /** Returns the node for hosts with `node: ship`, which is read once. */
  readonly nodeToShip: () => ShippedNode | undefined;
  readonly maxParallel: number;
  readonly stopSignals: StopSignals;
  /** The logs of the hosts; undefined for none. */
  readonly logs?: HostLogs | undefined;
  /** True if its lines are shown as they come. */
  readonly isLive?: boolean | undefined;
  /** True if Ctrl-C ends the connections at once. */
  readonly endsAtOnce?: boolean | undefined;
}

/** Runs a command on several hosts at a time, and returns their results in the order of the hosts. */
export async function runOnHosts(errands: Errands, context: Context): Promise<readonly HostResult[]> {
  const { hosts, requestFor, purpose, bundle, maxParallel, stopSignals, logs, isLive = false } = errands;
  const ends = errands.endsAtOnce === true ? { soon: stopSignals.soon, now: stopSignals.soon } : stopSignals;
  // Each host listens to both: node warns of more than ten.
  for (const signal of [ends.soon, ends.now]) setMaxListeners(0, signal);
  const places = slots(maxParallel);
  const isCounted = purpose === "change" && hosts.length > mostFollowed && !context.output.options.verbose;
  const count = isCounted ? progressOf(hosts.length, context) : undefined;
  const jumps = new Map(
    hosts.map(({ jump }) => [jump, slots(jump === undefined ? Infinity : mostThroughJump)]),
  );
  const waiting = awaitedHosts(errands, context);
  const results = Promise.all(
    hosts.map(async ({ name, route, jump, node }) => {
      const frames: Frame[] = [];
      let facts: HostFacts | undefined;
      let clockAheadMs: number | undefined;
      let told: string | undefined;
      const end = await runOnHost(
        {
          route,
          request: requestFor(name),
          purpose,
          bundle,
          node: node === "ship" ? errands.nodeToShip() : node,
          isLive,
        },
        {
          onFrame(frame) {
            logs?.take(name, frame);
            if (frame.kind === "host") {
              ({ facts } = frame);
              // Other hosts may answer much later.
              clockAheadMs = facts.clock - Date.now();
              waiting.hear(name);
              // After a loss, the answer to the question has all of them again.
              frames.length = 0;
            } else if (isLive && isLine(frame)) showLive(name, frame, context);
            else if (frame.kind === "progress" && isCounted) return;
            else if (frame.kind === "progress" || frame.kind === "trace") {
              // Each look of a wait says how many agents are there, also if it is the same number.
              if (frame.kind === "trace" || frame.line !== told) showHostLine(name, frame, context);
              if (frame.kind === "progress") told = frame.line;
            } else frames.push(frame);
          },
          onNoise(line) {
            logs?.take(name, { kind: "trace", line });
            if (context.output.options.verbose) showHostLine(name, { kind: "trace", line }, context);
          },
        },
        ends,
        async (isAgain) => {
          // A host that waits for its jump host needs no other place yet.
          const leaveJump = await jumps.get(jump)?.take(isAgain);
          const leave = await places.take(isAgain);
          waiting.begin(name);
          return () => {
            leave();
            leaveJump?.();
          };
        },
      );
      logs?.end(name, end);
      count?.();
      waiting.end(name);
      return { host: name, end, facts, clockAheadMs, frames };
    }),
  );
  return results.finally(() => waiting.stop());
}

/** The most hosts whose lines a change shows while it runs. */
const mostFollowed = 10;

/** Returns a function to call at the end of each host: it tells at each tenth of all hosts how many are done. */
function progressOf(all: number, { output }: Context): () => void {
  const each = Math.ceil(all / 10);
  let done = 0;
  return () => {
    done += 1;
    if (!output.options.json && (done % each === 0 || done === all)) output.remark(hostsDoneLine(done, all));
  };
}

/** The time before the first word about hosts that are awaited, ms; each further one takes twice as long. */
const firstWordMs = 5_000;

/** Tells on a terminal which hosts are awaited: those that have not answered yet, or whose answer to a short question is due. */
function awaitedHosts({ purpose, isLive, endsAtOnce }: Errands, { output }: Context) {
  const awaited = new Set<string>();
  const isShort = purpose === "read" && isLive !== true && endsAtOnce !== true;
  const began = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const tellAfter = (ms: number): void => {
    timer = setTimeout(() => {
      if (awaited.size > 0) output.remark(waitingLine([...awaited], performance.now() - began));
      tellAfter(ms * 2);
    }, ms).unref();
  };
  if (hasProgress(output)) tellAfter(firstWordMs);
  return {
    begin: (host: string) => void awaited.add(host),
    hear: (host: string) => void (isShort || awaited.delete(host)),
    end: (host: string) => void awaited.delete(host),
    stop: () => clearTimeout(timer),
  };
}

type Line = Extract<Frame, { kind: "raw" | "json" | "remark" }>;

function isLine(frame: Frame): frame is Line {
  return frame.kind === "raw" || frame.kind === "json" || frame.kind === "remark";
}

/** Shows lines of a host as they come, each with its name. */
function showLive(host: string, frame: Line, { output }: Context): void {
  const { json } = output.options;
  if (frame.kind === "remark") output.remark(hostEventLine(host, frame.line, output.colors));
  else if (frame.kind === "json") {
    if (json) output.raw(`${JSON.stringify({ host, ...(frame.value as object) })}\n`);
  } else if (!json) output.raw(`${hostEventLine(host, frame.text.replace(/\n$/, ""), output.colors)}\n`);
}

/** Shows a line of a host while it runs. */
function showHostLine(
  host: string,
  frame: Extract<Frame, { kind: "progress" | "trace" }>,
  { output }: Context,
): void {
  if (output.options.json) return;
  output.remark(hostEventLine(host, frame.line, output.colors));
}
