// A TCP proxy between a client and the gateway whose connections a test cuts, as a network does.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface FaultyProxy {
  /** The proxy's address, without a path. */
  url: string;
  /** Where connections are forwarded to. */
  target: string;
  /** Cuts all connections; until `restore`, new ones are cut at once. */
  cut: () => void;
  restore: () => void;
  /** Cuts the next connections when their answers arrive: the requests have reached the gateway. */
  loseAnswers: (count: number) => void;
  stop: () => Promise<void>;
}

export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const sockets = new Set<Socket>();
  let isCut = false;
  let answersToLose = 0;
  const server = createServer((client) => {
    if (isCut) return client.destroy();
    const upstream = connect(Number(new URL(proxy.target).port), '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream);
    upstream.on('data', (data) => {
      if (answersToLose > 0) {
        answersToLose -= 1;
        client.destroy();
      } else client.write(data);
    });
    return undefined;
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const proxy: FaultyProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    target,
    cut: () => {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
    restore: () => {
      isCut = false;
    },
    loseAnswers: (count) => {
      answersToLose = count;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}
