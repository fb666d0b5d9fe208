// Defines what a subgraph is, and runs it as a process with the commands `serve`, `migrate`, and `seed`, which migrates first.
import type { IncomingMessage } from 'node:http';
import { fileURLToPath } from 'node:url';
import { listedSubgraphs, variablePrefix } from '@district-graph/schema/registry';
import type { GraphQLSchema } from 'graphql';
import { AccessAnchors } from './access-log/anchors.ts';
import { defaultBulkLimit } from './access-log/bulk-reads.ts';
import { refusalsPath } from './access-log/gateway-refusals.ts';
import { AccessRecords } from './access-log/records.ts';
import { takeRefusals } from './access-log/take-refusals.ts';
import { clientAddress } from './admission/client-address.ts';
import { FairPool } from './admission/fair-pool.ts';
import { UnfinishedBodies } from './admission/unfinished-bodies.ts';
import type { IdentityConfig } from './config/identity.ts';
import { throwStartError } from './config/listening.ts';
import { commandOf, readSeedExtent } from './config/run-mode.ts';

import { databaseUrlVariable, readConfig } from './config/subgraph-config.ts';
import {
  type Database,
  type DatabaseOptions,
  defaultConnections,
  openDatabase,
} from './database/database.ts';
import { migrateDatabase } from './database/migrations.ts';
import { checkReachable } from './database/reachable.ts';
import { DatabaseReadiness } from './database/readiness.ts';
import type { EncryptedTable } from './encryption/encrypted-columns.ts';
import { developmentKeyring, type Keyring } from './encryption/keyring.ts';
import { type GraphQLServer, serveGraphQL } from './http/graphql-server.ts';
import type { TlsFiles } from './http/tls-files.ts';
import { Identity } from './identity/identity.ts';
import type { BulkLimit } from './identity/roles.ts';
import type { ModuleImport } from './import/module-import.ts';
import { type Job, startJobs } from './jobs.ts';
import type { Resolvers } from './loaders.ts';
import { createLog, type Log } from './log.ts';
import { encryptPlainRows } from './maintenance/encrypted-rows.ts';
import type { CountKeyed } from './maintenance/key-rotation.ts';
import { ChangeStream, serveChanges } from './mutations/change-stream.ts';
import { deleteExpiredKeys } from './mutations/idempotency.ts';
import { type OperationLimits, subgraphLimits } from './operation/limits.ts';
import type { PersonalData } from './personal-data/personal-data.ts';
import { retentionJob } from './personal-data/retention.ts';
import { buildExecutableSchema } from './schema/executable-schema.ts';
import { readSdl } from './schema/sdl.ts';
import { type Seeds, seedDatabase } from './seed/seeding.ts';
import { SubgraphRequests } from './subgraph-requests.ts';
import { type ServedImports, type ServeImportsOptions, serveImports } from './upload/serve-imports.ts';

export interface Subgraph extends Seeds {
  /** As in schema/subgraphs.json. */
  name: string;
  /** The subgraph's folder: `new URL('..', import.meta.url)`. */
  folder: URL;
  /** One resolver map for each module. */
  modules: readonly Resolvers[];
  /** The imports of bureaus' files. One that refers to another comes after it. */
  imports?: readonly ModuleImport[];
  /** The tables with encrypted columns. */
  encrypted?: readonly EncryptedTable[];
  /** Counts what else was made with the subgraph's keys and needs them for as long as it exists. */
  keyed?: readonly CountKeyed[];
  /** Which personal data its tables contain, and how long it is kept. */
  personalData: PersonalData;
  /** The number of persons or other subjects whose unmasked values a viewer gets; the default is in bulk-reads.ts. */
  bulkReads?: BulkLimit;
  /** Its scheduled jobs. */
  jobs?: readonly Job[];
}

const noIdentity: IdentityConfig = { tokens: null, apiKeys: null, viewerKeys: new Map() };
const hourMs = 3_600_000;
const defaultMaxBodyBytes = 1_048_576;
/** For the statements of requests. The gateway waits five seconds for the whole answer of a subgraph. */
const statementTimeoutMs = 3000;

export const migrationsOf = (subgraph: Subgraph): string =>
  fileURLToPath(new URL('migrations', subgraph.folder));

/** Migrates the subgraph's database, and encrypts what is still plain in encrypted columns. Rejects if it cannot be reached. */
export async function migrateSubgraph(
  subgraph: Subgraph,
  databaseUrl: string,
  keyring: Keyring,
): Promise<void> {
  await checkReachable(databaseUrl, databaseUrlVariable(subgraph.name));
  await migrateDatabase(databaseUrl, migrationsOf(subgraph));
  if (subgraph.encrypted) await encryptPlainRows(databaseUrl, keyring, subgraph.encrypted);
}

