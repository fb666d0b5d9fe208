// Runs one suite: starts the gateways, compares their responses, warms them up and measures them in interleaved rounds.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { listedSubgraphs, variablePrefix } from '@district-graph/schema/registry';
import type { RecordedRequest, StaticCommand, StaticCounts } from '../graphs/static-subgraphs.ts';
import type { LoadOrder, LoadResult } from '../load/load.ts';
import { Child, node, usageOf } from '../processes/child-processes.ts';
import type { Options } from './options.ts';
import { benchFolder, floorPlanFile, type Peer, type Start } from './peers.ts';
import type { Suite, Workload } from './workloads.ts';

/** The result of one turn of one gateway. */
export interface Turn {
  requestsPerSecond: number;
  p50: number;
  p99: number;
  cpuMsPerRequest: number;
  rssMb: number;
  fetchesPerRequest: number;
}

export interface Measured {
  workload: Workload;
  /** By gateway, in the order of the table: one turn for each round. */
  turns: ReadonlyMap<Peer, Turn[]>;
}

interface Running {
  peer: Peer;
  child: Child;
  port: number;
  /** The length of its response to the first body; -1 until it is known. */
  bytes: number;
}

/** The processes beside the gateways. */
const childPrograms = {
  'static-subgraphs': 'graphs/static-subgraphs.ts',
  load: 'load/load.ts',
} as const;

/** A gateway calls the addresses in its supergraph, which serve the recorded responses, and no others that are set for the benchmark. */
const withoutAddresses: Record<string, undefined> = Object.fromEntries(
  listedSubgraphs.map(({ name }) => [`${variablePrefix(name)}_URL`, undefined]),
);

const readyMs = 60_000;
const laterWarmUpSeconds = 2;

export class SuiteRun {
  #suite: Suite;
  #options: Options;
  #report: (line: string) => void;
  #folder: string;
  #statics: Child;
  #load: Child;
  #running: Running[] = [];
  /** Whether a gateway failed or gave another response. */
  hasFaults = false;

