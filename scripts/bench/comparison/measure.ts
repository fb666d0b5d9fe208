// Runs one suite: starts the gateways, compares their responses, warms them up and measures them in interleaved rounds.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StaticCommand, StaticCounts } from '../graphs/static-subgraphs.ts';
import type { LoadOrder, LoadResult } from '../load/load.ts';
import { Child, node, usageOf } from '../processes/child-processes.ts';
import { Comparison, type Reference } from './compare.ts';
import { Gateways, messageOf, type Running } from './gateways.ts';
import type { OperationPlans } from './operation-plans.ts';
import type { Options } from './options.ts';
import { benchFolder, floorPlanFile, type Peer } from './peers.ts';
import { isCold, type Suite, type Workload } from './workloads.ts';

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
  /** Of a workload of cold operations; otherwise empty. */
  plans: OperationPlans;
}

/** The processes beside the gateways. */
const childPrograms = {
  'static-subgraphs': 'graphs/static-subgraphs.ts',
  load: 'load/load.ts',
} as const;

const laterWarmUpSeconds = 2;

export class SuiteRun {
  #suite: Suite;
  #options: Options;
  #report: (line: string) => void;
  #folder: string;
  #statics: Child;
  #load: Child;
  #gateways: Gateways;
  #hasProblems = false;

  constructor(suite: Suite, options: Options, report: (line: string) => void) {
    this.#suite = suite;
    this.#options = options;
    this.#report = report;
    this.#folder = join(benchFolder, 'runs', suite.name);
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(join(this.#folder, 'supergraph.graphql'), suite.supergraph);
    this.#statics = this.#own('static-subgraphs', JSON.stringify(suite.statics));
    this.#load = this.#own('load');
    this.#gateways = new Gateways({ suite, folder: this.#folder }, options.firstPort + 1, report);
  }

  /** Whether a gateway failed or gave another response. */
  get hasFaults(): boolean {
    return this.#hasProblems || this.#gateways.hasFaults;
  }

  async run(peers: readonly Peer[]): Promise<Measured[]> {
    await this.#counts();
    const floor = peers.find(({ name }) => name === 'floor');
    const cold = isCold(this.#suite);
    await this.#gateways.start(
      peers.filter((peer) => peer !== floor),
      cold,
    );
    const comparison = new Comparison(this.#suite, this.#statics);
    await comparison.run(this.#gateways, this.#report);
    if (cold) {
      // The subgraphs' responses are recorded now; the gateways are restarted to have no plans.
      await this.#gateways.restart();
      return [{ ...(await this.#measurePlans()), plans: comparison.plans }];
    }
    if (floor && comparison.reference) await this.#startFloor(floor, comparison.reference);
    const measured: Measured[] = [];
    for (const [index, workload] of this.#suite.workloads.entries()) {
      const seconds = index === 0 ? this.#options.warmUpSeconds : laterWarmUpSeconds;
      measured.push(await this.#measure(workload, Math.min(seconds, this.#options.warmUpSeconds)));
    }
    return measured;
  }

  async #startFloor(floor: Peer, reference: Reference): Promise<void> {
    const plan = { port: this.#suite.statics.port, ...reference };
    writeFileSync(floorPlanFile(this.#folder), JSON.stringify(plan));
    await this.#gateways.start([floor]);
    for (const running of this.#gateways.running) {
      if (running.peer === floor) running.bytes = Buffer.byteLength(reference.answer);
    }
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
    for (const running of [...this.#gateways.running]) {
      await this.#load
        .request<LoadResult>(orderFor(running, order))
        .catch((error: unknown) => this.#gateways.drop(running, messageOf(error)));
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
          await this.#gateways.drop(running, messageOf(error));
        }
      }
      this.#report(`${workload.name}: round ${round + 1} of ${this.#options.rounds}`);
    }
    return { workload, turns, plans: new Map() };
  }

  /** Without the gateways that limit the rate of a viewer, when one viewer uses many connections. */
  #measured({ unique, connections }: Workload): Running[] {
    return this.#gateways.running.filter(({ peer }) => unique || connections === 1 || !peer.authorizations);
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
      this.#hasProblems = true;
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
