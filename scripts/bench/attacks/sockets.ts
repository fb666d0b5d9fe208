// The attacks of npm run bench:hostile on sockets: clients that never read, and bodies that arrive slowly.
import { connect, type Socket } from 'node:net';
import { answer } from '../processes/channel.ts';
import { innocentBody } from './innocent-client.ts';
import { times } from './requests.ts';

/** The hostile clients' address as a proxy reports it; the innocent client has another. */
export const hostileAddress = '10.0.0.66';

const requestOf = (body: string): string =>
  `POST /graphql HTTP/1.1\r\nhost: x\r\nx-forwarded-for: ${hostileAddress}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

/** What is done with each socket; `sockets` are open at a time, each of them used once. */
export const socketCases: Record<string, { sockets: number; use: (socket: Socket, serial: number) => void }> =
  {
    'sockets that never read': {
      sockets: 100,
      use: (socket, serial) => {
        const wide = 'users { name reviews { body author { name reviews { body } } } }';
        const fields = times(25, (index) => `${'a'.repeat(200)}${serial}_${index}: ${wide}`);
        socket.pause().write(requestOf(JSON.stringify({ query: `{ ${fields} }` })));
      },
    },
    'bodies that are slow': {
      sockets: 500,
      use: (socket) => {
        const request = requestOf(innocentBody);
        socket.write(request.slice(0, -50));
        const timer = setInterval(() => socket.write(' '), 5000);
        socket.on('close', () => clearInterval(timer));
        socket.resume();
      },
    },
  };

/** Keeps as many sockets open as the case has, and opens another when one is closed. */
export function attackBySockets(name: string, port: number): void {
  const attack = socketCases[name];
  if (!attack) throw new Error(`no case ${name}`);
  let serial = process.pid * 100_000;
  let sent = 0;
  const outcomes = new Set<string>();
  const open = () => {
    const socket = connect(port, '127.0.0.1', () => {
      sent += 1;
      attack.use(socket, serial++);
    });
    socket.on('data', (chunk) => outcomes.add(String(chunk).slice(9, 12)));
    socket.on('error', () => outcomes.add('cut off'));
    socket.on('close', () => setTimeout(open, 100));
  };
  for (let count = 0; count < attack.sockets; count += 1) open();
  answer(async () => ({ sent, outcomes: [...outcomes] }));
}
