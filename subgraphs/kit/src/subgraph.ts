// What a subgraph is, and its life: `serve` (default), `migrate` and `seed`, which migrates first, of its own process.
import { fileURLToPath } from 'node:url';
import { listedSubgraphs } from '@district-graph/schema/registry';
import type { GraphQLSchema } from 'graphql';
import { Disclosures } from './access/disclosures.ts';
import { AccessAnchors } from './access-log/anchors.ts';
import { defaultBulkLimit } from './access-log/bulk-reads.ts';
import { refusalsPath } from './access-log/gateway-refusals.ts';
import { type AccessCause, AccessRecords, clientNames } from './access-log/records.ts';
import { takeRefusals } from './access-log/take-refusals.ts';
import { clientAddress, networkOf } from './admission/client-address.ts';
import { FairPool, type PoolClient } from './admission/fair-pool.ts';
import { UnfinishedBodies } from './admission/unfinished-bodies.ts';
import { today } from './calendar.ts';
import type { IdentityConfig } from './config/identity.ts';
import { readSeedExtent } from './config/run-mode.ts';
import { readConfig } from './config/subgraph-config.ts';
import {
  type Database,
  type DatabaseOptions,
  defaultConnections,
  openDatabase,
} from './database/database.ts';
import { migrateDatabase } from './database/migrations.ts';
import { DatabaseReadiness } from './database/readiness.ts';
import type { EncryptedTable } from './encryption/encrypted-columns.ts';
import { developmentKeyring, type Keyring } from './encryption/keyring.ts';
import { wantsCost, withCost } from './execution/cost-report.ts';
import { Operations } from './execution/operations.ts';
import { type GraphQLServer, serveGraphQL } from './http/graphql-server.ts';
import type { TlsFiles } from './http/tls-files.ts';
import { authenticationFailure, Identity } from './identity/identity.ts';
import type { BulkLimit } from './identity/roles.ts';
import { anonymous, type Viewer } from './identity/viewer.ts';
import type { ModuleImport } from './import/module-import.ts';
import { type Job, startJobs } from './jobs.ts';
import type { Resolvers, SubgraphContext } from './loaders.ts';
import { createLog, type Log } from './log.ts';
import { encryptPlainRows } from './maintenance/encrypted-rows.ts';
import type { CountKeyed } from './maintenance/key-rotation.ts';
import { ChangeStream, serveChanges } from './mutations/change-stream.ts';
import { deleteExpiredKeys } from './mutations/idempotency.ts';
import { operationNameOf } from './operation/graphql-operation.ts';
import { type OperationLimits, subgraphLimits } from './operation/limits.ts';
import type { PersonalData } from './personal-data/personal-data.ts';
import { retentionJob } from './personal-data/retention.ts';
import { buildExecutableSchema } from './schema/executable-schema.ts';
import { readSdl } from './schema/sdl.ts';
import { type Seeds, seedDatabase } from './seed/seeding.ts';

export interface Subgraph extends Seeds {
  /** As in schema/subgraphs.json. */
  name: string;
  /** The subgraph's folder: `new URL('..', import.meta.url)`. */
  folder: URL;
  /** One resolver map per concept. */
  modules: readonly Resolvers[];
  /** What bureaus' files can be of; one that refers to another comes after it. */
  imports?: readonly ModuleImport[];
  /** Its tables that have sealed columns. */
  encrypted?: readonly EncryptedTable[];
  /** What else is made with its keys, and needs them for as long as it stands. */
  keyed?: readonly CountKeyed[];
  /** What its tables tell of persons, and for how long. */
  personalData: PersonalData;
  /** Of how many persons or other subjects whoever may see them is given unmasked values; bulk-reads.ts has the usual. */
  bulkReads?: BulkLimit;
  /** What it does of its own accord. */
  jobs?: readonly Job[];
}

const nobody: IdentityConfig = { tokens: null, apiKeys: null, viewerKeys: new Map() };
const hourMs = 3_600_000;
/** Of a request's statement: the gateway gives a subgraph five seconds in all. */
const statementTimeoutMs = 3000;

export const migrationsOf = (subgraph: Subgraph): string =>
  fileURLToPath(new URL('migrations', subgraph.folder));

/** Brings the subgraph's database to its newest tables, with nothing in plain that is to be sealed. */
export async function migrateSubgraph(
  subgraph: Subgraph,
  databaseUrl: string,
  keyring: Keyring,
): Promise<void> {
  await migrateDatabase(databaseUrl, migrationsOf(subgraph));
  if (subgraph.encrypted) await encryptPlainRows(databaseUrl, keyring, subgraph.encrypted);
}

/** The subgraph's schema, ready to execute. */
export const schemaOf = (subgraph: Subgraph): GraphQLSchema =>
  buildExecutableSchema(readSdl(subgraph.folder), subgraph.modules);

