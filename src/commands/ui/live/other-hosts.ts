import type { Result } from "../../../diagnostics/diagnostic.ts";
import { pauseBeforeQuestion } from "../../../hosts/ask-again.ts";
import { gatherOutput } from "../../../report/gather-output.ts";
import { seenHostAfter, type SeenHost } from "../../../report/ui/host-rows.ts";
import type { UiAgent, UiHost } from "../../../ui/protocol.ts";
import { prepareErrands, type Prepared } from "../../hosts/prepare-errands.ts";
import { runOnHosts } from "../../hosts/run-hosts.ts";
import { wayTo } from "../../hosts/show-results.ts";
import { slots, type Slots } from "../../hosts/slots.ts";
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

interface AskedHost {
  seen: SeenHost;
  failures: number;
  /** Its next question is due then, by performance.now(). */
  dueAt: number;
  isAsking: boolean;
  /** True if the answer that is on its way may be older than a change. */
  isOld: boolean;
  timer: NodeJS.Timeout | undefined;
}

/** The questions to all machines. */
interface Questions {
  readonly context: Context;
  /** The path of fleet.yaml. */
  readonly path: string;
  /** The selection of hosts, as for --host. */
  readonly list: string;
  /** A callback after each answer. */
  readonly news: () => void;
  readonly places: Slots;
  readonly asked: Map<string, AskedHost>;
  readonly ending: AbortController;
  /** The ways to the machines, by fleet.yaml at the last reading; undefined if it is to be read again. */
  prepared: Promise<Prepared | undefined> | undefined;
  isVisible: boolean;
}

/** Checks that a list selects hosts with readable parts of fleet.yaml. Connects to none. */
export async function checkOtherHosts(
  context: Context,
  path: string,
  list: string,
): Promise<Result<Prepared>> {
  return prepareErrands(quietContext(context, path), list, ["__page-rows"]);
}

/** Returns a context that prints nothing. The first read of fleet.yaml is kept by the flags, so each has its own. */
function quietContext(context: Context, path: string): Context {
  return { ...context, flags: { file: path }, output: gatherOutput().output };
}

/** Asks the hosts of a list for their agents, again and again. `news` is called after each answer. Changes nothing there. */
export function openOtherHosts(context: Context, path: string, list: string, news: () => void): OtherHosts {
  const questions: Questions = {
    context,
    path,
    list,
    news,
    places: slots(mostAtOnce),
    asked: new Map(),
    ending: new AbortController(),
    prepared: undefined,
    isVisible: false,
  };
  const { asked, ending } = questions;
  return {
    hosts: () => [...asked.values()].map(({ seen }) => seen.host),
    agents: () => [...asked.values()].flatMap(({ seen }) => seen.agents),
    attend(isVisible) {
      if (isVisible === questions.isVisible) return;
      questions.isVisible = isVisible;
      if (isVisible) void beginAsking(questions);
      else stopTimers(asked);
    },
    askAgain(host) {
      const each = asked.get(host);
      if (each === undefined) return;
      each.isOld = true;
      each.dueAt = 0;
      askWhenDue(questions, host, each);
    },
    renew() {
      questions.prepared = undefined;
      if (questions.isVisible) void beginAsking(questions);
    },
    close() {
      ending.abort();
      stopTimers(asked);
    },
  };
}

async function beginAsking(questions: Questions): Promise<void> {
  await waysOf(questions);
  if (questions.ending.signal.aborted) return;
  questions.news();
  for (const [name, each] of questions.asked) askWhenDue(questions, name, each);
}

/** Returns the ways to the machines. */
function waysOf(questions: Questions): Promise<Prepared | undefined> {
  questions.prepared ??= prepare(questions);
  return questions.prepared;
}

/** Finds the ways to the machines, and forgets those that are gone; undefined for a broken fleet.yaml. */
async function prepare(questions: Questions): Promise<Prepared | undefined> {
  const { asked, context, list, path } = questions;
  const found = await checkOtherHosts(context, path, list);
  if (!found.ok) {
    // The look at this machine reports a broken file. The next one reads it again.
    questions.prepared = undefined;
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

/** Asks a host when its question is due. */
function askWhenDue(questions: Questions, name: string, each: AskedHost): void {
  clearTimeout(each.timer);
  if (!questions.isVisible || each.isAsking || questions.ending.signal.aborted) return;
  each.timer = setTimeout(
    () => void askOneHost(questions, name, each),
    Math.max(0, each.dueAt - performance.now()),
  );
}

async function askOneHost(questions: Questions, name: string, each: AskedHost): Promise<void> {
  const { asked, ending, news, places } = questions;
  each.isAsking = true;
  each.isOld = false;
  const began = performance.now();
  await places.use(() => readRows(questions, name, each));
  each.isAsking = false;
  const ended = performance.now();
  // A page that becomes visible again asks at once.
  if (questions.isVisible)
    each.dueAt = each.isOld ? ended : ended + pauseBeforeQuestion(each.failures, ended - began);
  if (ending.signal.aborted || asked.get(name) !== each) return;
  news();
  askWhenDue(questions, name, each);
}

/** Reads the agents of a host, unless nobody looks any more. */
async function readRows(questions: Questions, name: string, each: AskedHost): Promise<void> {
  const { context, ending, path } = questions;
  const errands = await waysOf(questions);
  const host = errands?.hosts.find((other) => other.name === name);
  if (errands === undefined || host === undefined || !questions.isVisible) return;
  const stopSignals = { soon: ending.signal, now: ending.signal };
  const [result] = await runOnHosts(
    { ...errands, hosts: [host], purpose: "read", stopSignals },
    quietContext(context, path),
  );
  if (result === undefined || ending.signal.aborted) return;
  each.seen = seenHostAfter(each.seen, result, Date.now(), wayTo(name, [host]));
  each.failures = each.seen.host.state === "reached" ? 0 : each.failures + 1;
}

function stopTimers(asked: ReadonlyMap<string, AskedHost>): void {
  for (const { timer } of asked.values()) clearTimeout(timer);
}

function unasked(name: string): AskedHost {
  return {
    seen: { host: { name, state: "asking", seenAt: null, problem: null }, agents: [] },
    failures: 0,
    dueAt: 0,
    isAsking: false,
    isOld: false,
    timer: undefined,
  };
}