/** The subgraph's executable schema. */
export const schemaOf = (subgraph: Subgraph): GraphQLSchema =>
  buildExecutableSchema(readSdl(subgraph.folder), subgraph.modules);

export interface StartOptions extends DatabaseOptions {
  databaseUrl: string;
  port: number;
  host?: string;
  /** Whether requests that ask for a trace get one. Traces disclose how the subgraph works inside. */
  tracing?: boolean;
  /** The tokens and signatures that are accepted. Without it all clients are anonymous. */
  identity?: IdentityConfig;
  /** The subgraph's encryption keys; by default those for development. */
  keyring?: Keyring;
  /** Overrides the subgraph's own limit. */
  bulkReads?: Partial<BulkLimit>;
  /** The folder to which the access log's anchors are written in addition to the log; null for none. */
  accessAnchorsDir?: string | null;
  /** The folder of files that are imported over HTTP; null if none are. */
  importsDir?: string | null;
  /** Whether it runs its jobs. Tests call the jobs they need. */
  runsJobs?: boolean;
  maxBodyBytes?: number;
  /** The number of our own proxies in front of the subgraph. */
  trustedProxies?: number;
  limits?: OperationLimits;
  tls?: TlsFiles | null;
  log?: Log;
}

export interface RunningSubgraph {
  url: string;
  sql: Database;
  /** Resolves when all refusals so far are on record. */
  recorded: () => Promise<void>;
  /** Reports "not ready", answers for `drainMs` more, finishes the requests in flight, and stops. */
  stop: (drainMs?: number) => Promise<void>;
}

/** Serves the subgraph over HTTP until it is stopped. The database may become available later: the readiness check reports it. */
export async function startSubgraph(subgraph: Subgraph, options: StartOptions): Promise<RunningSubgraph> {
  const log = options.log ?? createLog(subgraph.name);
  const { limits = subgraphLimits, trustedProxies = 0, keyring = developmentKeyring } = options;
  const { sql, jobSql } = openDatabases(subgraph, options);
  const identity = createIdentity(subgraph, options, log);
  const bulkLimit = { ...defaultBulkLimit, ...subgraph.bulkReads, ...options.bulkReads };
  const records = new AccessRecords({ sql, keyring, log, bulkLimit });
  const requests = new SubgraphRequests({
    subgraph: subgraph.name,
    schema: schemaOf(subgraph),
    limits,
    traced: options.tracing ? await tracedOperations(subgraph, log, limits) : null,
    identity,
    isIdentityOff: isIdentityOff(options.identity ?? noIdentity),
    trustedProxies,
    records,
    pool: new FairPool(sql, options.maxConnections ?? defaultConnections),
    keyring,
    log,
  });
  const changes = new ChangeStream(sql, log);
  const readiness = new DatabaseReadiness(options.databaseUrl, subgraph.name);
  const unfinished = new UnfinishedBodies();
  const imports = openImports(subgraph, options, { keyring, identity, records, unfinished, log });
  const parts = { requests, identity, records, changes, readiness, imports, unfinished };
  const http = await listen(parts, options, log);
  const jobs = startBackgroundJobs(subgraph, options, jobSql, log);
  return {
    url: `${options.tls ? 'https' : 'http'}://127.0.0.1:${http.port}/graphql`,
    sql,
    recorded: () => records.written(),
    stop: async (drainMs = 0) => {
      await http.drain(drainMs);
      await imports?.close();
      await jobs.stop();
      await changes.close();
      await http.close();
      await identity.close();
      await records.stop();
      await jobs.stopAnchors();
      await readiness.close();
      await Promise.all([sql, jobSql].map((each) => each.end({ timeout: 5 })));
    },
  };
}

/** `sql` for requests; `jobSql` for jobs, which wait for no request and may take longer than one. */
function openDatabases(subgraph: Subgraph, options: StartOptions): { sql: Database; jobSql: Database } {
  const poolOptions = { applicationName: subgraph.name, ...options };
  return {
    sql: openDatabase(options.databaseUrl, { statementTimeoutMs, ...poolOptions }),
    jobSql: openDatabase(options.databaseUrl, { ...poolOptions, maxConnections: 2 }),
  };
}

function createIdentity(subgraph: Subgraph, options: StartOptions, log: Log): Identity {
  const { tokens, apiKeys, viewerKeys, grantsSandboxScopes } = options.identity ?? noIdentity;
  const { trustedProxies = 0 } = options;
  const gateway = { keys: viewerKeys, subgraph: subgraph.name };
  return new Identity({ tokens, apiKeys, gateway, trustedProxies, grantsSandboxScopes, log });
}

const isIdentityOff = ({ tokens, apiKeys, viewerKeys }: IdentityConfig): boolean =>
  tokens === null && apiKeys === null && viewerKeys.size === 0;

