// Starts a subgraph for tests: its HTTP server over a real PostgreSQL database, and a client.
import { createHash, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { type Database, openDatabase } from '../database/database.ts';
import { developmentKeyring } from '../encryption/keyring.ts';
import { seedDatabase } from '../seed/seeding.ts';
import { migrateSubgraph, type Subgraph, startSubgraph } from '../subgraph.ts';
import { testIdentity, trusted } from './identity.ts';

export interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the query's; the test states what it expects of it.
  data: any;
  errors?: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[];
}

export interface TestSubgraph {
  url: string;
  /** The pool of the subgraph; statements of the test on it are counted too. */
  sql: Database;
  /** Sends an operation as a viewer that may do everything, unless the headers have a token. */
  request: (
    text: string,
    variables?: Record<string, unknown>,
    headers?: Record<string, string>,
  ) => Promise<Answer>;
  /** The statements since the last call. */
  statements: () => string[];
  /** Resolves once the refusals so far are recorded. */
  recorded: () => Promise<void>;
  stop: () => Promise<void>;
}

/** The superuser's URL, without a database, of the PostgreSQL server that the test run has started (test/testkit). */
const serverUrl = (): string => {
  const url = process.env.TEST_POSTGRES_URL;
  if (!url) throw new Error('TEST_POSTGRES_URL is not set: run the tests with npm test');
  return url;
};

const urlOf = (database: string) => Object.assign(new URL(serverUrl()), { pathname: `/${database}` }).href;

/** Creates and fills the database unless another test file of this run has. Safe to call from several files at once. */
async function ensureDatabase(name: string, fill: (url: string) => Promise<void>): Promise<string> {
  const admin = postgres(urlOf('postgres'), { max: 1, onnotice: () => {} });
  try {
    await admin`select pg_advisory_lock(hashtext(${name}))`;
    const [existing] = await admin`select from pg_database where datname = ${name}`;
    if (!existing) {
      await admin.unsafe(`create database "${name}_making"`);
      await fill(urlOf(`${name}_making`));
      await admin.unsafe(`alter database "${name}_making" rename to "${name}"`);
    }
  } finally {
    await admin.end();
  }
  return urlOf(name);
}

const databaseName = (subgraph: Subgraph) => subgraph.name.replaceAll('-', '_');

/** The subgraph's database at default scale, shared by all test files that only read. */
export const seededDatabase = (subgraph: Subgraph): Promise<string> =>
  ensureDatabase(`${databaseName(subgraph)}_seeded`, async (url) => {
    await migrateSubgraph(subgraph, url, developmentKeyring);
    await seedDatabase(subgraph, url, 'default');
  });

/** A private database with the subgraph's tables and no rows, dropped by `drop`. */
export async function emptyDatabase(
  subgraph: Subgraph,
): Promise<{ url: string; sql: Database; drop: () => Promise<void> }> {
  const template = `${databaseName(subgraph)}_empty`;
  await ensureDatabase(template, (url) => migrateSubgraph(subgraph, url, developmentKeyring));
  const name = `${template}_${createHash('sha256').update(`${process.pid}/${performance.now()}`).digest('hex').slice(0, 12)}`;
  const admin = postgres(urlOf('postgres'), { max: 1, onnotice: () => {} });
  // Two concurrent copies of one template fail: each waits for the other.
  await admin`select pg_advisory_lock(hashtext(${template}))`;
  await admin.unsafe(`create database "${name}" template "${template}"`);
  await admin`select pg_advisory_unlock(hashtext(${template}))`;
  const sql = openDatabase(urlOf(name), { maxConnections: 4, statementTimeoutMs: 60_000 });
  const drop = async () => {
    await sql.end();
    await admin.unsafe(`drop database "${name}"`);
    await admin.end();
  };
  return { url: urlOf(name), sql, drop };
}

/** Serves the subgraph on a free port over its seeded database, or over the given one. */
export async function testSubgraph(subgraph: Subgraph, databaseUrl?: string): Promise<TestSubgraph> {
  let statements: string[] = [];
  // Made when the first file is uploaded.
  const importsDir = join(tmpdir(), `district-graph-imports-${randomUUID()}`);
  const running = await startSubgraph(subgraph, {
    importsDir,
    databaseUrl: databaseUrl ?? (await seededDatabase(subgraph)),
    port: 0,
    maxConnections: 4,
    // Recounts take long on a busy machine.
    statementTimeoutMs: 60_000,
    identity: testIdentity,
    log: (event) => process.stderr.write(`${JSON.stringify(event)}\n`),
    onStatement: (text) => {
      // postgres.js sends this on each new connection; it is not a statement of the subgraph.
      if (!text.includes('pg_catalog.pg_type')) statements.push(text);
    },
  });
  return {
    url: running.url,
    sql: running.sql,
    recorded: running.recorded,
    stop: async () => {
      await running.stop();
      await rm(importsDir, { recursive: true, force: true });
    },
    request: async (query, variables, headers) => {
      const response = await fetch(running.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(headers?.authorization ? {} : trusted),
          ...headers,
        },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as Answer;
    },
    statements: () => {
      const since = statements;
      statements = [];
      return since;
    },
  };
}

interface MutationAnswer {
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the selection's; the test states what it expects of it.
  result: any;
  /** The code of the first error. */
  code: unknown;
}

export interface WritableSubgraph extends TestSubgraph {
  /** Sends the mutation `action(input:)`. */
  write: (
    action: string,
    input: Record<string, unknown>,
    headers?: Record<string, string>,
  ) => Promise<MutationAnswer>;
}

/**
 * Serves the subgraph over an empty database of its own, which `stop` drops. `selections` are the selections by member of a result
 * union; of a refusal that it does not name, the message is selected.
 */
export async function writableSubgraph(
  subgraph: Subgraph,
  selections: Record<string, string>,
): Promise<WritableSubgraph> {
  const { url, drop } = await emptyDatabase(subgraph);
  const server = await testSubgraph(subgraph, url);
  const members = new Map<string, string[]>();
  return {
    ...server,
    stop: async () => {
      await server.stop();
      await drop();
    },
    write: async (action, input, headers) => {
      const type = `${action[0]?.toUpperCase()}${action.slice(1)}`;
      let names = members.get(type);
      if (!names) {
        const { data } = await server.request(`{ __type(name: "${type}Result") { possibleTypes { name } } }`);
        names = (data.__type?.possibleTypes ?? []).map(({ name }: { name: string }) => name) as string[];
        members.set(type, names);
      }
      const fragments = names.map((name) => `... on ${name} { ${selections[name] ?? 'message'} }`).join(' ');
      const { data, errors } = await server.request(
        `mutation ($input: ${type}Input!) { ${action}(input: $input) { __typename ${fragments} } }`,
        { input },
        headers,
      );
      return { result: data?.[action], code: errors?.[0]?.extensions.code };
    },
  };
}

/** The events of one entity, in order. */
export const eventsOf = async (server: TestSubgraph, entityId: string) => [
  ...(await server.sql<{ action: string; fromStatus: string | null; toStatus: string | null }[]>`
    select action, from_status, to_status from change_event where entity_id = ${entityId} order by sequence`),
];
