// Sends requests at a constant rate, however long they take, as clients do that do not know of each other.
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

interface RateOrder {
  port: number;
  /** Sent in turn. */
  bodies: readonly string[];
  /** Requests in a second. */
  rate: number;
  seconds: number;
}

export interface RateResult {
  /** By second, how many milliseconds each request took from the time when it was due. */
  bySecond: number[][];
  /** Responses with another status than 200. */
  failed: number;
}

export async function sendAtRate({ port, bodies, rate, seconds }: RateOrder): Promise<RateResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const bySecond: number[][] = Array.from({ length: seconds }, () => []);
  const started = performance.now();
  const sent: Promise<void>[] = [];
  let failed = 0;
  for (let index = 0; index < rate * seconds; index += 1) {
    const due = started + (index * 1000) / rate;
    const early = due - performance.now();
    if (early > 0) await delay(early);
    const body = bodies[index % bodies.length] ?? '';
    sent.push(
      send(agent, port, body).then((status) => {
        if (status !== 200) failed += 1;
        bySecond[Math.floor(index / rate)]?.push(performance.now() - due);
      }),
    );
  }
  await Promise.all(sent);
  agent.destroy();
  return { bySecond, failed };
}

/** Resolves with the status; 0 where there is no response. */
function send(agent: Agent, port: number, body: string): Promise<number> {
  return new Promise((resolve) => {
    const options = { agent, port, host: '127.0.0.1', path: '/graphql', method: 'POST' };
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sending = request({ ...options, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    sending.on('error', () => resolve(0));
    sending.end(body);
  });
}
