import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Mark } from "../parts.tsx";
import { notifyState, toggleNotify } from "./notify.ts";

/** Asks for notifications, and turns them off again. */
export function NotifyButton(): JSX.Element | null {
  const [state, setState] = useState(notifyState());
  if (state === "unsupported") return null;
  const isBlocked = state === "blocked";
  return (
    <button
      type="button"
      class="quiet notify"
      aria-pressed={state === "on"}
      disabled={isBlocked}
      title={
        isBlocked
          ? "This browser blocks notifications of this page. Its settings can allow them."
          : "A notification for each agent that begins to wait for you, reaches its limit or fails"
      }
      onClick={() => void toggleNotify().then(setState)}
    >
      <Mark sign={state === "on" ? "bell" : "no-bell"} />{" "}
      <span class="text">{isBlocked ? "blocked" : "notify me"}</span>
    </button>
  );
}
