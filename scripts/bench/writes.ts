// npm run bench:writes: heartbeats and bookings per second, and the delay from a commit until 1,000 subscribers have received the event.
import '../command-line/closed-output.ts';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Database, openDatabase } from '@district-graph/kit/database/database';
import { readArguments } from '../command-line/arguments.ts';
import { cpuOf, cpuOfServer } from './whole-graph/cpu.ts';
import { addDevices, addSessions } from './whole-graph/rows-to-write.ts';
import { eventStreams, type Subscribers, webSockets } from './whole-graph/subscribers.ts';
import { type BenchedGraph, startBenchedGraph, stopBenchedGraphs } from './whole-graph/whole-graph.ts';

readArguments('用法 usage: npm run bench:writes', {});

const firstPort = 7300;
const url = `http://127.0.0.1:${firstPort}`;
const devices = 100_000;
const perCall = 1000;
const subscriberCount = 1000;
const events = 100;
const eventsEveryMs = 50;

const print = (line: string) => process.stdout.write(`${line}\n`);

const share = (sorted: readonly number[], part: number) =>
  (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0).toFixed(0);
const spread = (values: number[]) => {
  const sorted = values.sort((a, b) => a - b);
  return `p50 ${share(sorted, 0.5)} ms, p99 ${share(sorted, 0.99)} ms, max ${share(sorted, 1)} ms`;
};

