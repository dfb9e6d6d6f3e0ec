import type { Result } from "../../../diagnostics/diagnostic.ts";
import { pauseBeforeQuestion } from "../../../hosts/ask-again.ts";
import { gatherOutput } from "../../../report/gather-output.ts";
import { seenHostAfter, type SeenHost } from "../../../report/ui/host-rows.ts";
import type { StopSignals } from "../../../system/signals.ts";
import type { UiAgent, UiHost } from "../../../ui/protocol.ts";
import { prepareErrands, type Prepared } from "../../hosts/prepare-errands.ts";
import { runOnHosts } from "../../hosts/run-hosts.ts";
import { wayTo } from "../../hosts/show-results.ts";
import { slots } from "../../hosts/slots.ts";
import type { Context } from "../../shared/context.ts";

/** The other machines of a fleet, whose agents are on the page. */
export interface OtherHosts {
  readonly hosts: () => readonly UiHost[];
  readonly agents: () => readonly UiAgent[];
  /** Asks the machines while a page is visible, and not otherwise. */
  attend(isVisible: boolean): void;
  /** Asks one of them at once, or after the answer that is on its way. */
  askAgain(host: string): void;
  /** Reads fleet.yaml again before the next question. */
  renew(): void;
  close(): void;
}

/** The most questions at a time: they wait for each other, and never for the page of this machine. */
const mostAtOnce = 8;

interface Asked {
  seen: SeenHost;
  failures: number;
  /** Its next question is due then, by performance.now(). */
  dueAt: number;
  isAsking: boolean;
  /** True if the answer that is on its way may be older than a change. */
  isOld: boolean;
  timer: NodeJS.Timeout | undefined;
}

/** Checks that a list selects hosts with readable parts of fleet.yaml. Connects to none. */
export async function checkOtherHosts(
  context: Context,
  path: string,
  list: string,
): Promise<Result<Prepared>> {
  return prepareErrands(quietly(context, path), list, ["__page-rows"]);
}

/** Returns a context that prints nothing. The first read of fleet.yaml is kept by the flags, so each has its own. */
function quietly(context: Context, path: string): Context {
  return { ...context, flags: { file: path }, output: gatherOutput().output };
}

/** Asks the hosts of a list for their agents, again and again. `news` is called after each answer. Changes nothing there. */
export function openOtherHosts(context: Context, path: string, list: string, news: () => void): OtherHosts {
  const ending = new AbortController();
  const stopSignals: StopSignals = { soon: ending.signal, now: ending.signal };
  const places = slots(mostAtOnce);
  const asked = new Map<string, Asked>();
  let prepared: Promise<Prepared | undefined> | undefined;
  let isVisible = false;

  async function prepare(): Promise<Prepared | undefined> {
    const found = await checkOtherHosts(context, path, list);
    if (!found.ok) {
      // The look at this machine reports a broken file. The next one reads it again.
      prepared = undefined;
      return undefined;
    }
    const others = found.value.hosts.filter(({ route }) => route.kind !== "here");
    const names = new Set(others.map(({ name }) => name));
    for (const [name, { timer }] of asked) {
      if (names.has(name)) continue;
      clearTimeout(timer);
      asked.delete(name);
    }
    for (const name of names) if (!asked.has(name)) asked.set(name, unasked(name));
    return { ...found.value, hosts: others };
  }

  async function begin(): Promise<void> {
    prepared ??= prepare();
    await prepared;
    if (ending.signal.aborted) return;
    news();
    for (const [name, each] of asked) plan(name, each);
  }

  /** Asks a host when its question is due. */
  function plan(name: string, each: Asked): void {
    clearTimeout(each.timer);
    if (!isVisible || each.isAsking || ending.signal.aborted) return;
    each.timer = setTimeout(() => void ask(name, each), Math.max(0, each.dueAt - performance.now()));
  }

  async function ask(name: string, each: Asked): Promise<void> {
    each.isAsking = true;
    each.isOld = false;
    const began = performance.now();
    await places.use(async () => {
      prepared ??= prepare();
      const errands = await prepared;
      const host = errands?.hosts.find((other) => other.name === name);
      if (errands === undefined || host === undefined || !isVisible) return;
      const [result] = await runOnHosts(
        { ...errands, hosts: [host], purpose: "read", stopSignals },
        quietly(context, path),
      );
      if (result === undefined || ending.signal.aborted) return;
      each.seen = seenHostAfter(each.seen, result, Date.now(), wayTo(name, [host]));
      each.failures = each.seen.host.state === "reached" ? 0 : each.failures + 1;
    });
    each.isAsking = false;
    const ended = performance.now();
    // A page that becomes visible again asks at once.
    if (isVisible)
      each.dueAt = each.isOld ? ended : ended + pauseBeforeQuestion(each.failures, ended - began);
    if (ending.signal.aborted || asked.get(name) !== each) return;
    news();
    plan(name, each);
  }

  return {
    hosts: () => [...asked.values()].map(({ seen }) => seen.host),
    agents: () => [...asked.values()].flatMap(({ seen }) => seen.agents),
    attend(next) {
      if (next === isVisible) return;
      isVisible = next;
      if (next) void begin();
      else for (const { timer } of asked.values()) clearTimeout(timer);
    },
    askAgain(host) {
      const each = asked.get(host);
      if (each === undefined) return;
      each.isOld = true;
      each.dueAt = 0;
      plan(host, each);
    },
    renew() {
      prepared = undefined;
      if (isVisible) void begin();
    },
    close() {
      ending.abort();
      for (const { timer } of asked.values()) clearTimeout(timer);
    },
  };
}

function unasked(name: string): Asked {
  return {
    seen: { host: { name, state: "asking", seenAt: null, problem: null }, agents: [] },
    failures: 0,
    dueAt: 0,
    isAsking: false,
    isOld: false,
    timer: undefined,
  };
}
