import { consentToId } from "../apply/consent-of-caller.ts";
import { consent, type Declined } from "../apply/execute.ts";
import type { Context } from "../shared/context.ts";

/** Asks for consent to a change with this id: a person, or the program that runs the command and has seen it. */
export async function agreementTo(
  id: string,
  question: string,
  yes: boolean,
  context: Context,
): Promise<"go" | Declined> {
  const { caller, output } = context;
  return caller === undefined ? consent(question, yes, context) : consentToId(id, caller, output);
}

/** Returns true if the change with this id was shown and agreed to before. */
export function isAgreed(id: string, { caller }: Context): boolean {
  return caller?.agreedPlan === id;
}

/** Returns a context whose commands print problems and progress alone. */
export function quietly(context: Context): Context {
  const nothing = (): void => undefined;
  return { ...context, output: { ...context.output, text: nothing, json: nothing, remark: nothing } };
}