/** Calls `one` with 0, 1, … from several clients at once, until it returns false; returns the duration of each call. */
async function repeat(clients: number, one: (index: number) => Promise<boolean>): Promise<number[]> {
  const took: number[] = [];
  let next = 0;
  const client = async () => {
    for (let continues = true; continues; ) {
      const started = performance.now();
      continues = await one(next++);
      if (continues) took.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return took;
}

/** Prints the CPU usage of each process during the work: the one at 100 % is the bottleneck. */
async function withCpu(graph: BenchedGraph, work: () => Promise<unknown>): Promise<void> {
  const postmaster = Number(
    readFileSync(join(graph.dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0],
  );
  const parts: [string, () => number][] = [
    ...[...graph.services].map(([name, { pid }]): [string, () => number] => [
      name,
      () => (pid ? cpuOf(pid) : 0),
    ]),
    ['PostgreSQL', () => cpuOfServer(postmaster)],
    ['this process', () => cpuOf(process.pid)],
  ];
  const before = parts.map(([, cpu]) => cpu());
  const started = performance.now();
  await work();
  const tookMs = performance.now() - started;
  const busy = parts
    .map(([name, cpu], index) => [name, Math.round(((cpu() - (before[index] ?? 0)) / tookMs) * 100)] as const)
    .filter(([, percent]) => percent >= 3)
    .map(([name, percent]) => `${name} ${percent} %`);
  print(`  CPU: ${busy.join(', ')}`);
}

async function measureHeartbeats(graph: BenchedGraph, sql: Database): Promise<void> {
  const codes = await addDevices(sql, devices);
  // Shuffled: the devices of a request are in any order.
  const mixed = codes.map((_, index) => codes[(index * 7919) % devices] as string);
  const query = 'mutation ($input: RecordHeartbeatsInput!) { recordHeartbeats(input: $input) { accepted } }';
  for (const round of ['first heartbeat', 'next heartbeat', 'next heartbeat']) {
    await withCpu(graph, async () => {
      const started = performance.now();
      const took = await repeat(4, async (index) => {
        const at = new Date().toISOString();
        const some = mixed.slice(index * perCall, (index + 1) * perCall);
        if (some.length === 0) return false;
        await graph.request(query, { input: { heartbeats: some.map((deviceCode) => ({ deviceCode, at })) } });
        return true;
      });
      const perSecond = Math.round((devices / (performance.now() - started)) * 1000);
      print(
        `heartbeats, ${devices} devices ${round}: ${perSecond}/s; a request of ${perCall}: ${spread(took)}`,
      );
    });
  }
  const silent = 5000;
  await withCpu(graph, async () => {
    await sql`update device_heartbeat set last_heartbeat_at = now() - interval '181 s', online_until = now() - interval '1 s'
      where device_id in (select id from security_device where device_code = any(${mixed.slice(0, silent)}))`;
    const started = performance.now();
    for (let noted = 0; noted < silent; ) {
      await delay(100);
      const [row] =
        await sql`select count(*)::integer as noted from change_event where action = 'noteSilence' and at > now() - interval '1 minute'`;
      noted = row?.noted ?? 0;
    }
    print(
      `${silent} devices of ${devices} go offline: all events written after ${Math.round(performance.now() - started)} ms`,
    );
  });
}

async function measureBookings(graph: BenchedGraph, sql: Database): Promise<void> {
  const query =
    'mutation ($input: BookSessionInput!) { bookSession(input: $input) { __typename ... on Booking { id status } } }';
  for (const count of [50, 1]) {
    const sessions = await addSessions(sql, count);
    await withCpu(graph, async () => {
      const until = performance.now() + 10_000;
      const started = performance.now();
      const took = await repeat(16, async (index) => {
        if (performance.now() > until) return false;
        const name = `示例${index}`;
        const phone = String(10_000_000_000 + index);
        await graph.request(query, { input: { sessionId: sessions[index % count], name, phone } });
        return true;
      });
      const perSecond = Math.round((took.length / (performance.now() - started)) * 1000);
      print(`bookings, of ${count} sessions by 16 clients: ${perSecond}/s; each: ${spread(took)}`);
    });
  }
}

async function measureDelays(
  graph: BenchedGraph,
  sql: Database,
  how: string,
  subscribe: (count: number, url: string, authorization: string, query: string) => Promise<Subscribers>,
): Promise<void> {
  const [incident] = await sql`select id, division_code from incident order by id limit 1`;
  const started = performance.now();
  const query =
    'subscription { incidentChanged(within: "410100") { id status severity kind division { code name } } }';
  const subscribers = await subscribe(subscriberCount, url, graph.authorization, query);
  print(`${subscriberCount} ${how}: all subscribed after ${Math.round(performance.now() - started)} ms`);
  await withCpu(graph, async () => {
    const delays: number[] = [];
    for (let event = 0; event < events; event += 1) {
      const all = Promise.withResolvers<void>();
      let left = subscriberCount;
      // A subscriber may receive the event before this process learns of the commit.
      const receivedAt: number[] = [];
      subscribers.onEvent = () => {
        receivedAt.push(performance.now());
        left -= 1;
        if (left === 0) all.resolve();
      };
      await sql`insert into change_event (caller, action, entity_type, entity_id, division_code, from_status, to_status)
        values ('bench', 'bench', 'Incident', ${incident?.id}, ${incident?.divisionCode}, 'RAISED', 'RAISED')`;
      const committedAt = performance.now();
      await all.promise;
      delays.push(...receivedAt.map((at) => Math.max(0, at - committedAt)));
      await delay(eventsEveryMs);
    }
    print(`from commit to ${subscriberCount} ${how}, ${events} events: ${spread(delays)}`);
  });
  subscribers.close();
}

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort(new Error('已中断。 Interrupted.')));
const dataDir = await mkdtemp(join(tmpdir(), 'district-graph-bench-writes-'));
process.env.BENCH_DEFAULT_DATA_DIR = dataDir;
const pools: Database[] = [];
try {
  const settings = {
    DEDUPLICATE_QUERIES: 'on',
    MAX_STREAMS: String(2 * subscriberCount),
    VIEWER_MAX_STREAMS: '0',
  };
  const graph = await startBenchedGraph('default', firstPort, interrupted.signal, settings);
  await graph.services.get('heartbeats')?.stop();
  const poolOf = (subgraph: string) => {
    const pool = openDatabase(graph.databaseUrls[subgraph] ?? '', {
      maxConnections: 2,
      statementTimeoutMs: 120_000,
    });
    pools.push(pool);
    return pool;
  };
  const security = poolOf('security');
  await measureDelays(graph, security, 'clients over server-sent events', eventStreams);
  await measureDelays(graph, security, 'clients over WebSocket', webSockets);
  await measureBookings(graph, poolOf('culture'));
  await measureHeartbeats(graph, security);
} finally {
  await Promise.all(pools.map((pool) => pool.end()));
  await stopBenchedGraphs();
  await rm(dataDir, { recursive: true, force: true });
}
process.exit(0);
