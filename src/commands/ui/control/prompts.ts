import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import type { Machine } from "../../../machine/machine.ts";
import type { HostsRunJson } from "../../../report/hosts/hosts-run-output.ts";
import { tooManyChanges } from "../../../report/ui/change-problems.ts";
import { deliveriesOnHost, deliveriesWithoutWord, notOnPage } from "../../../report/ui/sent-deliveries.ts";
import { lineSplitter } from "../../../transport/frames.ts";
import type { PageLink, PageHandler } from "../../../ui/page-link.ts";
import type { UiDelivery, UiSent } from "../../../ui/changes/ui-change.ts";
import { slots, type Slots } from "../../hosts/slots.ts";
import { runFleet } from "./child/fleet-child.ts";
import { printedJson, problemsIn } from "./child/printed-json.ts";
import { changeTargets } from "./child/change-targets.ts";

/** The surroundings of prompts. */
interface PromptWorld {
  readonly machine: Machine;
  /** The path of fleet.yaml. */
  readonly file: string;
  /** A folder for texts and outputs. */
  readonly folder: string;
  /** Returns the names of the other hosts on the page. */
  readonly hosts: () => readonly string[];
}

/** A text on its way. */
interface Prompt {
  /** The path of its file. */
  readonly path: string;
  readonly tell: (sent: Partial<UiSent>) => void;
}

/** The most hosts at a time that get a text: a command for each. */
const mostHosts = 4;

/** The texts of all pages. */
interface Prompts {
  readonly world: PromptWorld;
  /** The pages with a text on its way. */
  readonly busy: Set<PageLink>;
  readonly places: Slots;
  /** The number of files so far: each has a name of its own. */
  files: number;
}

/**
 * Returns the handler that gives texts to agents, by `fleet send`: the one guarded way. It answers no question
 * and enters no draft. The text is in a file of this account, because everybody can read command lines. The page gets
 * each result at once, and those of another host together.
 */
export function createPrompts(world: PromptWorld): PageHandler {
  const prompts: Prompts = { world, busy: new Set(), places: slots(mostHosts), files: 0 };
  return {
    take(link, message) {
      if (message.t === "send")
        void sendPrompt(prompts, link, message.id, message.agents, message.text).catch(() => undefined);
    },
    left: (link) => void prompts.busy.delete(link),
  };
}

/** Gives a text to agents, and tells the page their results. */
async function sendPrompt(
  prompts: Prompts,
  link: PageLink,
  id: number,
  agents: readonly string[],
  text: string,
): Promise<void> {
  const {
    busy,
    world: { folder },
  } = prompts;
  const tell = (sent: Partial<UiSent>, isDone = false): void =>
    link.send({ t: "sent", id, sent: { deliveries: [], problems: [], ...sent }, isDone });
  if (busy.has(link)) return tell({ problems: [tooManyChanges] }, true);
  busy.add(link);
  const path = `${folder}/text-${(prompts.files += 1)}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(path, text, { mode: 0o600 });
    const prompt: Prompt = { path, tell };
    await Promise.all(
      changeTargets(agents).map(({ agents: own, host }) =>
        host === null ? sendHere(prompts, own, prompt) : sendTo(prompts, host, own, prompt),
      ),
    );
  } finally {
    busy.delete(link);
    rmSync(path, { force: true });
    tell({}, true);
  }
}

async function sendHere(prompts: Prompts, names: readonly string[], prompt: Prompt): Promise<void> {
  const split = lineSplitter();
  const missing = new Set(names);
  let rest = "";
  const code = await runSend(prompts, ["-o", "jsonl", ...names], prompt, (text) => {
    const lines = split(text);
    const deliveries = lines.flatMap((line) => deliveryIn(line) ?? []);
    for (const { agent } of deliveries) missing.delete(agent);
    rest += lines.filter((line) => deliveryIn(line) === undefined).join("\n");
    if (deliveries.length > 0) prompt.tell({ deliveries });
  });
  if (missing.size < names.length) return prompt.tell({ deliveries: deliveriesWithoutWord([...missing]) });
  const outcome = { kind: "exited", code: code ?? 1, stdout: rest, stderr: rest } as const;
  prompt.tell({ problems: problemsIn(printedJson(outcome), outcome) });
}

async function sendTo(
  prompts: Prompts,
  host: string,
  names: readonly string[],
  prompt: Prompt,
): Promise<void> {
  if (!prompts.world.hosts().includes(host)) {
    return prompt.tell({
      deliveries: names.map((name) => ({ agent: `${host}/${name}`, ...notOnPage(host) })),
    });
  }
  let said = "";
  const words = ["--json", "--host", host, ...names];
  await prompts.places.use(() => runSend(prompts, words, prompt, (text) => (said += text)));
  const printed = printedJson({ kind: "exited", code: 0, stdout: said, stderr: "" });
  const results = (printed as Partial<HostsRunJson> | undefined)?.hosts?.[host];
  prompt.tell({ deliveries: deliveriesOnHost(host, names, results) });
}

/** Runs `fleet send` with the text of a prompt, and returns its exit code. */
function runSend(
  prompts: Prompts,
  words: readonly string[],
  { path }: Prompt,
  say: (text: string) => void,
): Promise<number | undefined> {
  const { file, folder, machine } = prompts.world;
  const output = `${folder}/output-of-text-${(prompts.files += 1)}`;
  return runFleet(machine, output, ["send", "--text-file", path, "--file", file, "--quiet", ...words], say);
}

/** Returns the result in a line of `fleet send -o jsonl`; undefined for any other line. */
function deliveryIn(line: string): UiDelivery | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== "object" || value === null || !("verdict" in value)) return undefined;
    const { agent, verdict, message } = value as UiDelivery;
    return { agent, verdict, message };
  } catch {
    return undefined;
  }
}
