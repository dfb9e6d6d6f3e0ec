import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * The ports to choose from: the kernel takes those from 32,768 on for connections and for servers that ask for any port, so
 * one of them may be used by another test before its server has started.
 */
const ports = { first: 20_000, count: 12_000 } as const;

let next = randomInt(ports.count);

/** Returns a port of this machine that nobody uses now. Each call of a process returns another one. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < ports.count; tries++) {
    const port = ports.first + (next++ % ports.count);
    if (await isFree(port)) return port;
  }
  throw new Error(`no port of ${ports.first} to ${ports.first + ports.count - 1} is free`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
