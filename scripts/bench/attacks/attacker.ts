// A hostile client in a process of its own, `attacker.ts <case> <port>`: sends the requests of the case until the parent requests the count.
import { answer } from '../processes/channel.ts';
import { post } from './innocent-client.ts';
import { HostileRequest, requestCases, wholeGraphCases } from './requests.ts';
import { attackBySockets, hostileAddress, socketCases } from './sockets.ts';

/** The status and error code of the response to a request. */
async function outcomeOf(port: number, request: object | HostileRequest): Promise<string> {
  const { body, headers } = request instanceof HostileRequest ? request : new HostileRequest(request);
  try {
    const { status, text } = await post(port, body, { 'x-forwarded-for': hostileAddress, ...headers });
    return `${status} ${/"code":"(\w+)"/.exec(text)?.[1] ?? 'answered'}`;
  } catch {
    // When the gateway stops reading a body, the connection can break before the refusal arrives.
    return 'cut off';
  }
}

function attackByRequests(name: string, port: number): void {
  const make = requestCases[name] ?? wholeGraphCases[name];
  if (!make) throw new Error(`no case ${name}`);
  let serial = process.pid * 100_000;
  let sent = 0;
  const outcomes = new Set<string>();
  const sendForever = async () => {
    for (;;) {
      outcomes.add(await outcomeOf(port, make(serial++)));
      sent += 1;
    }
  };
  void sendForever();
  answer(async () => ({ sent, outcomes: [...outcomes] }));
}

const [name = '', port] = process.argv.slice(2);
if (name in socketCases) attackBySockets(name, Number(port));
else attackByRequests(name, Number(port));
