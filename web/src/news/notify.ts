import type { UiState } from "../../../src/ui/protocol.ts";
import { agentInPath, go } from "../router.ts";
import { newsBetween, type AgentNews } from "./news.ts";

/** The choice of this browser about notifications, and its permission. */
export type NotifyState = "on" | "off" | "blocked" | "unsupported";

const notifyPlace = "fleet-ui-notify";

/** Returns whether this browser shows notifications. */
export function notifyState(): NotifyState {
  if (!("Notification" in globalThis)) return "unsupported";
  if (Notification.permission === "denied") return "blocked";
  return Notification.permission === "granted" && localStorage.getItem(notifyPlace) === "on" ? "on" : "off";
}

/** Turns notifications on or off. The browser asks the person for its permission, the first time. */
export async function toggleNotify(): Promise<NotifyState> {
  if (notifyState() === "on") localStorage.removeItem(notifyPlace);
  else if ((await Notification.requestPermission()) === "granted") localStorage.setItem(notifyPlace, "on");
  return notifyState();
}

/** Shows the news between two states. An agent that the person looks at is none. */
export function tellNews(before: UiState | undefined, after: UiState): void {
  if (notifyState() !== "on") return;
  const seen = document.hidden ? undefined : agentInPath();
  const news = newsBetween(before, after).filter(({ agent }) => agent !== seen);
  const [first] = news;
  if (first === undefined) return;
  if (news.length <= mostAtOnce) for (const each of news) show(each, after);
  else {
    const names = news.map(({ agent }) => agent).join(", ");
    show({ agent: "", title: `${news.length} agents of ${after.fleet.fleet} need you`, text: names }, after);
  }
}

/** More news of the same moment become one. */
const mostAtOnce = 3;

function show({ agent, text, title }: AgentNews, { fleet }: UiState): void {
  try {
    // Several tabs tell the same: the browser shows one notification for a tag.
    const notification = new Notification(title, { body: text, tag: `${fleet.fleet}/${agent}` });
    notification.addEventListener("click", () => {
      window.focus();
      go(agent === "" ? "/?show=you" : `/agents/${agent}`);
      notification.close();
    });
  } catch {
    // Browsers of phones have the name, and allow it to service workers alone.
  }
}
