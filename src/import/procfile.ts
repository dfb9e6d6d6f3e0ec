import type { WrittenValue } from "../config/writing/fleet-text.ts";
import { readEnvFile } from "./procfile/env-file.ts";
import type { FormatReader, ImportedAgent, Input } from "./form/imported.ts";
import { agentAt, openLedger, type Ledger } from "./form/ledger.ts";
import { openNames } from "./form/names.ts";
import { procfileSettings, type ProcfileSettings } from "./procfile/settings.ts";

interface Process {
  readonly name: string;
  readonly command: string;
  readonly line: number;
}

/** Reads a Procfile of foreman, overmind, hivemind or honcho, with the files next to it. */
export const readProcfile: FormatReader = (input) => {
  const lines = input.text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .map((line) => line.replace(/\r$/, ""));
  const ledger = openLedger(input.path, lines);
  const processes = readProcesses(lines, ledger);
  const envFile = input.companions.get(".env");
  const variables =
    envFile === undefined ? new Map<string, string>() : readEnvFile(envFile, beside(input, ".env"), ledger);
  const settings = procfileSettings(input, ledger);
  const names = openNames();
  const agents = processes.flatMap((each, index): readonly ImportedAgent[] => {
    const name = names(each.name, ledger, each.line, `process-${index + 1}`);
    if (each.name === "release") {
      ledger.lose("release", each.line, each.command);
      return [];
    }
    tellOfHabits(each, ledger);
    const port = portOf(each, index, { settings, variables, ledger });
    return [
      agentAt(name, input.path, each.line, {
        keys: { command: each.command, ...port, ...settings.keysOf(each.name, each.line) },
      }),
    ];
  });
  if (agents.length > 1)
    ledger.note(settings.isOvermind ? "overmind-ends-all" : "foreman-ends-all", undefined, input.name);
  if (processes.length === 0) ledger.note("no-processes", undefined, input.name);
  const hasEnv = envFile !== undefined && agents.length > 0;
  return ledger.finish({
    defaults:
      agents.length === 0
        ? {}
        : { workdir: input.folder, ...(hasEnv ? { envFiles: [`${input.folder}/.env`] } : {}) },
    agents,
  });
};

/** Returns the shown path of a file next to the Procfile. */
function beside({ path, name }: Input, other: string): string {
  return path.slice(0, path.length - name.length) + other;
}

function readProcesses(lines: readonly string[], ledger: Ledger): readonly Process[] {
  const found = new Map<string, Process>();
  lines.forEach((text, index) => {
    const line = index + 1;
    if (text.trim() === "" || text.trimStart().startsWith("#")) return;
    const parts = /^\s*(?<name>[^\s:#][^:\s]*)\s*:\s*(?<command>.*)$/.exec(text)?.groups;
    if (/^\s*-f\s/.test(text)) return ledger.lose("another-procfile", line, text.trim());
    if (parts === undefined) return ledger.lose("no-process", line, text.trim().slice(0, 60));
    const { name = "", command = "" } = parts;
    const earlier = found.get(name);
    if (earlier !== undefined) {
      return ledger.problem(
        "duplicate-agent",
        line,
        `${name} is declared twice (line ${earlier.line})`,
        "rename one of them, or remove it",
      );
    }
    if (command.trim() === "") return ledger.lose("no-command", line, name);
    found.set(name, { name, command: command.trim(), line });
  });
  return [...found.values()];
}

function tellOfHabits({ name, command, line }: Process, ledger: Ledger): void {
  if (/^sleep\s+[\d.]+[smh]?\s*(?:;|&&)/.test(command)) ledger.note("waits-with-sleep", line, name);
  if (/\|\s*tee\s/.test(command)) ledger.note("log-by-tee", line, name);
}

/** Returns the port that foreman gives a process, 5000, 5100 … in the order of the file, if its command uses it. */
function portOf(
  { name, command, line }: Process,
  index: number,
  {
    settings,
    variables,
    ledger,
  }: { settings: ProcfileSettings; variables: ReadonlyMap<string, string>; ledger: Ledger },
): Readonly<Record<string, WrittenValue>> {
  if (!/\$(?:PORT\b|\{PORT[}:])/.test(command)) return {};
  if (variables.has("PORT")) {
    ledger.note("port-in-env-file", line, name);
    return {};
  }
  const port = settings.port + settings.portStep * index;
  ledger.note("port-given", line, name, String(port));
  return { env: { PORT: String(port) } };
}
