import { captureEach } from "../../drivers/tmux/capture/capture-each.ts";
import type { Exec } from "../../system/exec.ts";
import type { PageLink, PageHandler } from "../../ui/page-link.ts";
import { linesWith } from "../../ui/picture/lines-with.ts";
import type { UiFound } from "../../ui/protocol.ts";
import type { Panes } from "./live/live-fleet.ts";

/** The screens in one call to tmux: 500 at once would hold it up for too long. */
const mostAtOnce = 100;
/** The age up to which screens are searched again without a further call, ms: somebody is still writing the words. */
const freshScreenMs = 1_500;

/**
 * Returns the handler that finds a text on the screens of all agents. It reads what is on the screens now, and
 * nothing above them. A further question of a page takes the place of one that waits.
 */
export function createScreenSearch(exec: Exec, panesNow: () => Panes | undefined): PageHandler {
  const asked = new Map<PageLink, { readonly id: number; readonly text: string }>();
  let screens: ReadonlyMap<string, string> = new Map();
  let readAt = -Infinity;
  let work: Promise<void> = Promise.resolve();

  async function read(): Promise<void> {
    if (performance.now() - readAt < freshScreenMs) return;
    const { socket = "", panes = new Map<string, string>() } = panesNow() ?? {};
    const names = new Map([...panes].map(([name, id]) => [id, name]));
    const ids = [...names.keys()];
    const found = new Map<string, string>();
    for (let at = 0; at < ids.length; at += mostAtOnce) {
      const some = ids.slice(at, at + mostAtOnce);
      for (const { facts, text } of await captureEach(exec, socket, some, "#{pane_id}", "-p -J")) {
        const name = names.get(facts);
        if (name !== undefined) found.set(name, text);
      }
    }
    screens = found;
    readAt = performance.now();
  }

  async function answer(link: PageLink): Promise<void> {
    const question = asked.get(link);
    if (question === undefined) return;
    asked.delete(link);
    await read();
    const agents: UiFound[] = [...screens].flatMap(([agent, screen]) => {
      const lines = linesWith(screen, question.text);
      return lines.length === 0 ? [] : [{ agent, lines }];
    });
    link.send({ t: "found", id: question.id, searched: screens.size, agents });
  }

  return {
    take(link, message) {
      if (message.t !== "find") return;
      asked.set(link, { id: message.id, text: message.text });
      work = work.then(() => answer(link)).catch(() => undefined);
    },
    left: (link) => void asked.delete(link),
  };
}
