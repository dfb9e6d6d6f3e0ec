import { render } from "preact";
import { App } from "./app.tsx";
import { startClock } from "./clock.ts";
import { connection } from "./server/connection.ts";
import { listenForShortcuts } from "./keys.ts";
import { followLook } from "./server/look.ts";
import { followAddress } from "./router.ts";
import { logIn, sessionKey, takeToken } from "./server/session.ts";
import { change } from "./store.ts";
import { applyTheme } from "./theme.ts";

applyTheme();
followAddress();
listenForShortcuts();
followLook();
startClock();
render(<App />, document.querySelector("#app") ?? document.body);
void begin();
// A link that is opened in a page that is there already changes only the fragment.
window.addEventListener("hashchange", () => void begin());

async function begin(): Promise<void> {
  const token = takeToken();
  if (token !== undefined) {
    const login = await logIn(token);
    // Somebody who opens a used link again, in a browser with a session, has no need of it.
    if (login === "wrong-token" && sessionKey() === undefined) return change({ phase: "wrong-token" });
  }
  if (sessionKey() === undefined) return change({ phase: "logged-out" });
  change({ phase: "connecting" });
  connection.connect();
  document.addEventListener("visibilitychange", () => connection.tryNow());
  return undefined;
}