export interface StartOptions extends DatabaseOptions {
  databaseUrl: string;
  port: number;
  host?: string;
  /** Whether requests that ask for a trace get one: traces tell the insides. */
  tracing?: boolean;
  /** Whose tokens and signatures are accepted; without it everyone is anonymous. */
  identity?: IdentityConfig;
  /** The subgraph's keys; those for development without it. */
  keyring?: Keyring;
  /** Instead of the subgraph's own. */
  bulkReads?: Partial<BulkLimit>;
  /** Where the end of its access records is noted besides the log; null for nowhere. */
  accessAnchorsDir?: string | null;
  /** Whether it does its duties; tests call what they want done. */
  runsJobs?: boolean;
  maxBodyBytes?: number;
  /** How many proxies of ours stand in front of who asks the subgraph directly. */
  trustedProxies?: number;
  limits?: OperationLimits;
  tls?: TlsFiles | null;
  log?: Log;
}

export interface RunningSubgraph {
  url: string;
  sql: Database;
  /** Resolves once what was refused so far is on record. */
  recorded: () => Promise<void>;
  /** Is ready no longer, answers for so many milliseconds more, then ends what it has in hand and is gone. */
  stop: (drainMs?: number) => Promise<void>;
}

/** Serves the subgraph over HTTP until stopped. The database may come up later: readiness tells. */
export async function startSubgraph(subgraph: Subgraph, options: StartOptions): Promise<RunningSubgraph> {
  const log = options.log ?? createLog(subgraph.name);
  const poolOptions = { applicationName: subgraph.name, ...options };
  const sql = openDatabase(options.databaseUrl, { statementTimeoutMs, ...poolOptions });
  const pool = new FairPool(sql, options.maxConnections ?? defaultConnections);
  // What the subgraph does of its own accord waits for no request, and may take longer than one.
  const ownSql = openDatabase(options.databaseUrl, { ...poolOptions, maxConnections: 2 });
  const { limits = subgraphLimits, maxBodyBytes = 1_048_576, trustedProxies = 0, tls } = options;
  const schema = schemaOf(subgraph);
  const operations = new Operations(schema, log, limits);
  const traced = options.tracing ? await tracedOperations(subgraph, log, limits) : null;
  const { tokens, apiKeys, viewerKeys } = options.identity ?? nobody;
  const isNobodyKnown = tokens === null && apiKeys === null && viewerKeys.size === 0;
  const gateway = { keys: viewerKeys, subgraph: subgraph.name };
  const identity = new Identity({ tokens, apiKeys, gateway, trustedProxies, log });
  const keyring = options.keyring ?? developmentKeyring;
  const bulkLimit = { ...defaultBulkLimit, ...subgraph.bulkReads, ...options.bulkReads };
  const records = new AccessRecords({ sql, keyring, log, bulkLimit });
  const clientNameOf = clientNames(subgraph.name);
  const contextOf =
    (cause: AccessCause, disclosures: Disclosures, client: PoolClient) =>
    (operationName: string | null): SubgraphContext => {
      cause.operation = clientNameOf(operationName);
      return {
        sql: pool.sqlFor(client),
        keyring,
        viewer: cause.viewer,
        isIdentityOff: isNobodyKnown,
        disclosures,
        ownedByViewer: new WeakSet(),
        today: today(),
        loaders: new Map(),
      };
    };
  const changes = new ChangeStream(sql, log);
  const readiness = new DatabaseReadiness(options.databaseUrl, subgraph.name);
  const unfinished = new UnfinishedBodies();
  const http: GraphQLServer = await serveGraphQL(
    {
      unfinished,
      maxVariableValues: limits.maxVariableValues,
      answer: async (operation, request, body) => {
        const { headers, socket } = request;
        const requestId = String(headers['x-request-id'] ?? '') || null;
        const viewer = await identity.authenticate(headers, body).catch((error: unknown) => {
          const refused = authenticationFailure(error);
          const address = clientAddress(headers, socket.remoteAddress ?? '', trustedProxies);
          if (refused)
            records.refuseRequest(
              {
                viewer: refused.viewer,
                operation: clientNameOf(operationNameOf(operation)),
                requestId,
                address,
              },
              refused.header,
            );
          throw error;
        });
        const sender = identity.senderOf(headers, viewer);
        if (sender !== null) http.identifyClient(request, sender);
        const address = identity.addressOf(headers, socket.remoteAddress ?? '');
        const cause: AccessCause = { viewer, operation: null, requestId, address };
        const disclosures = new Disclosures((given) => records.give(cause, given));
        const client = clientOf(viewer, address, () => socket.destroyed);
        const context = contextOf(cause, disclosures, client);
        const wantsTrace =
          request.headers['apollo-federation-include-trace'] === 'ftv1' &&
          (isNobodyKnown || viewer.id !== anonymous.id);
        const answer = await (traced && wantsTrace ? traced : operations).answer(operation, context);
        records.refuse(cause, disclosures.refused, disclosures.refusedBeyond);
        return wantsCost(request.headers) ? withCost(answer, operation, schema, limits) : answer;
      },
      checkReady: async () => {
        await readiness.check();
        return {};
      },
      answerPage: async (request, response, path) => {
        if (path === refusalsPath && request.method === 'POST') {
          await takeRefusals(records, identity, request, response, unfinished);
          return true;
        }
        if (path !== '/changes' || request.method !== 'GET') return false;
        identity.checkGateway(request.headers);
        http.identifyClient(request, 'gateway');
        await serveChanges(changes, request, response);
        return true;
      },
      isBehindProxy: trustedProxies > 0,
      addressOf: ({ headers, socket }) => clientAddress(headers, socket.remoteAddress ?? '', trustedProxies),
      maxBodyBytes,
      tls,
      log,
    },
    options.port,
    options.host ?? '127.0.0.1',
  );
  const forgetting = setInterval(() => {
    deleteExpiredKeys(ownSql).catch((error: Error) =>
      log({ event: 'keys not forgotten', error: error.message }),
    );
  }, hourMs);
  const directory = options.accessAnchorsDir ?? null;
  const anchors = new AccessAnchors({ sql: ownSql, keyring, subgraph: subgraph.name, directory, log });
  if (options.runsJobs) anchors.begin();
  const endDuties = options.runsJobs
    ? startJobs([...(subgraph.jobs ?? []), retentionJob(subgraph, keyring, log)], ownSql, log)
    : async () => {};
  const stop = async (drainMs = 0) => {
    await http.drain(drainMs);
    clearInterval(forgetting);
    await endDuties();
    await changes.close();
    await http.close();
    await identity.close();
    await records.stop();
    if (options.runsJobs) await anchors.stop();
    await readiness.close();
    await Promise.all([sql, ownSql].map((each) => each.end({ timeout: 5 })));
  };
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${http.port}/graphql`,
    sql,
    recorded: () => records.written(),
    stop,
  };
}

/** Who shares the connections with others: the anonymous by where they ask from, as the gateway counts them. */
function clientOf({ id }: Viewer, address: string | null, isAbandoned: () => boolean): PoolClient {
  const isAnonymous = id === anonymous.id;
  return { key: isAnonymous ? `i:${networkOf(address ?? '')}` : `v:${id}`, isAnonymous, isAbandoned };
}

/** Loaded when it is wanted only: its encoder takes 50 ms and 7 MB. */
async function tracedOperations(subgraph: Subgraph, log: Log, limits: OperationLimits) {
  const { TracedOperations } = await import('./execution/traced-operations.ts');
  return new TracedOperations(schemaOf(subgraph), log, limits);
}

function portOf(name: string): number {
  const listed = listedSubgraphs.find((entry) => entry.name === name);
  if (!listed) throw new Error(`${name} is not in schema/subgraphs.json`);
  return listed.port;
}

/** The process of a subgraph: called at the end of its subgraph.ts when that file is the one that node runs. */
export async function runSubgraph(subgraph: Subgraph, command = process.argv[2] ?? 'serve'): Promise<void> {
  const log = createLog(subgraph.name);
  try {
    const config = readConfig(subgraph.name, portOf(subgraph.name));
    for (const { earlier, variable } of config.renamed) log({ event: 'setting renamed', earlier, variable });
    if (command === 'migrate' || command === 'seed') {
      const extent = command === 'seed' ? readSeedExtent() : null;
      await migrateSubgraph(subgraph, config.databaseUrl, config.keyring);
      if (extent) await seedDatabase(subgraph, config.databaseUrl, extent, config.keyring);
      return;
    }
    if (command !== 'serve') throw new Error(`unknown command ${command}; expected serve, migrate or seed`);
    const running = await startSubgraph(subgraph, { ...config, runsJobs: true, log });
    log({ event: 'listening', url: running.url });
    let stopping = false;
    const stop = (drainMs: number) => {
      if (stopping) return;
      stopping = true;
      running.stop(drainMs).then(
        () => process.exit(0),
        (error: Error) => {
          log({ event: 'not stopped cleanly', error: error.stack });
          process.exit(1);
        },
      );
    };
    process.on('SIGTERM', () => stop(config.drainMs));
    process.on('SIGINT', () => stop(0));
    process.on('disconnect', () => stop(0));
  } catch (error) {
    process.stderr.write(`${subgraph.name}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}
