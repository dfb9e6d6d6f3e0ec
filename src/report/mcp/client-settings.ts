import type { ClientName } from "../../mcp/client-names.ts";
import { shellWord } from "../../text/shell-word.ts";

/** Returns the lines that add the server to a program. `words` is its command line. */
export function clientSettings(client: ClientName, words: readonly [string, ...string[]]): string {
  const [command, ...args] = words;
  switch (client) {
    case "claude":
    case "codex":
      return `${client} mcp add fleet -- ${words.map(shellWord).join(" ")}\n`;
    case "opencode":
      return indentedJson({
        $schema: "https://opencode.ai/config.json",
        mcp: { fleet: { type: "local", command: words, enabled: true } },
      });
    case "gemini":
    case "json":
      return indentedJson({ mcpServers: { fleet: { command, args } } });
  }
}

/** Returns the place of these lines, as a remark. */
export function settingsPlace(client: ClientName): string {
  switch (client) {
    case "claude":
      return "Run this in the folder in which claude works. With --scope user before the name, it counts in every folder.";
    case "codex":
      return "Run this once: codex writes it to ~/.codex/config.toml.";
    case "gemini":
      return "Add this to .gemini/settings.json of the project, or to ~/.gemini/settings.json.";
    case "opencode":
      return "Add this to opencode.json of the project. Version 2 of opencode has it below mcp.servers, without enabled.";
    case "json":
      return "Most programs read this form, such as claude from .mcp.json of the project.";
  }
}

function indentedJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
