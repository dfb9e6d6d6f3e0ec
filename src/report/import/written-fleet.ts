import { knownKeys } from "../../config/schema/schema.ts";
import type {
  CommentedKey,
  WrittenAgent,
  WrittenFleet,
  WrittenValue,
} from "../../config/writing/fleet-text.ts";
import type { ImportedAgent, ImportedFleet, ImportNote } from "../../import/form/imported.ts";
import { placeNotes } from "../../import/form/place-notes.ts";
import { notePlace, importNoteText } from "./note-words.ts";

/** Returns the sentence about a wish fleet.yaml has no key for. */
export function wishText(key: string): string {
  return `${key}: fleet.yaml has no such key`;
}

/** Returns the wishes of an agent without a key in fleet.yaml. */
export function openWishes({ wishes }: ImportedAgent): readonly string[] {
  return Object.keys(wishes).filter((key) => !knownKeys.agent.includes(key));
}

/** Returns an imported fleet as it is written: what cannot be carried over is a comment with its reason. */
export function writtenFleet(fleet: ImportedFleet, header: readonly string[]): WrittenFleet {
  const { atAgent, atFleet } = placeNotes(fleet);
  return {
    header,
    tmux: fleet.tmux,
    defaults: fleet.defaults,
    agents: fleet.agents.map((agent) => writtenAgent(agent, atAgent.get(agent) ?? [])),
    footer: atFleet.map(noteComment),
  };
}

function writtenAgent(agent: ImportedAgent, lost: readonly ImportNote[]): WrittenAgent {
  const open = new Set(openWishes(agent));
  const wishes = Object.entries(agent.wishes);
  return {
    name: agent.name,
    keys: { ...agent.keys, ...Object.fromEntries(wishes.filter(([key]) => !open.has(key))) },
    comments: lost.map(noteComment),
    commented: wishes.filter(([key]) => open.has(key)).map(([key, value]) => commented(agent, key, value)),
  };
}

function commented({ file, line }: ImportedAgent, key: string, value: WrittenValue): CommentedKey {
  return {
    reason: `Not carried over (${file}:${line}), because fleet.yaml has no such key`,
    key,
    value,
  };
}

function noteComment(note: ImportNote): string {
  return `Not carried over (${notePlace(note)}): ${importNoteText(note)}`;
}
