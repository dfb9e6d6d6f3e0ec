import { createServer, request, type Server } from "node:http";
import { dirname } from "node:path/posix";
import { fail, type Result } from "../../diagnostics/diagnostic.ts";
import { makeFolders } from "../../drivers/files/make-folders.ts";
import type { UiLink } from "../../report/ui/link-text.ts";
import { errorMessage } from "../../text/error-message.ts";
import { listenAt } from "../../drivers/http/listen.ts";

/** The longest wait for a running server, ms. */
const serverAnswerMs = 3_000;

/**
 * Gives further links to this account: a second `fleet ui` asks for one at the socket, which no other account can reach.
 * So each fleet has one server, and one observation.
 */
export async function serveLinks(path: string, issue: () => UiLink): Promise<Result<Server>> {
  const server = createServer((_, response) => {
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify(issue()));
  });
  try {
    makeFolders(dirname(path), 0o700);
  } catch (error) {
    return fail("blocked", `cannot make ${dirname(path)}`, { detail: errorMessage(error) });
  }
  const listened = await listenAt(server, { socket: path });
  return listened.ok ? { ok: true, value: server } : listened;
}

/** Returns another link from the server of the fleet; undefined if none runs. */
export async function askForLink(path: string): Promise<UiLink | undefined> {
  return new Promise((resolve) => {
    const asked = request(
      { socketPath: path, method: "POST", path: "/link", timeout: serverAnswerMs },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.on("end", () => resolve(linkIn(text)));
      },
    );
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => resolve(undefined));
    asked.end();
  });
}

/** Returns the link in an answer; undefined for the answer of another version. */
function linkIn(text: string): UiLink | undefined {
  try {
    const link = JSON.parse(text) as UiLink;
    return typeof link.url === "string" ? link : undefined;
  } catch {
    return undefined;
  }
}
