// The gateways of one suite while they run: starts them, sends them single requests, and leaves out those that fail.
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { listedSubgraphs, variablePrefix } from '@district-graph/schema/registry';
import { Child } from '../processes/child-processes.ts';
import type { Peer, Start } from './peers.ts';

export interface Running {
  peer: Peer;
  child: Child;
  port: number;
  /** The length of its response to the first body; -1 until it is known. */
  bytes: number;
}

/** A gateway calls the addresses in its supergraph, which serve the recorded responses, and no others that are set for the benchmark. */
const withoutAddresses: Record<string, undefined> = Object.fromEntries(
  listedSubgraphs.map(({ name }) => [`${variablePrefix(name)}_URL`, undefined]),
);

const readyMs = 60_000;

export class Gateways {
  #start: Pick<Start, 'suite' | 'folder'>;
  #firstPort: number;
  #report: (line: string) => void;
  running: Running[] = [];
  /** Whether a gateway was left out. */
  hasFaults = false;

  /** The gateways listen on the ports from `firstPort` on. */
  constructor(start: Pick<Start, 'suite' | 'folder'>, firstPort: number, report: (line: string) => void) {
    this.#start = start;
    this.#firstPort = firstPort;
    this.#report = report;
  }

  /** Starts gateways beside those that run. With `explains`, those that can tell how long they planned do so. */
  async start(peers: readonly Peer[], explains = false): Promise<void> {
    const started: Running[] = [];
    for (const peer of peers) {
      const port = this.#firstPort + this.running.length + started.length;
      if (await isListening(port)) throw new Error(`port ${port} is in use; set BENCH_PORT to use others`);
      const command = peer.command({ ...this.#start, port, explains });
      const logFile = `${this.#start.folder}/${peer.name}.log`;
      const env = { ...command.env, ...withoutAddresses };
      const child = new Child({ name: peer.name, logFile, ...command, env });
      started.push({ peer, port, bytes: -1, child });
    }
    for (const running of started) {
      const fault = await ready(running);
      if (fault) await this.drop(running, fault);
      else this.running.push(running);
    }
  }

  /** Stops all and starts them again, so that none has a plan. */
  async restart(): Promise<void> {
    const peers = this.running.map(({ peer }) => peer);
    await Promise.all(this.running.map(({ child }) => child.stop()));
    this.running = [];
    await this.start(peers);
  }

  async drop({ peer, child }: Running, fault: string): Promise<void> {
    this.hasFaults = true;
    const log = readFileSync(child.logFile, 'utf8').trim().split('\n').slice(-5).join('\n  ');
    const end = child.isRunning ? '' : ` (it ended: ${child.end})`;
    const { name } = this.#start.suite;
    this.#report(`${name}: without ${peer.name}, ${fault}${end}${log && `\n  ${log}`}`);
    await child.stop();
    this.running = this.running.filter((running) => running.child !== child);
  }
}

/** Waits until the gateway answers; returns the reason if it does not. */
async function ready({ child, port, peer }: Running): Promise<string | null> {
  const deadline = Date.now() + readyMs;
  while (Date.now() < deadline) {
    if (!child.isRunning) return 'it did not start';
    const isReady =
      peer.name === 'floor'
        ? await isListening(port)
        : await request({ port, peer }, '{"query":"{__typename}"}').then(
            ({ status, parsed }) => status === 200 && !parsed.errors,
            () => false,
          );
    if (isReady) return null;
    await delay(100);
  }
  return `it was not ready within ${readyMs / 1000} s`;
}

const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

interface GatewayResponse {
  status: number;
  text: string;
  parsed: {
    data?: unknown;
    errors?: unknown;
    extensions?: { queryPlan?: { planningMs: number } };
  };
}

export async function request(
  { port, peer }: Pick<Running, 'port' | 'peer'>,
  body: string,
  headers: Record<string, string> = {},
): Promise<GatewayResponse> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      'accept-encoding': 'identity',
      authorization: peer.authorizations?.[0] ?? 'Bearer first',
      ...headers,
    },
    body,
    signal: AbortSignal.timeout(60_000),
  });
  const text = await response.text();
  return { status: response.status, text, parsed: JSON.parse(text) };
}

export const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