  constructor(suite: Suite, options: Options, report: (line: string) => void) {
    this.#suite = suite;
    this.#options = options;
    this.#report = report;
    this.#folder = join(benchFolder, 'runs', suite.name);
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(join(this.#folder, 'supergraph.graphql'), suite.supergraph);
    this.#statics = this.#own('static-subgraphs', JSON.stringify(suite.statics));
    this.#load = this.#own('load');
  }

  async run(peers: readonly Peer[]): Promise<Measured[]> {
    await this.#counts();
    const isPlans = this.#suite.bodies.length > 1;
    const gateways = peers.filter(({ name }) => name !== 'floor');
    const floor = peers.find(({ name }) => name === 'floor');
    await this.#start(gateways);
    const reference = await this.#compare();
    if (isPlans) {
      // The subgraphs' responses are recorded now; the gateways are restarted to have no plans.
      await Promise.all(this.#running.map(({ child }) => child.stop()));
      const agreed = this.#running.map(({ peer }) => peer);
      this.#running = [];
      await this.#start(agreed);
      return [await this.#measurePlans()];
    }
    if (floor && reference) {
      writeFileSync(
        floorPlanFile(this.#folder),
        JSON.stringify({ port: this.#suite.statics.port, ...reference }),
      );
      await this.#start([floor]);
      for (const running of this.#running) {
        if (running.peer === floor) running.bytes = Buffer.byteLength(reference.answer);
      }
    }
    const measured: Measured[] = [];
    for (const [index, workload] of this.#suite.workloads.entries()) {
      const seconds = index === 0 ? this.#options.warmUpSeconds : laterWarmUpSeconds;
      measured.push(await this.#measure(workload, Math.min(seconds, this.#options.warmUpSeconds)));
    }
    return measured;
  }

  #own(program: keyof typeof childPrograms, argument = ''): Child {
    return new Child({
      name: program,
      command: [node, `scripts/bench/${childPrograms[program]}`, argument],
      hasChannel: true,
      logFile: join(this.#folder, `${program}.log`),
    });
  }

  #counts(): Promise<StaticCounts> {
    return this.#statics.request<StaticCounts>('counts' satisfies StaticCommand);
  }

  async #start(peers: readonly Peer[]): Promise<void> {
    const started: Running[] = [];
    for (const peer of peers) {
      const port = this.#options.firstPort + 1 + this.#running.length + started.length;
      if (await isListening(port)) throw new Error(`port ${port} is in use; set BENCH_PORT to use others`);
      const start: Start = { suite: this.#suite, folder: this.#folder, port };
      const logFile = join(this.#folder, `${peer.name}.log`);
      const command = peer.command(start);
      const env = { ...command.env, ...withoutAddresses };
      const child = new Child({ name: peer.name, logFile, ...command, env });
      started.push({ peer, port, bytes: -1, child });
    }
    for (const running of started) {
      const fault = await ready(running);
      if (!fault) {
        this.#running.push(running);
        continue;
      }
      await this.#drop(running, fault);
    }
  }

  async #drop({ peer, child }: Running, fault: string): Promise<void> {
    this.hasFaults = true;
    const log = readFileSync(child.logFile, 'utf8').trim().split('\n').slice(-5).join('\n  ');
    const end = child.isRunning ? '' : ` (it ended: ${child.end})`;
    this.#report(`${this.#suite.name}: without ${peer.name}, ${fault}${end}${log && `\n  ${log}`}`);
    await child.stop();
    this.#running = this.#running.filter((running) => running.child !== child);
  }

  /** Sends every body to every gateway once. A gateway whose response differs from the first one's is left out. */
  async #compare(): Promise<{ fetches: RecordedRequest[]; answer: string } | null> {
    let reference: { fetches: RecordedRequest[]; answer: string } | null = null;
    const expected: unknown[] = [];
    // Stock comes first: the floor sends the fetches of its plan.
    const order = [...this.#running].sort(
      (a, b) => Number(b.peer.name === 'stock') - Number(a.peer.name === 'stock'),
    );
    for (const running of order) {
      await this.#statics.request('record' satisfies StaticCommand);
      let fault = '';
      for (const [index, body] of this.#suite.bodies.entries()) {
        const { text, parsed } = await request(running, body).catch((error: unknown) => ({
          text: '',
          parsed: { data: null, errors: messageOf(error) },
        }));
        if (parsed.errors) fault = `its response has errors: ${JSON.stringify(parsed.errors).slice(0, 300)}`;
        else if (running === order[0]) expected.push(parsed.data);
        else if (!isDeepStrictEqual(parsed.data, expected[index])) fault = 'its response differs';
        if (fault) break;
        if (index === 0) running.bytes = Buffer.byteLength(text);
        if (index === 0 && running === order[0]) {
          reference = {
            fetches: await this.#statics.request('recorded' satisfies StaticCommand),
            answer: text,
          };
        }
      }
      if (fault) await this.#drop(running, fault);
    }
    // Stops recording.
    await this.#statics.request('recorded' satisfies StaticCommand);
    const names = this.#running.map(({ peer }) => peer.name).join(', ');
    const size = ((reference?.answer.length ?? 0) / 1024).toFixed(0);
    this.#report(
      `${this.#suite.name}: equal responses from ${names}; ${reference?.fetches.length ?? 0} fetches, ${size} KiB`,
    );
    return reference;
  }

  async #measure(workload: Workload, warmUpSeconds: number): Promise<Measured> {
    const order = { bodies: this.#suite.bodies, connections: workload.connections, unique: workload.unique };
    if (warmUpSeconds > 0) await this.#warmUp({ ...order, seconds: warmUpSeconds });
    return this.#rounds(workload, () => ({ ...order, seconds: this.#options.seconds }));
  }

  async #measurePlans(): Promise<Measured> {
    const [workload] = this.#suite.workloads as [Workload];
    const { bodies, warmUps } = this.#suite;
    const order = { connections: 1, unique: false };
    await this.#warmUp({ ...order, bodies: bodies.slice(0, warmUps) });
    const size = Math.floor((bodies.length - warmUps) / this.#options.rounds);
    return this.#rounds(workload, (round) => ({
      ...order,
      bodies: bodies.slice(warmUps + round * size, warmUps + (round + 1) * size),
    }));
  }

  async #warmUp(order: Omit<LoadOrder, 'port'>): Promise<void> {
    for (const running of [...this.#running]) {
      await this.#load
        .request<LoadResult>(orderFor(running, order))
        .catch((error: unknown) => this.#drop(running, messageOf(error)));
    }
  }

  async #rounds(workload: Workload, orderOf: (round: number) => Omit<LoadOrder, 'port'>): Promise<Measured> {
    const turns = new Map<Peer, Turn[]>(this.#measured(workload).map(({ peer }) => [peer, []]));
    for (let round = 0; round < this.#options.rounds; round += 1) {
      const measured = this.#measured(workload);
      // Each round starts with another gateway, so that none always follows the same one.
      const shift = round % measured.length;
      for (const running of [...measured.slice(shift), ...measured.slice(0, shift)]) {
        try {
          turns.get(running.peer)?.push(await this.#turn(running, workload, orderOf(round)));
        } catch (error) {
          turns.delete(running.peer);
          await this.#drop(running, messageOf(error));
        }
      }
      this.#report(`${workload.name}: round ${round + 1} of ${this.#options.rounds}`);
    }
    return { workload, turns };
  }

  /** Without the gateways that limit the rate of a viewer, when one viewer uses many connections. */
  #measured({ unique, connections }: Workload): Running[] {
    return this.#running.filter(({ peer }) => unique || connections === 1 || !peer.authorizations);
  }

  async #turn(running: Running, workload: Workload, order: Omit<LoadOrder, 'port'>): Promise<Turn> {
    const { peer, child, bytes } = running;
    if (!child.isRunning) throw new Error('it has exited');
    const before = usageOf(child.pid);
    const countsBefore = await this.#counts();
    const result = await this.#load.request<LoadResult>(orderFor(running, order));
    const after = usageOf(child.pid);
    const counts = await this.#counts();
    const problems: string[] = [];
    if (result.wrong) problems.push(`${result.wrong} of ${result.requests} responses were wrong`);
    if (order.bodies.length === 1 && result.bytes !== bytes) problems.push('its response changed');
    if (counts.executed !== countsBefore.executed && order.bodies.length === 1)
      problems.push('it sent new requests to the subgraphs');
    if (workload.unique && !peer.authorizations && counts.unauthorized !== countsBefore.unauthorized)
      problems.push('it did not forward the authorization');
    if (problems.length) {
      this.hasFaults = true;
      this.#report(`${workload.name}: ${peer.name}: ${problems.join('; ')}`);
    }
    return {
      requestsPerSecond: result.requests / result.seconds,
      p50: result.p50,
      p99: result.p99,
      cpuMsPerRequest: (after.cpuMs - before.cpuMs) / result.requests,
      rssMb: after.rssMb,
      fetchesPerRequest: (counts.requests - countsBefore.requests) / result.requests,
    };
  }
}

const orderFor = ({ port, peer }: Running, order: Omit<LoadOrder, 'port'>): LoadOrder => ({
  ...order,
  port,
  authorizations: peer.authorizations,
});

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

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

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
  parsed: { data?: unknown; errors?: unknown };
}

async function request(
  { port, peer }: Pick<Running, 'port' | 'peer'>,
  body: string,
): Promise<GatewayResponse> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      'accept-encoding': 'identity',
      authorization: peer.authorizations?.[0] ?? 'Bearer first',
    },
    body,
    signal: AbortSignal.timeout(60_000),
  });
  const text = await response.text();
  return { status: response.status, text, parsed: JSON.parse(text) };
}
