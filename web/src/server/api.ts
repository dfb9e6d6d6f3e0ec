import type { UiProblem } from "../../../src/ui/changes/ui-change.ts";
import { endSession, sessionKey } from "./session.ts";

/** The answer of the server, or the reason for none. */
export type Answered<T> =
  | { readonly kind: "answer"; readonly value: T }
  | { readonly kind: "problems"; readonly problems: readonly UiProblem[] }
  | { readonly kind: "no-session" }
  | { readonly kind: "no-server" };

interface ProblemsAnswer {
  readonly diagnostics?: readonly {
    readonly summary: string;
    readonly detail?: string;
    readonly hint?: string;
    readonly place?: { readonly file: string; readonly line: number; readonly column: number };
  }[];
}

/** The longest wait for an answer: a plan of a busy machine takes a while, ms. */
const longestMs = 60_000;

/** Asks the server. Never throws. */
export async function askServer<T>(path: string, timeoutMs = longestMs): Promise<Answered<T>> {
  try {
    const response = await fetch(path, {
      headers: { Authorization: `Bearer ${sessionKey() ?? ""}` },
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.status === 401) {
      endSession();
      return { kind: "no-session" };
    }
    const value: unknown = await response.json();
    if (response.ok) return { kind: "answer", value: value as T };
    const { diagnostics = [] } = value as ProblemsAnswer;
    return {
      kind: "problems",
      problems: diagnostics.map(({ summary, detail, hint, place }) => ({
        summary,
        detail: detail ?? null,
        hint: hint ?? null,
        place: place === undefined ? null : `${place.file}:${place.line}:${place.column}`,
      })),
    };
  } catch {
    return { kind: "no-server" };
  }
}
