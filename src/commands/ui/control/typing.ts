import { readPane, type InputPane } from "../../../drivers/tmux/input/read-pane.ts";
import type { ScreenPane } from "../../../drivers/tmux/screen/open-screen.ts";
import type { Exec } from "../../../system/exec.ts";
import { createStayingShell, viaShell } from "../../../system/child/staying-shell.ts";
import type { PageLink, PageHandler } from "../../../ui/page-link.ts";
import type { TypingEnd } from "../../../ui/protocol.ts";
import { createKeyQueue } from "./key-queue.ts";
import { createPresence } from "./presence.ts";
import { createTypists, type Typists } from "./typists.ts";

/** The surroundings of typing. */
interface TypingWorld {
  readonly exec: Exec;
  readonly paneOf: (agent: string) => ScreenPane | undefined;
}

/** Returns the handler that gives keys to agents. While somebody types, the agent counts as attached. */
export function createTyping(world: TypingWorld): PageHandler {
  const shell = createStayingShell();
  const byShell = viaShell(world.exec, shell);
  const typists = createTypists(createPresence(world.exec), () => shell.end());
  return {
    take(link, message) {
      if (message.t === "typing" && message.on) {
        const { agent } = message;
        void beginTyping({ ...world, byShell }, typists, link, agent).catch(() =>
          typists.end(link, agent, "failed"),
        );
      }
      if (message.t === "typing" && !message.on) typists.end(link, message.agent, null);
      if (message.t === "keys") typists.give(link, message.agent, { kind: "keys", text: message.text });
      if (message.t === "paste") typists.gather(link, message.agent, message.text, message.more ?? false);
    },
    left: (link) => typists.left(link),
    close: () => typists.close(),
  };
}

async function beginTyping(
  { byShell, exec, paneOf }: TypingWorld & { readonly byShell: Exec },
  typists: Typists,
  link: PageLink,
  agent: string,
): Promise<void> {
  const wish = typists.wish(link, agent);
  const pane = paneOf(agent);
  const look = pane && (await readPane(exec, pane.socket, pane.id));
  const seen = look?.ok === true ? look.value : undefined;
  const reason = look?.ok === false ? "failed" : typingObstacle(seen);
  // The page may have gone, or have ended typing, in the meantime.
  if (!wish.isHeld()) return;
  if (pane === undefined || seen === undefined || reason !== undefined) {
    return typists.end(link, agent, reason ?? "not-running");
  }
  const typed = { socket: pane.socket, target: { id: pane.id, pid: seen.pid } };
  const queue = createKeyQueue(byShell, typed, (refusal) => typists.end(link, agent, refusal));
  await wish.grant({ pane: typed, queue, lastKeyMs: Date.now(), pasted: "" });
  if (wish.isHeld()) link.send({ t: "typing", agent, on: true, reason: null });
}

/** Returns the reason for which keys must not go to a pane. */
function typingObstacle(pane: InputPane | undefined): TypingEnd | undefined {
  if (pane === undefined) return "not-running";
  if (pane.dead) return "ended";
  if (pane.isInputOff) return "input-off";
  if (pane.isSynchronized) return "synchronized";
  return pane.mode === "" ? undefined : "mode";
}
