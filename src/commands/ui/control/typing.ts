import type { InputEnd, InputTarget } from "../../../drivers/tmux/input/guard.ts";
import { pasteText } from "../../../drivers/tmux/input/paste.ts";
import { readPane } from "../../../drivers/tmux/input/read-pane.ts";
import { markTyping, typeBytes } from "../../../drivers/tmux/input/type-bytes.ts";
import type { ScreenPane } from "../../../drivers/tmux/screen/open-screen.ts";
import { maxTextBytes, textToSend } from "../../../send/text.ts";
import type { Exec } from "../../../system/exec.ts";
import type { PageLink, PagePart } from "../../../ui/page-link.ts";
import type { TypingEnd } from "../../../ui/protocol.ts";

/** The surroundings of typing. */
interface TypingWorld {
  readonly exec: Exec;
  readonly paneOf: (agent: string) => ScreenPane | undefined;
}

/** Somebody who types to an agent. */
interface Typist {
  readonly agent: string;
  readonly socket: string;
  /** The pane with the process at the beginning: another one gets nothing. */
  readonly target: InputTarget;
  /** The keys on their way, in their order. */
  work: Promise<void>;
  lastKeyMs: number;
  /** The parts of a paste that has not come whole yet. */
  pasted: string;
}

/** The time between two marks of presence, and the time for which one holds, ms. */
const renewMs = 30_000;
const presentMs = 75_000;
/** The time without a key after which typing ends, ms. */
const idleMs = 10 * 60_000;

/** Returns the part of the server that gives keys to agents. While somebody types, the agent counts as attached. */
export function createTyping({ exec, paneOf }: TypingWorld): PagePart {
  const pages = new Map<PageLink, Map<string, Typist>>();
  const marks = new Set<Promise<void>>();
  let renewing: NodeJS.Timeout | undefined;

  async function begin(link: PageLink, agent: string): Promise<void> {
    const pane = paneOf(agent);
    const look = pane && (await readPane(exec, pane.socket, pane.id));
    if (pane === undefined || look === undefined) return refuse(link, agent, "not-running");
    if (!look.ok) return refuse(link, agent, "failed");
    if (look.value === undefined) return refuse(link, agent, "not-running");
    const { pid, dead, isInputOff, isSynchronized, mode } = look.value;
    if (dead) return refuse(link, agent, "ended");
    if (isInputOff) return refuse(link, agent, "input-off");
    if (isSynchronized) return refuse(link, agent, "synchronized");
    if (mode !== "") return refuse(link, agent, "mode");
    const typist: Typist = {
      agent,
      socket: pane.socket,
      target: { id: pane.id, pid },
      work: Promise.resolve(),
      lastKeyMs: Date.now(),
      pasted: "",
    };
    const own = pages.get(link) ?? new Map<string, Typist>();
    pages.set(link, own.set(agent, typist));
    await mark(typist, true);
    renewing ??= setInterval(renew, renewMs);
    link.send({ t: "typing", agent, on: true, reason: null });
  }

  function refuse(link: PageLink, agent: string, reason: TypingEnd): void {
    link.send({ t: "typing", agent, on: false, reason });
  }

  /** Ends the typing of one page to an agent. `reason` is null if the page knows. */
  function end(link: PageLink, agent: string, reason: TypingEnd | null): void {
    const typist = pages.get(link)?.get(agent);
    pages.get(link)?.delete(agent);
    if (typist !== undefined && !isTypedTo(agent)) void mark(typist, false);
    if (typist !== undefined || reason !== null) link.send({ t: "typing", agent, on: false, reason });
    if ([...pages.values()].every((own) => own.size === 0)) {
      clearInterval(renewing);
      renewing = undefined;
    }
  }

  function isTypedTo(agent: string): boolean {
    return [...pages.values()].some((own) => own.has(agent));
  }

  async function mark({ socket, target }: Typist, isThere: boolean): Promise<void> {
    const until = isThere ? Math.ceil((Date.now() + presentMs) / 1000) : undefined;
    const marking = markTyping(exec, socket, target, until).catch(() => undefined);
    marks.add(marking);
    await marking;
    marks.delete(marking);
  }

  function renew(): void {
    for (const [link, own] of pages) {
      for (const typist of own.values()) {
        if (Date.now() - typist.lastKeyMs > idleMs) end(link, typist.agent, "idle");
        else void mark(typist, true);
      }
    }
  }

  function give(
    link: PageLink,
    agent: string,
    how: (typist: Typist) => Promise<TypingEnd | undefined>,
  ): void {
    const typist = pages.get(link)?.get(agent);
    if (typist === undefined) return end(link, agent, "not-running");
    typist.lastKeyMs = Date.now();
    const turn = async (): Promise<void> => {
      // Keys after a refused one would be half of what somebody meant.
      if (pages.get(link)?.get(agent) !== typist) return;
      const reason = await how(typist);
      if (reason !== undefined) end(link, agent, reason);
    };
    typist.work = typist.work.then(turn).catch(() => end(link, agent, "failed"));
  }

  /** Takes a part of a paste, and pastes the whole with the last one. */
  function gather(link: PageLink, agent: string, part: string, hasMore: boolean): void {
    const typist = pages.get(link)?.get(agent);
    const text = `${typist?.pasted ?? ""}${part}`;
    if (text.length > maxTextBytes) return end(link, agent, "too-long");
    if (typist !== undefined) typist.pasted = hasMore ? text : "";
    if (typist === undefined || !hasMore) give(link, agent, (each) => paste(each, text));
  }

  async function press({ socket, target }: Typist, text: string): Promise<TypingEnd | undefined> {
    return reasonOf(await typeBytes(exec, socket, target, Buffer.from(text)), target);
  }

  async function paste({ socket, target }: Typist, text: string): Promise<TypingEnd | undefined> {
    const bytes = Buffer.from(withoutControls(text));
    if (bytes.length > maxTextBytes) return "too-long";
    const clean = textToSend(bytes, "the text", true);
    // An empty paste, or one of spaces alone.
    if (!clean.ok) return undefined;
    return reasonOf(await pasteText(exec, socket, target, clean.value), target);
  }

  return {
    take(link, message) {
      if (message.t === "typing" && message.on) {
        void begin(link, message.agent).catch(() => refuse(link, message.agent, "failed"));
      }
      if (message.t === "typing" && !message.on) end(link, message.agent, null);
      if (message.t === "keys") give(link, message.agent, (typist) => press(typist, message.text));
      if (message.t === "paste") gather(link, message.agent, message.text, message.more ?? false);
    },
    left(link) {
      const own = [...(pages.get(link)?.values() ?? [])];
      pages.delete(link);
      for (const typist of own) if (!isTypedTo(typist.agent)) void mark(typist, false);
    },
    async close() {
      clearInterval(renewing);
      const all = [...pages.values()].flatMap((own) => [...own.values()]);
      pages.clear();
      await Promise.all([...marks, ...all.map((typist) => mark(typist, false))]);
    },
  };
}

/** Returns a text without control characters: one of them could end a bracketed paste, and act as keys after it. */
function withoutControls(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/\r\n?/g, "\n").replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, "");
}

function reasonOf(end: InputEnd, { pid }: InputTarget): TypingEnd | undefined {
  if (end.kind === "done") return undefined;
  if (end.kind === "failed") return "failed";
  if (end.pid === undefined) return "not-running";
  if (end.pid !== pid) return "restarted";
  if (end.dead) return "ended";
  if (end.isInputOff) return "input-off";
  return end.mode === "" ? "synchronized" : "mode";
}