/** Serves imports over HTTP if there is a folder for the files. */
function openImports(
  subgraph: Subgraph,
  { importsDir: folder = null, databaseUrl }: StartOptions,
  parts: Omit<ServeImportsOptions, 'subgraph' | 'folder' | 'databaseUrl' | 'addressOf'>,
): ServedImports | null {
  if (folder === null) return null;
  const addressOf = ({ headers, socket }: IncomingMessage) =>
    parts.identity.addressOf(headers, socket.remoteAddress ?? '');
  return serveImports({ ...parts, subgraph, folder, databaseUrl, addressOf });
}

interface HttpParts {
  requests: SubgraphRequests;
  identity: Identity;
  records: AccessRecords;
  changes: ChangeStream;
  readiness: DatabaseReadiness;
  imports: ServedImports | null;
  unfinished: UnfinishedBodies;
}

/** Serves GraphQL, the change stream, imports, and the refusals that the gateway reports. */
async function listen(
  { requests, identity, records, changes, readiness, imports, unfinished }: HttpParts,
  options: StartOptions,
  log: Log,
): Promise<GraphQLServer> {
  const { limits = subgraphLimits, maxBodyBytes = defaultMaxBodyBytes, trustedProxies = 0, tls } = options;
  const identifyClient: GraphQLServer['identifyClient'] = (request, client) =>
    http.identifyClient(request, client);
  const http = await serveGraphQL(
    {
      unfinished,
      maxVariableValues: limits.maxVariableValues,
      answer: (operation, request, body) => requests.answer(operation, request, body, identifyClient),
      checkReady: async () => {
        await readiness.check();
        return {};
      },
      answerPage: async (request, response, path) => {
        if (path === refusalsPath && request.method === 'POST') {
          await takeRefusals(records, identity, request, response, unfinished);
          return true;
        }
        if (imports && (await imports.answer(request, response, path))) return true;
        if (path !== '/changes' || request.method !== 'GET') return false;
        identity.checkGateway(request.headers);
        identifyClient(request, 'gateway');
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
  return http;
}

/** Forgets old idempotency keys and, if `runsJobs`, runs the jobs and anchors access records. */
function startBackgroundJobs(
  subgraph: Subgraph,
  { runsJobs = false, keyring = developmentKeyring, accessAnchorsDir: directory = null }: StartOptions,
  sql: Database,
  log: Log,
): { stop: () => Promise<void>; stopAnchors: () => Promise<void> } {
  const forgetting = setInterval(() => {
    deleteExpiredKeys(sql).catch((error: Error) =>
      log({ event: 'idempotency keys not deleted', error: error.message }),
    );
  }, hourMs);
  const anchors = new AccessAnchors({ sql, keyring, subgraph: subgraph.name, directory, log });
  if (runsJobs) anchors.start();
  const stopJobs = runsJobs
    ? startJobs([...(subgraph.jobs ?? []), retentionJob(subgraph, keyring, log)], sql, log)
    : async () => {};
  return {
    stop: async () => {
      clearInterval(forgetting);
      await stopJobs();
    },
    /** Apart from `stop`: the last records are anchored after they are written. */
    stopAnchors: async () => {
      if (runsJobs) await anchors.stop();
    },
  };
}

/** Loaded only when needed: the encoder takes 50 ms and 7 MB. */
async function tracedOperations(subgraph: Subgraph, log: Log, limits: OperationLimits) {
  const { TracedOperations } = await import('./execution/traced-operations.ts');
  return new TracedOperations(schemaOf(subgraph), log, limits);
}

function portOf(name: string): number {
  const listed = listedSubgraphs.find((entry) => entry.name === name);
  if (!listed) throw new Error(`${name} is not in schema/subgraphs.json`);
  return listed.port;
}

/** The process of a subgraph. Its subgraph.ts calls this at the end, if it is the file that node runs. */
export async function runSubgraph(subgraph: Subgraph): Promise<void> {
  const command = commandOf(subgraph.name, process.argv.slice(2));
  try {
    const config = readConfig(subgraph.name, portOf(subgraph.name));
    const log = createLog(subgraph.name, config.logLevel);
    for (const { earlier, variable } of config.renamed)
      log({ event: 'setting renamed', level: 'warn', earlier, variable });
    if (command === 'migrate' || command === 'seed') {
      const extent = command === 'seed' ? readSeedExtent() : null;
      await migrateSubgraph(subgraph, config.databaseUrl, config.keyring);
      if (extent) await seedDatabase(subgraph, config.databaseUrl, extent, config.keyring);
      return;
    }
    const address = { ...config, name: subgraph.name, variable: `${variablePrefix(subgraph.name)}_PORT` };
    const running = await startSubgraph(subgraph, { ...config, runsJobs: true, log }).catch((error) =>
      throwStartError(error, address),
    );
    log({ event: 'listening', url: running.url });
    let isStopping = false;
    const stop = (drainMs: number) => {
      if (isStopping) return;
      isStopping = true;
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
