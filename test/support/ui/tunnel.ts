import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** A way to a server that can be cut, such as a tunnel of SSH. */
export interface Tunnel {
  readonly port: number;
  /** Ends all connections, and takes no new ones. */
  cut(): Promise<void>;
  /** Takes connections again, on the same port. */
  restore(): Promise<void>;
}

/** Opens a tunnel to a port of this machine. */
export async function openTunnel(target: number): Promise<Tunnel> {
  const sockets = new Set<Socket>();
  let server: Server;
  const listen = async (port: number): Promise<number> => {
    server = createServer((near) => {
      const far = connect(target, "127.0.0.1");
      for (const each of [near, far]) {
        sockets.add(each);
        each.on("error", () => undefined);
        each.on("close", () => {
          sockets.delete(each);
          near.destroy();
          far.destroy();
        });
      }
      near.pipe(far).pipe(near);
    });
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    return (server.address() as AddressInfo).port;
  };
  const port = await listen(0);
  return {
    port,
    async cut() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const each of sockets) each.destroy();
      await closed;
    },
    async restore() {
      await listen(port);
    },
  };
}
