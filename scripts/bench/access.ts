// npm run bench:access: requests per second of unmasked reads, each recorded before it is answered, and of masked reads, which are not.
import '../command-line/closed-output.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AccessRecords } from '@district-graph/kit/access-log/records';
import { openDatabase } from '@district-graph/kit/database/database';
import { developmentKeyring } from '@district-graph/kit/encryption/keyring';
import { viewerFromClaims } from '@district-graph/kit/identity/viewer';
import { variablePrefix } from '@district-graph/schema/registry';
import { readArguments } from '../command-line/arguments.ts';
import { issueToken, openDevelopmentIssuer } from '../credentials/development-issuer.ts';
import { keysOf } from '../credentials/subgraph-keys.ts';
import { prepareSubgraphs } from '../databases/migrate-and-seed.ts';
import { type Databases, databaseVariable, openDatabases } from '../databases/subgraph-databases.ts';
import { Service, waitReady } from '../processes/child-process.ts';

readArguments('用法 usage: npm run bench:access', {});

const subgraph = 'elderly-care';
const port = 7350;
const base = `http://127.0.0.1:${port}`;
const persons = 100;
const secondsEach = 5;
const appenders = 64;

const print = (line: string) => process.stdout.write(`${line}\n`);

/** One viewer for each concurrent client, so that none reaches the limit of unmasked reads. */
const authorizations = (count: number, env: NodeJS.ProcessEnv) =>
  Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const subject = `bench-${index}`;
      const roles = ['care-worker'];
      return `Bearer ${await issueToken({ subject, roles, divisions: ['410100'], scopes: [], hours: 1 }, env)}`;
    }),
  );

async function read(id: string, authorization: string, purpose: Record<string, string>): Promise<void> {
  const response = await fetch(`${base}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization, ...purpose },
    body: JSON.stringify({
      query: 'query Bench($id: ID!) { elder(id: $id) { name phone } }',
      variables: { id },
    }),
  });
  const { errors } = (await response.json()) as { errors?: unknown };
  if (errors) throw new Error(JSON.stringify(errors));
}

/** Sends requests with each authorization at the same time, without pauses; returns the sorted durations in milliseconds. */
async function load(
  ids: readonly string[],
  clients: readonly string[],
  purpose: Record<string, string>,
): Promise<number[]> {
  const until = performance.now() + secondsEach * 1000;
  const durations: number[] = [];
  await Promise.all(
    clients.map(async (authorization, offset) => {
      for (let index = offset; performance.now() < until; index += 1) {
        const started = performance.now();
        await read(ids[index % ids.length] as string, authorization, purpose);
        durations.push(performance.now() - started);
      }
    }),
  );
  return durations.sort((a, b) => a - b);
}

/** Measures appending alone, without requests: grouped, as the subgraph does it, and with a transaction for each record. */
async function measureAppends(url: string): Promise<void> {
  const cause = (index: number) => ({
    viewer: {
      ...viewerFromClaims({ id: `append-${index}`, roles: ['care-worker'] }),
      purpose: 'CARE' as const,
    },
    operation: 'Bench',
    requestId: null,
    address: null,
  });
  const disclosure = { type: 'Elder', id: 'bench', divisionCode: '410105001001', fields: ['name'] };
  for (const [how, logs] of [
    ['in groups', 1],
    ['each alone', appenders],
  ] as const) {
    const sql = openDatabase(url, { maxConnections: 10 });
    const records = Array.from(
      { length: logs },
      () => new AccessRecords({ sql, keyring: developmentKeyring, log: () => {} }),
    );
    const until = performance.now() + secondsEach * 1000;
    let appended = 0;
    await Promise.all(
      Array.from({ length: appenders }, async (_, index) => {
        while (performance.now() < until) {
          await records[index % logs]?.disclose(cause(index), [disclosure]);
          appended += 1;
        }
      }),
    );
    print(`appends by ${appenders} at once, ${how}: ${Math.round(appended / secondsEach)}/s`);
    await Promise.all(records.map((each) => each.stop()));
    await sql.end();
  }
}

async function measure(databases: Databases, env: NodeJS.ProcessEnv): Promise<void> {
  const sql = openDatabase(databases.urls[subgraph] ?? '', { maxConnections: 1 });
  const ids = (await sql`select id from elder order by id limit ${persons}`).map(({ id }) => id as string);
  // Counts both in one statement, so that they are of the same moment.
  const written = async () => {
    const [row] = await sql<{ records: number; transactions: number }[]>`
      select count(*) as records, count(distinct xmin::text) as transactions from access_record`;
    return row ?? { records: 0, transactions: 0 };
  };
  const at = (took: readonly number[], share: number) =>
    (took[Math.floor(took.length * share)] ?? 0).toFixed(1);
  await load(ids, await authorizations(16, env), { 'x-purpose': 'CARE' });
  for (const count of [1, 4, 16, 64, 256])
    for (const [kind, purpose] of [
      ['masked  ', {}],
      ['unmasked', { 'x-purpose': 'CARE' }],
    ] as const) {
      const clients = await authorizations(count, env);
      const before = await written();
      const took = await load(ids, clients, purpose);
      const after = await written();
      const transactions = after.transactions - before.transactions;
      const grouped = transactions ? ((after.records - before.records) / transactions).toFixed(1) : '–';
      const perSecond = Math.round(took.length / secondsEach);
      print(
        `${kind} ${String(count).padStart(3)} at once: ${String(perSecond).padStart(6)}/s, p50 ${at(took, 0.5)} ms, p99 ${at(took, 0.99)} ms, records in a transaction ${grouped}`,
      );
    }
  await sql.end();
  await measureAppends(databases.urls[subgraph] ?? '');
}

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort(new Error('已中断。 Interrupted.')));
const dataDir = await mkdtemp(join(tmpdir(), 'district-graph-bench-access-'));
const own = { ...process.env, DATA_DIR: dataDir };
let databases: Databases | null = null;
let service: Service | null = null;
try {
  databases = await openDatabases(own);
  await prepareSubgraphs(databases, [subgraph], interrupted.signal);
  const env = {
    ...databaseVariable(subgraph, databases.urls[subgraph] ?? ''),
    ...keysOf(subgraph, databases.keys),
    ...(await openDevelopmentIssuer(own)),
    [`${variablePrefix(subgraph)}_PORT`]: String(port),
  };
  service = new Service({ name: subgraph, command: [`subgraphs/${subgraph}/src/subgraph.ts`, 'serve'], env });
  await waitReady(subgraph, `${base}/health/ready`, 60_000, interrupted.signal);
  await measure(databases, own);
} finally {
  await service?.stop();
  await databases?.close();
  await rm(dataDir, { recursive: true, force: true });
}
