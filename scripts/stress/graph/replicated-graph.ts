// The graph of the stress test: its own PostgreSQL, two replicas of each subgraph over one database, and two gateways, one for each set of
// replicas.
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Environment } from '@district-graph/kit/config/environment';
import { readIdentity } from '@district-graph/kit/config/identity';
import { type Database, openDatabase } from '@district-graph/kit/database/database';
import type { Keyring } from '@district-graph/kit/encryption/keyring';
import { anonymous } from '@district-graph/kit/identity/viewer';
import { claimsText, signViewer, viewerHeader } from '@district-graph/kit/identity/viewer-signature';
import { runningServer } from '@district-graph/kit/postgres/cluster';
import { variablePrefix } from '@district-graph/schema/registry';
import { everyone, issueToken, openDevelopmentIssuer } from '../../credentials/development-issuer.ts';
import { keysOf, viewerKeys } from '../../credentials/subgraph-keys.ts';
import { prepareSubgraphs } from '../../databases/migrate-and-seed.ts';
import {
  type Databases,
  databaseVariable,
  keyringOf,
  openDatabases,
} from '../../databases/subgraph-databases.ts';
import { gatewayCommand, Service, waitReady } from '../../processes/child-process.ts';

/** The subgraphs that receive writes. Places is not started, because nothing here uses it. */
export const subgraphs = ['elderly-care', 'sanitation', 'security', 'culture', 'community'] as const;
export type Subgraph = (typeof subgraphs)[number];
export const replicas = [0, 1] as const;

export type Victim = 'subgraph' | 'gateway' | 'postgres';
export const victims: readonly Victim[] = ['subgraph', 'gateway', 'postgres'];

export interface StressedGraph {
  /** Connections for the audit, separate from those of the subgraphs. */
  databases: Record<Subgraph, Database>;
  /** The keys of their encrypted values. */
  keyrings: Record<Subgraph, Keyring>;
  /** The GraphQL URLs of a subgraph's replicas. */
  addressesOf: (subgraph: Subgraph) => readonly string[];
  /** The base URLs of the gateways; the first uses the first replicas, the second the second ones. */
  gateways: readonly string[];
  /** The process ids of the running processes of a kind. */
  pidsOf: (victim: Victim) => readonly number[];
  /** Resolves when every process is ready. */
  ready: () => Promise<void>;
  /** Stops everything. Removes the directory with the data and `graph.log`, the output of the processes, unless `keeps` is set. */
  stop: (keeps?: boolean) => Promise<void>;
  /** The headers of a viewer with all roles. */
  headers: Record<string, string>;
  /** The headers of the gateway itself, for the change stream of a subgraph. */
  gatewayHeaders: (subgraph: Subgraph) => Record<string, string>;
  directory: string;
}

const readyTimeoutMs = 120_000;
/** Below the ports for outgoing connections, which could take the port of a process while it restarts. */
const ports = { first: 21_000, last: 32_000 };

async function freePorts(count: number, from: number): Promise<number[]> {
  const found: number[] = [];
  for (let port = from; found.length < count && port < ports.last; port += 1) {
    const isFree = await new Promise<boolean>((resolve) => {
      const probe = createServer().once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
    });
    if (isFree) found.push(port);
  }
  if (found.length < count) throw new Error(`fewer than ${count} free ports from ${from}`);
  return found;
}

