import type { Selection } from "../../plan/selection/selection.ts";
import { keyLines, keysJson } from "../../report/send/keys-text.ts";
import type { KeyPress } from "../../send/delivery.ts";
import { keysToPress } from "../../send/keys.ts";
import { boundedExec } from "../../system/limited-exec.ts";
import { timeoutFactor } from "../../system/exec.ts";
import { type Context, report } from "../shared/context.ts";
import { type ExitCode, exitCodes } from "../shared/exit-codes.ts";
import type { KeysFlags } from "../shared/flags.ts";
import { surveyAddressees } from "./addressees.ts";
import { eightAtATime } from "./eight-at-a-time.ts";
import { press, type Pressing } from "./press.ts";
import { recipientsOf } from "./recipients.ts";
import { callMs, type SendWords } from "./send.ts";

/** Runs `fleet keys`: presses keys in the panes of agents. Checks all names of keys first. */
export async function keysCommand(
  context: Context,
  given: SendWords,
  labels: Selection["labels"],
  { all = false, force = false }: KeysFlags,
): Promise<ExitCode> {
  const {
    output,
    flags: { hostHere },
  } = context;
  const asked = { ...given, verb: "keys", labels, all, force, hasFile: false, hasInput: false } as const;
  const begun = await surveyAddressees(context, asked);
  if (!begun.ok) return report(context, begun.diagnostics);
  const { surveyed, addressees } = begun.value;
  const { agents, rest = [], sender } = addressees;
  const keys = keysToPress(rest);
  if (!keys.ok) return report(context, keys.diagnostics);

  const pressing: Pressing = {
    exec: boundedExec(context.exec, callMs),
    socket: surveyed.desired.layout.socket,
    keys: keys.value,
    leavesMode: force,
    isFromAgent: sender !== undefined,
    factor: timeoutFactor(process.env),
  };
  const results = await eightAtATime(recipientsOf(surveyed, agents), (one): Promise<KeyPress> =>
    one.kind === "ready"
      ? press(one, pressing)
      : Promise.resolve({ agent: one.agent, verdict: "not-pressed", pressed: 0, reason: one.reason }),
  );
  output.json(keysJson(keys.value, results, hostHere));
  const shown = output.options.quiet ? results.filter(({ verdict }) => verdict !== "pressed") : results;
  if (!output.options.json)
    output.raw(
      keyLines(keys.value, shown, hostHere, output.colors)
        .map((line) => `${line}\n`)
        .join(""),
    );
  return keysExitCode(results);
}

/** Returns the exit code of the worst result: in the way of a person, not pressed, pressed. */
function keysExitCode(results: readonly KeyPress[]): ExitCode {
  const reasons = results.flatMap((result) => (result.verdict === "not-pressed" ? [result.reason] : []));
  if (reasons.some((reason) => ["in-mode", "synchronized", "question"].includes(reason)))
    return exitCodes.blocked;
  return reasons.length > 0 ? exitCodes.agentsFailed : exitCodes.ok;
}
