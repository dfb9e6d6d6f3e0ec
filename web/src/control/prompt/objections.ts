import type { UiAgent, UiState } from "../../../../src/ui/protocol.ts";
import { ago } from "../../clock.ts";

/** The time since its last output within which an agent counts as at work, ms. */
const freshMs = 5_000;

/** The kinds of reasons against a prompt, in the words for several agents. Final ones cannot be chosen. */
const objectionKinds = {
  none: { title: "free", isFinal: false },
  works: { title: "working", isFinal: false },
  fresh: { title: "with output a moment ago", isFinal: false },
  attached: { title: "somebody is attached", isFinal: false },
  waits: { title: "waiting for an answer", isFinal: false },
  "lost-host": { title: "on a host that does not answer", isFinal: true },
  down: { title: "not running", isFinal: true },
  service: { title: "services", isFinal: true },
} as const;

/** The kind of a reason. */
type ObjectionKind = keyof typeof objectionKinds;

/** A reason against a prompt for an agent; the kind `none` for nothing. */
interface Objection {
  readonly kind: ObjectionKind;
  /** More than the kind says; empty for nothing. */
  readonly text: string;
}

const nothing: Objection = { kind: "none", text: "" };

/** Returns what speaks against a prompt for an agent now. `fleet send` checks its screen, too. */
function objectionTo(agent: UiAgent, hosts: UiState["fleet"]["hosts"], now: number): Objection {
  const { activity, attached, host, isService, quietSince, state } = agent;
  if (isService) return { kind: "service", text: "" };
  if (hosts.find(({ name }) => name === host)?.state === "unreachable")
    return { kind: "lost-host", text: "" };
  if (state !== "running" && state !== "starting") return { kind: "down", text: agent.stateText };
  if (activity?.state === "waiting") return { kind: "waits", text: activity.reason ?? "" };
  if (attached > 0) return { kind: "attached", text: "" };
  if (activity?.state === "working") return { kind: "works", text: "" };
  if (activity === null && quietSince !== null && now - quietSince < freshMs)
    return { kind: "fresh", text: `${ago(quietSince)} ago` };
  return nothing;
}

/** Agents with the same kind of reason. */
export interface Recipients {
  readonly kind: ObjectionKind;
  readonly title: string;
  readonly isFinal: boolean;
  readonly agents: readonly { readonly agent: UiAgent; readonly objection: Objection }[];
}

/** Returns agents by what speaks against a prompt for them, those without a reason first. Pure. */
export function promptRecipients(
  agents: readonly UiAgent[],
  hosts: UiState["fleet"]["hosts"],
  now: number,
): readonly Recipients[] {
  const all = agents.map((agent) => ({ agent, objection: objectionTo(agent, hosts, now) }));
  return (Object.keys(objectionKinds) as ObjectionKind[]).flatMap((kind) => {
    const own = all.filter(({ objection }) => objection.kind === kind);
    return own.length === 0 ? [] : [{ kind, ...objectionKinds[kind], agents: own }];
  });
}
