import type { JSX } from "preact";
import type { Store } from "../store.ts";
import { ChangeDialog } from "./change-dialog.tsx";
import { PromptDialog } from "./prompt/prompt-dialog.tsx";

/** The dialogs of changes and prompts. A page without control never loads them. */
export function Dialogs({ store: { fleet, prompt, proposal } }: { readonly store: Store }): JSX.Element {
  return (
    <>
      {prompt !== undefined && fleet !== undefined && <PromptDialog names={prompt} fleet={fleet} />}
      {proposal !== undefined && <ChangeDialog proposal={proposal} />}
    </>
  );
}
