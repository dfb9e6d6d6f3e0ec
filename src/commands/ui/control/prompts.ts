import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tooManyChanges } from "../../../report/ui/change-problems.ts";
import type { CommandOutcome } from "../../../system/command.ts";
import type { Exec } from "../../../system/exec.ts";
import type { PageLink, PagePart } from "../../../ui/page-link.ts";
import type { UiDelivery, UiSent } from "../../../ui/protocol.ts";
import { askFleet } from "./fleet-child.ts";
import { printedJson, problemsIn } from "./printed-json.ts";

/** The surroundings of prompts. */
interface PromptWorld {
  readonly exec: Exec;
  /** The path of fleet.yaml. */
  readonly file: string;
  /** A folder for texts. */
  readonly folder: string;
}

/**
 * Returns the part of the server that gives texts to agents, by `fleet send`: the one guarded way. It answers no question
 * and enters no draft. The text is in a file of this account, because everybody can read command lines.
 */
export function createPrompts({ exec, file, folder }: PromptWorld): PagePart {
  const busy = new Set<PageLink>();
  let texts = 0;

  async function send(link: PageLink, id: number, agents: readonly string[], text: string): Promise<void> {
    if (busy.has(link)) {
      return link.send({ t: "sent", id, sent: { deliveries: [], problems: [tooManyChanges] } });
    }
    busy.add(link);
    const path = `${folder}/text-${(texts += 1)}`;
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(path, text, { mode: 0o600 });
      const outcome = await askFleet(exec, [
        "send",
        "--json",
        "--text-file",
        path,
        "--file",
        file,
        ...agents,
      ]);
      link.send({ t: "sent", id, sent: sentOf(outcome) });
    } finally {
      busy.delete(link);
      rmSync(path, { force: true });
    }
  }

  return {
    take(link, message) {
      if (message.t === "send")
        void send(link, message.id, message.agents, message.text).catch(() => undefined);
    },
    left: (link) => void busy.delete(link),
  };
}

function sentOf(outcome: CommandOutcome): UiSent {
  const printed = printedJson(outcome);
  const isSent = typeof printed === "object" && printed !== null && "agents" in printed;
  if (!isSent || !Array.isArray(printed.agents))
    return { deliveries: [], problems: problemsIn(printed, outcome) };
  const deliveries = printed.agents as readonly UiDelivery[];
  return {
    deliveries: deliveries.map(({ agent, verdict, message }) => ({ agent, verdict, message })),
    problems: [],
  };
}
