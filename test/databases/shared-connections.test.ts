// Clients share the database connections of a subgraph: a disconnected client releases them, and a client with many reads does not block
// the others.
import { connect } from 'node:net';
import { subgraph as culture } from '@district-graph/culture';
import type { Database } from '@district-graph/kit/database/database';
import { anonymous } from '@district-graph/kit/identity/viewer';
import {
  addressText,
  claimsText,
  signViewer,
  viewerHeader,
} from '@district-graph/kit/identity/viewer-signature';
import { testIdentity } from '@district-graph/kit/testing/identity';
import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';

let subgraph: TestSubgraph;
let sql: Database;
let drop: () => Promise<void>;
beforeAll(async () => {
  const database = await emptyDatabase(culture);
  ({ sql, drop } = database);
  subgraph = await testSubgraph(culture, database.url);
});
beforeEach(() => {
  subgraph.statements();
});
afterAll(async () => {
  await subgraph?.stop();
  await drop?.();
});

/** A query of several lists, each of which needs a statement of its own. */
const lists = (count: number) =>
  JSON.stringify({
    query: `{ ${Array.from(
      { length: count },
      (_, index) =>
        `a${index}: sessions(within: "410100", period: { from: "20${index + 10}-01-01", to: "2060-01-01" }) { nodes { id } }`,
    ).join(' ')} }`,
  });

/** The headers of the gateway's request for an anonymous client with this address. */
const from = (address: string, body: string) => ({
  'content-type': 'application/json',
  [viewerHeader]: signViewer(
    testIdentity.viewerKeys,
    claimsText(anonymous),
    'culture',
    body,
    addressText(address),
  ),
});

const request = async (address: string, body: string) => {
  const response = await fetch(subgraph.url, { method: 'POST', headers: from(address, body), body });
  return (await response.json()) as { data: object; errors?: unknown };
};

/** Runs a function while the session table is locked. */
const whileLocked = <Value>(run: () => Promise<Value>): Promise<Value> =>
  sql
    .begin(async (transaction) => {
      await transaction`lock table session`;
      return { result: await run() };
    })
    .then(({ result }) => result);

const countWaiting = async () => {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::integer as count from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock' and query like '%session%'`;
  return row?.count;
};
const sentReads = () => subgraph.statements().filter((text) => text.includes('session'));

it('a request whose client disconnects leaves no statement running, and its remaining statements are never sent', async () => {
  const body = lists(30);
  await whileLocked(async () => {
    const { hostname, port } = new URL(subgraph.url);
    const socket = connect(Number(port), hostname);
    const headers = Object.entries({ host: hostname, ...from('203.0.113.1', body) });
    const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    socket.write(`POST /graphql HTTP/1.1\r\n${head}content-length: ${body.length}\r\n\r\n${body}`);
    await vi.waitFor(async () => expect(await countWaiting()).toBe(1), { timeout: 10_000 });
    expect(sentReads()).toHaveLength(1);
    socket.destroy();
    await vi.waitFor(async () => expect(await countWaiting()).toBe(0), { timeout: 10_000 });
  });
  const { data, errors } = await request('203.0.113.1', lists(1));
  expect({ data, errors }).toEqual({ data: { a0: { nodes: [] } }, errors: undefined });
  expect(sentReads()).toHaveLength(1);
});

it.each([
  ['of another address is not queued behind it', '203.0.113.2', ['one', 'many']],
  ['of the same network waits behind the earlier requests from there', '2001:db8:1:2::9', ['many', 'one']],
])('an anonymous client %s', async (_, address, order) => {
  const answered: string[] = [];
  const note = (name: string) => (answer: { errors?: unknown }) => {
    expect(answer.errors).toBeUndefined();
    answered.push(name);
  };
  const requests = await whileLocked(async () => {
    const many = request('2001:db8:1:2::1', lists(40)).then(note('many'));
    await vi.waitFor(async () => expect(await countWaiting()).toBe(1), { timeout: 10_000 });
    const one = request(address, lists(1)).then(note('one'));
    // A later request that reads nothing is answered: by then the earlier request has arrived.
    await request(address, '{"query":"{ __typename }"}');
    return [many, one];
  });
  await Promise.all(requests);
  expect(answered).toEqual(order);
});
