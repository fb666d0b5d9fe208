// Starts the whole graph in its own processes for benchmarks: databases, subgraphs and gateway.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { listedSubgraphs, variablePrefix } from '@district-graph/schema/registry';
import { everyone, issueToken, openDevelopmentIssuer } from '../../credentials/development-issuer.ts';
import { viewerKeys } from '../../credentials/subgraph-keys.ts';
import { prepareSubgraphs } from '../../databases/migrate-and-seed.ts';
import { databaseVariable, openDatabases } from '../../databases/subgraph-databases.ts';
import { gatewayCommand, root, Service, waitReady } from '../../processes/child-process.ts';

export interface BenchedGraph {
  /** Sends an operation, by default with all roles; rejects when the response has errors. */
  request: (query: string, variables: object, authorization?: string) => Promise<void>;
  /** The database URLs, by subgraph. */
  databaseUrls: Record<string, string>;
  dataDir: string;
  /** The authorization of a viewer with all roles, of an analyst, and of an anonymous client. */
  authorization: string;
  analyst: string;
  nobody: string;
  /** The processes of the gateway and the subgraphs, by name. */
  services: ReadonlyMap<string, Service>;
}

/** Stops what was started, the last first. */
const stops: (() => Promise<unknown>)[] = [];

export async function stopBenchedGraphs(): Promise<void> {
  for (const stop of stops.splice(0)) await stop();
}

/** Starts the graph with the data of one scale, which are seeded the first time. `settings` are environment variables of its processes. */
export async function startBenchedGraph(
  scale: 'default' | 'city',
  firstPort: number,
  signal: AbortSignal,
  settings: Record<string, string> = {},
): Promise<BenchedGraph> {
  process.env.SEED_SCALE = scale;
  const dataDir =
    process.env[`BENCH_${scale.toUpperCase()}_DATA_DIR`] || join(root, '.data', `bench-${scale}`);
  if (!existsSync(dataDir))
    process.stderr.write(`${scale}：首次写入数据。 Seeding the databases for the first time.\n`);
  const own = { DATA_DIR: dataDir };
  const databases = await openDatabases(own);
  stops.unshift(() => databases.close());
  await prepareSubgraphs(databases, databases.embedded, signal);
  const env: Record<string, string> = {
    DEDUPLICATE_QUERIES: 'off',
    ...databases.keys,
    ...viewerKeys(own),
    ...(await openDevelopmentIssuer(own)),
    ...settings,
  };
  const tokenOf = (subject: string, roles: readonly string[]) =>
    issueToken({ ...everyone, roles, subject, hours: 24 }, own);
  const authorization = `Bearer ${await tokenOf('bench', everyone.roles)}`;
  const analyst = `Bearer ${await tokenOf('analyst', ['analyst'])}`;
  for (const [index, { name }] of listedSubgraphs.entries()) {
    env[`${variablePrefix(name)}_PORT`] = String(firstPort + 1 + index);
    env[`${variablePrefix(name)}_URL`] = `http://127.0.0.1:${firstPort + 1 + index}/graphql`;
    Object.assign(env, databaseVariable(name, databases.urls[name] ?? ''));
  }
  const services = new Map<string, Service>();
  const start = (name: string, command: readonly string[], more: Record<string, string> = {}) => {
    const service = new Service({ name, command, env: { ...env, ...more } });
    services.set(name, service);
    stops.unshift(() => service.stop());
  };
  for (const { name } of listedSubgraphs) start(name, [`subgraphs/${name}/src/subgraph.ts`, 'serve']);
  start('heartbeats', ['subgraphs/security/src/seed/heartbeats.ts']);
  start('gateway', gatewayCommand, {
    PORT: String(firstPort),
    SUBGRAPH_ENCODINGS: 'identity',
  });
  const names = ['gateway', ...listedSubgraphs.map(({ name }) => name)];
  await Promise.all(
    names.map((name, offset) =>
      waitReady(name, `http://127.0.0.1:${firstPort + offset}/health/ready`, 60_000, signal),
    ),
  );
  return {
    request: async (query, variables, bearer = authorization) => {
      const response = await fetch(`http://127.0.0.1:${firstPort}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(bearer && { authorization: bearer }) },
        body: JSON.stringify({ query, variables }),
      });
      const { errors } = (await response.json()) as { errors?: unknown };
      if (errors) throw new Error(`${scale}: ${JSON.stringify(errors)}`);
    },
    databaseUrls: databases.urls,
    dataDir,
    authorization,
    analyst,
    nobody: '',
    services,
  };
}