/** Starts the graph in a new temporary directory. */
export async function startStressedGraph(signal: AbortSignal): Promise<StressedGraph> {
  const dataDir = await mkdtemp(join(tmpdir(), 'district-graph-stress-'));
  const log = createWriteStream(join(dataDir, 'graph.log'), { flags: 'a' });
  const services: { victim: Victim; service: Service; name: string; base: string }[] = [];
  let opened: Databases | null = null;
  const audited: Database[] = [];
  const stop = async (keeps = false) => {
    await Promise.all(services.map(({ service }) => service.stop()));
    await Promise.all(audited.map((database) => database.end({ timeout: 1 })));
    await opened?.close();
    await new Promise((resolve) => log.end(resolve));
    if (!keeps) await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const own = { DATA_DIR: dataDir };
    const databases = await openDatabases(own);
    opened = databases;
    await prepareSubgraphs(databases, [], signal);
    const identity = { ...viewerKeys(own), ...(await openDevelopmentIssuer(own)) };
    const token = await issueToken({ ...everyone, subject: 'stress', hours: 24 }, own);
    const { viewerKeys: keys } = readIdentity(new Environment(identity));
    const free = await freePorts(
      (subgraphs.length + 1) * replicas.length,
      ports.first + Math.floor(Math.random() * 9000),
    );
    const start = (
      victim: Victim,
      name: string,
      port: number,
      command: readonly string[],
      env: Record<string, string>,
    ) => {
      const onLine = (line: string) => void log.write(`${name} ${line}\n`);
      const service = new Service({ name, command, env: { HOST: '127.0.0.1', ...env }, onLine });
      services.push({ victim, service, name, base: `http://127.0.0.1:${port}` });
    };
    const addresses: Record<string, string[]> = Object.fromEntries(
      subgraphs.map((subgraph) => [subgraph, []]),
    );
    const gateways: string[] = [];
    for (const replica of replicas) {
      // Nothing listens on this port.
      const env: Record<string, string> = { PLACES_URL: 'http://127.0.0.1:9/graphql' };
      for (const subgraph of subgraphs) {
        const port = free.pop() ?? 0;
        start(
          'subgraph',
          `${subgraph}-${replica}`,
          port,
          [`subgraphs/${subgraph}/src/subgraph.ts`, 'serve'],
          {
            ...databaseVariable(subgraph, databases.urls[subgraph] ?? ''),
            ...keysOf(subgraph, databases.keys),
            ...identity,
            [`${variablePrefix(subgraph)}_PORT`]: String(port),
          },
        );
        const address = `http://127.0.0.1:${port}/graphql`;
        addresses[subgraph]?.push(address);
        env[`${variablePrefix(subgraph)}_URL`] = address;
      }
      const port = free.pop() ?? 0;
      start('gateway', `gateway-${replica}`, port, gatewayCommand, {
        ...env,
        ...identity,
        PORT: String(port),
      });
      gateways.push(`http://127.0.0.1:${port}`);
    }
    const ready = async () => {
      await Promise.all(
        services.map(({ name, base }) => waitReady(name, `${base}/health/ready`, readyTimeoutMs, signal)),
      );
    };
    await ready();
    const cluster = join(dataDir, 'postgres');
    const pidsOf = (victim: Victim): number[] => {
      if (victim === 'postgres') {
        const server = runningServer(cluster);
        return server ? [server.pid] : [];
      }
      return services.flatMap(({ victim: kind, service }) =>
        kind === victim && service.pid !== undefined ? [service.pid] : [],
      );
    };
    const opening = subgraphs.map((subgraph) => {
      const database = openDatabase(databases.urls[subgraph] ?? '', {
        maxConnections: 2,
        statementTimeoutMs: 60_000,
        applicationName: 'stress',
      });
      audited.push(database);
      return [subgraph, database];
    });
    return {
      databases: Object.fromEntries(opening) as Record<Subgraph, Database>,
      keyrings: Object.fromEntries(
        subgraphs.map((subgraph) => [subgraph, keyringOf(subgraph, databases.keys)]),
      ) as Record<Subgraph, Keyring>,
      addressesOf: (subgraph) => addresses[subgraph] ?? [],
      headers: { authorization: `Bearer ${token}` },
      gatewayHeaders: (subgraph) => ({
        [viewerHeader]: signViewer(keys, claimsText(anonymous), subgraph, ''),
      }),
      gateways,
      pidsOf,
      ready,
      stop,
      directory: dataDir,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Kills a running process of a kind with SIGKILL, like a crash; waits until one is running. */
export async function kill(
  graph: StressedGraph,
  victim: Victim,
  pick: (pids: readonly number[]) => number,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const pids = graph.pidsOf(victim);
    if (pids.length) {
      process.kill(pick(pids), 'SIGKILL');
      return;
    }
    await delay(20, undefined, { signal });
  }
}
