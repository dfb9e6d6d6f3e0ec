import { fleet } from "../fleet/fleet.ts";
import { until } from "../rig/until.ts";
import type { Sandbox } from "../rig/sandbox.ts";
import { type } from "./use-claude.ts";

/** The activity of an agent, as status tells it. */
interface Told {
  readonly state: string;
  readonly reason: string | null;
  readonly source: string;
}

async function activityOf(box: Sandbox, agent: string): Promise<Told | null> {
  const { stdout } = await fleet(box, "status", "--json", agent);
  const [row] = (JSON.parse(stdout) as { readonly agents: readonly { readonly activity: Told | null }[] })
    .agents;
  return row?.activity ?? null;
}

/** Waits until the activity of an agent is this one, and returns its reason and source. */
export async function untilActivity(
  box: Sandbox,
  agent: string,
  state: string,
  source?: string,
): Promise<Told> {
  return until(`${agent} is ${state} by its ${source ?? "sign"}`, async () => {
    const last = await activityOf(box, agent);
    const isRight = last?.state === state && (source === undefined || last.source === source);
    if (!isRight) throw new Error(JSON.stringify(last));
    return last;
  });
}

/** Types a line into the pane of an agent, and waits for the activity that follows. */
export async function told(
  box: Sandbox,
  agent: string,
  line: string,
  state: string,
  source?: string,
): Promise<Told> {
  await type(box, agent, line);
  return untilActivity(box, agent, state, source);
}
