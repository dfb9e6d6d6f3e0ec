import { chmodSync, lstatSync, unlinkSync } from "node:fs";
import type { Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { dirname } from "node:path/posix";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { errorMessage } from "../../text/error-message.ts";

/** The place of a server: a port of the loopback, 0 for any free one, or the path of a socket. */
export type ListenPlace = { readonly port: number } | { readonly socket: string };

/** Listens at a place, and returns the port; undefined for a socket. Only this account can connect to a socket. */
export async function listenAt(server: Server, place: ListenPlace): Promise<Result<number | undefined>> {
  if ("port" in place) {
    const problem = await listening(server, () => server.listen(place.port, "127.0.0.1"));
    if (problem === undefined) return ok((server.address() as AddressInfo).port);
    return problem.code === "EADDRINUSE"
      ? fail("blocked", `port ${place.port} is in use`, {
          hint: "choose another one, or leave out --port for any free one",
        })
      : fail("blocked", `cannot listen on port ${place.port}`, { detail: problem.message });
  }
  const { socket } = place;
  const free = await freeSocket(socket);
  if (!free.ok) return free;
  const mask = process.umask(0o177);
  const problem = await listening(server, () => server.listen(socket));
  process.umask(mask);
  if (problem !== undefined)
    return fail("blocked", `cannot listen on ${socket}`, {
      detail: problem.message,
      hint: `choose a path in a folder of yours, such as $XDG_RUNTIME_DIR`,
    });
  chmodSync(socket, 0o600);
  return ok(undefined);
}

async function listening(server: Server, begin: () => void): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    server.once("error", resolve);
    server.once("listening", () => {
      server.off("error", resolve);
      resolve(undefined);
    });
    begin();
  });
}

/** Removes a socket a killed server has left behind. Touches nothing else. */
async function freeSocket(path: string): Promise<Result<void>> {
  const folder = lstatSync(dirname(path), { throwIfNoEntry: false });
  if (folder !== undefined && (folder.mode & 0o022) !== 0 && (folder.mode & 0o1000) === 0) {
    return fail("blocked", `others can write to ${dirname(path)}`, {
      hint: "choose a path in a folder of yours, such as $XDG_RUNTIME_DIR",
    });
  }
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return ok(undefined);
  if (!found.isSocket()) {
    return fail("blocked", `${path} exists, and is no socket`, { hint: "choose another path" });
  }
  if (await isAnswered(path)) {
    return fail("blocked", `another program listens on ${path}`, { hint: "choose another path" });
  }
  try {
    unlinkSync(path);
    return ok(undefined);
  } catch (error) {
    return fail("blocked", `cannot remove the old socket ${path}`, { detail: errorMessage(error) });
  }
}

async function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const client = connect(path);
    client.once("connect", () => {
      client.destroy();
      resolve(true);
    });
    client.once("error", ({ code }: NodeJS.ErrnoException) => resolve(code !== "ECONNREFUSED"));
  });
}
