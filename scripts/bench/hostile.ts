// npm run bench:hostile: how long an innocent client waits while two others send one kind of hostile request as fast as they can.
import '../command-line/closed-output.ts';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { variablePrefix } from '@district-graph/schema/registry';
import { getIntrospectionQuery } from 'graphql';
import { numberOption, readArguments } from '../command-line/arguments.ts';
import { gatewayCommand } from '../processes/child-process.ts';
import { benchFolder } from './gateways/peers.ts';
import { supergraphOf } from './graphs/graph.ts';
import { hostile } from './graphs/graphs-by-name.ts';
import { answer } from './processes/channel.ts';
import { Child, node, stopAll, usageOf } from './processes/child-processes.ts';
import { startBenchedGraph, stopBenchedGraphs } from './whole-graph/whole-graph.ts';

/** What is not just a body in JSON. */
class Sent {
  body: string;
  headers: Record<string, string>;

  constructor(body: object | string, headers: Record<string, string> = {}) {
    this.body = typeof body === 'string' ? body : JSON.stringify(body);
    this.headers = headers;
  }
}

/** Each makes a body that was not sent before, where it matters. */
const cases: Record<string, (serial: number) => object | Sent> = {
  'fragments that double': () => {
    const levels = Array.from(
      { length: 25 },
      (_, level) => `fragment F${level + 1} on Query { a${level}: users { id } ...F${level} ...F${level} }`,
    );
    return { query: `{ ...F25 } fragment F0 on Query { users { name } } ${levels.join(' ')}` };
  },
  'many aliases': (serial) => ({
    query: `{ ${times(200, (index) => `a${serial}_${index}: topProducts { name reviews { body } inStock }`)} }`,
  }),
  'deep joins': (serial) => ({
    query: `{ users { ${'reviews { author { '.repeat(5)} name x${serial}: id ${'} }'.repeat(5)} } }`,
  }),
  'deep braces': () => ({ query: '{a'.repeat(5000) }),
  'an endless list of directives': (serial) => ({
    query: `{ users { name ${'@include(if: true) '.repeat(3000)} x${serial}: id } }`,
  }),
  'one field, often': (serial) => ({ query: `{ users { ${'name '.repeat(4000)} x${serial}: id } }` }),
  'fragments to be compared': (serial) => ({
    query: `{ ${times(800, (index) => `...F${index}`)} } ${times(800, (index) => `fragment F${index} on Query { users { name id x${serial}: id } }`)}`,
  }),
  'conditions in all combinations': (serial) => ({
    query: `query (${times(12, (index) => `$v${index}: Boolean!`)}) { users { id ${times(12, (index) => `a${index}: name @include(if: $v${index})`)} } }`,
    variables: Object.fromEntries(
      Array.from({ length: 12 }, (_, bit) => [`v${bit}`, (serial >> bit) % 2 === 1]),
    ),
  }),
  'large variables': () => ({
    query: 'query ($a: Int) { topProducts(first: $a) { name } }',
    variables: { a: 1, b: Array.from({ length: 20_000 }, (_, index) => `x${index}`) },
  }),
  'introspection, nested': (serial) => ({
    query: `{ x${serial}: __schema { types { fields { type { fields { name type { fields { name type { name } } } } } } } } }`,
  }),
  'directives in one place': (serial) => ({
    query: `{ users { name ${times(5, () => '@include(if: true)')} x${serial}: id ${times(400, () => '@aa')} } }`,
  }),
  'deep fields': (serial) => ({
    query: `{ x${serial}: users { ${'reviews { author { '.repeat(30)} name ${'} }'.repeat(30)} } }`,
  }),
  'fragments in fragments': (serial) => ({
    query: `{ ...F0 } ${times(90, (index) => `fragment F${index} on Query { ${'... { '.repeat(90)} ...F${index + 1} ${'} '.repeat(90)} }`)} fragment F90 on Query { x${serial}: __typename }`,
  }),
  'a long list of operations': (serial) =>
    Array.from({ length: 500 }, () => ({ query: `{ x${serial}: __typename }` })),
  'many operations in one document': (serial) => ({
    query: times(400, (index) => `query Q${serial}_${index} { users { name } }`),
    operationName: `Q${serial}_0`,
  }),
  'nested variables': () => ({
    query: '{ topProducts(first: 1) { name } }',
    variables: {
      a: JSON.parse(`${'['.repeat(150)}${']'.repeat(150)}`),
      b: Array.from({ length: 900 }, () => ({ a: {} })),
    },
  }),
  'more than it may cost': (serial) => ({
    query: `{ x${serial}: users { ${'reviews { product { reviews { author { '.repeat(2)} name ${'} } } }'.repeat(2)} } }`,
  }),
  'texts to be kept by their hashes': (serial) => {
    const query = `{ x${serial}: topProducts(first: 1) { name } } #${'x'.repeat(150_000)}`;
    const sha256Hash = createHash('sha256').update(query).digest('hex');
    return { query, extensions: { persistedQuery: { version: 1, sha256Hash } } };
  },
  'a viewer anew each time': (serial) =>
    new Sent(
      { query: '{ topProducts(first: 1) { name } }' },
      { authorization: `Bearer ${serial}${'x'.repeat(4000)}` },
    ),
  'costs asked for': (serial) =>
    new Sent(
      { query: `{ x${serial % 50}: users { name reviews { body author { name } } } }` },
      { 'x-cost': 'on' },
    ),
  'an ordinary operation, often': () => ({ query: '{ topProducts(first: 2) { name inStock } }' }),
  'no JSON': () => new Sent(`{"query":"${'x'.repeat(200_000)}`),
  'too long a body': () => new Sent(`{"query":"${'x'.repeat(300_000)}"}`),
  'escapes to be looked at': () =>
    new Sent(
      `{"query":"{ topProducts(first: 1) { name } }","variables":{"a":"${'\\\\u0000'.repeat(20_000)}"}}`,
    ),
  'type conditions, under new names': (serial) => ({
    query: `query Q${serial} { division(code: "410105") { ...t0 } } ${times(4, (level) => `fragment t${level} on Division { ${ofEachKind(() => `code parent { ...t${level + 1} }`)} }`)} fragment t4 on Division { ${facts} }`,
  }),
  'type conditions that differ': (serial) => ({
    query: `{ division(code: "410105") { ${differing(3, `x${serial}`)} } }`,
  }),
  'more type conditions than are planned': (serial) => ({
    query: `{ division(code: "410105") { ${differing(4, `x${serial}`)} } }`,
  }),
  'ordinary operations, never the same': (serial) => ({
    query: `{ x${serial}: users { name reviews { product { name inStock reviews { author { name } } } } } }`,
  }),
  'the schema, 49 times': (serial) => ({
    query: `{ ${times(49, (index) => `x${serial}_${index}: __schema { types { name description fields { name description type { name } } } }`)} }`,
  }),
  'the schema, under new names': (serial) => ({
    query: getIntrospectionQuery()
      .replace('IntrospectionQuery', `Q${serial}`)
      .replace('__schema', `x${serial}: __schema`),
  }),
  'types, as often as they may be asked for': (serial) => ({
    query: `{ ${times(10, (index) => `x${serial}_${index}: __type(name: "Division") { possibleTypes { fields { type { fields { name description } } } } }`)} }`,
  }),
  'what is no GraphQL': (serial) => ({ query: '{'.repeat(150) + serial }),
  'root fields under aliases': (serial) => ({
    query: `{ ${times(50, (index) => `a${serial}_${index}: topProducts(first: 5) { name inStock }`)} }`,
  }),
  'names that are long': (serial) => ({
    query: `{ ${times(20, (index) => `${'a'.repeat(10_000)}${serial}_${index}: users { name }`)} }`,
  }),
};

/** As those above, of the whole graph with its databases. */
const casesOfCity: Record<string, (serial: number) => object | Sent> = {
  'series of differing periods': (serial) => {
    const day = (ordinal: number) => new Date(Date.UTC(2025, 0, 1 + ordinal)).toISOString().slice(0, 10);
    // As many points as an operation may cost.
    const trends = times(
      34,
      (index) =>
        `t${index}: trend(metric: CASES, interval: DAY, period: { from: "${day((serial + index) % 250)}", to: "${day(349 + index)}" }) { start value }`,
    );
    return { query: `{ division(code: "410105") { security { ${trends} } } }` };
  },
};

/** What is done with sockets: each is used once, `sockets` of them at a time. */
const socketCases: Record<string, { sockets: number; use: (socket: Socket, serial: number) => void }> = {
  'sockets that never read': {
    sockets: 100,
    use: (socket, serial) => {
      const wide = 'users { name reviews { body author { name reviews { body } } } }';
      const fields = times(25, (index) => `${'a'.repeat(200)}${serial}_${index}: ${wide}`);
      socket.pause().write(requestOf(JSON.stringify({ query: `{ ${fields} }` })));
    },
  },
  'bodies that are slow': {
    sockets: 500,
    use: (socket) => {
      const request = requestOf(innocent);
      socket.write(request.slice(0, -50));
      const timer = setInterval(() => socket.write(' '), 5000);
      socket.on('close', () => clearInterval(timer));
      socket.resume();
    },
  },
};

/** The innocent has another. */
const hostileAddress = '10.0.0.66';

const requestOf = (body: string): string =>
  `POST /graphql HTTP/1.1\r\nhost: x\r\nx-forwarded-for: ${hostileAddress}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

/** Holds as many sockets as the case has, each opened anew when it is closed. */
function attackBySockets(name: string, port: number): void {
  const attack = socketCases[name];
  if (!attack) throw new Error(`no case ${name}`);
  let serial = process.pid * 100_000;
  let sent = 0;
  const outcomes = new Set<string>();
  const open = () => {
    const socket = connect(port, '127.0.0.1', () => {
      sent += 1;
      attack.use(socket, serial++);
    });
    socket.on('data', (chunk) => outcomes.add(String(chunk).slice(9, 12)));
    socket.on('error', () => outcomes.add('cut off'));
    socket.on('close', () => setTimeout(open, 100));
  };
  for (let count = 0; count < attack.sockets; count += 1) open();
  answer(async () => ({ sent, outcomes: [...outcomes] }));
}

const times = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');

const kinds = ['City', 'District', 'Subdistrict', 'Community'];
const ofEachKind = (selections: (kind: string) => string) =>
  kinds.map((kind) => `... on ${kind} { ${selections(kind)} }`).join(' ');
const facts =
  'name elderlyCare { elders } security { cameras } culture { venues } sanitation { workersOnDuty }';
/** Of each kind something else is asked. */
const differing = (depth: number, prefix: string): string =>
  depth === 0
    ? facts
    : ofEachKind((kind) => `${prefix}${kind}${depth}: code parent { ${differing(depth - 1, prefix)} }`);

/** Where planning is what is attacked, the innocent asks for something small and new each time as well. */
const planned = new Set([
  'type conditions, under new names',
  'type conditions that differ',
  'more type conditions than are planned',
  'ordinary operations, never the same',
]);
let asked = 0;
const newInnocent = () =>
  JSON.stringify({ query: `{ i${asked++}: topProducts(first: 2) { name inStock } }` });

const innocent = '{"query":"{ topProducts(first: 2) { name inStock reviews { body author { name } } } }"}';
const innocentOfCity = JSON.stringify({
  query:
    '{ division(code: "410104") { name security { cameras openIncidents } elderlyCare { institutionBeds } } }',
});

async function post(
  port: number,
  body: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string }> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: response.status, text: await response.text() };
}

async function outcomeOf(port: number, made: object | Sent): Promise<string> {
  const { body, headers } = made instanceof Sent ? made : new Sent(made);
  try {
    const { status, text } = await post(port, body, { 'x-forwarded-for': hostileAddress, ...headers });
    return `${status} ${/"code":"(\w+)"/.exec(text)?.[1] ?? 'answered'}`;
  } catch {
    // A body that is not read to its end may be cut off before its refusal is.
    return 'cut off';
  }
}

/** In a process of its own: sends hostile requests until asked how many. */
function attack(name: string, port: number): void {
  const make = cases[name] ?? casesOfCity[name];
  if (!make) throw new Error(`no case ${name}`);
  let serial = process.pid * 100_000;
  let sent = 0;
  const outcomes = new Map<string, number>();
  const work = async () => {
    for (;;) {
      const outcome = await outcomeOf(port, make(serial++));
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      sent += 1;
    }
  };
  void work();
  answer(async () => ({ sent, outcomes: [...outcomes.keys()] }));
}

async function measure(port: number, seconds: number, make: () => string) {
  const waits: number[] = [];
  let wrong = 0;
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const sent = performance.now();
    const { status, text } = await post(port, make());
    if (status !== 200 || text.includes('"errors"')) wrong += 1;
    waits.push(performance.now() - sent);
    await delay(15);
  }
  waits.sort((a, b) => a - b);
  const quantile = (share: number) => (waits[Math.floor((waits.length - 1) * share)] ?? 0).toFixed(1);
  return { p50: quantile(0.5), p99: quantile(0.99), max: quantile(1), wrong };
}

/** What a gateway grows by when it first answers is not a hostile client's doing. */
const warmUpSeconds = 3;

const ofCity = ['nothing, the whole graph', ...Object.keys(casesOfCity)];

async function bench(seconds: number, only: readonly string[], firstPort: number): Promise<void> {
  const folder = join(benchFolder, 'runs', 'hostile');
  const [statics, port] = [firstPort, firstPort + 1];
  mkdirSync(folder, { recursive: true });
  const supergraph = join(folder, 'supergraph.graphql');
  writeFileSync(supergraph, supergraphOf(hostile, statics));
  const own = (name: string, command: readonly [string, ...string[]], env = {}) =>
    new Child({ name, command, env, asks: true, logFile: join(folder, `${name}.log`) });
  const subgraphs = JSON.stringify({ port: statics, graph: hostile.name });
  await own('static-subgraphs', [node, 'scripts/bench/graphs/static-subgraphs.ts', subgraphs]).ask('counts');
  const gateway = own('gateway', [node, ...gatewayCommand], {
    SUPERGRAPH: supergraph,
    PORT: String(port),
    DEDUPLICATE_QUERIES: 'off',
    ...noRates,
    ...Object.fromEntries(hostile.subgraphs.map(({ name }) => [`${variablePrefix(name)}_URL`, ''])),
  });
  const isReady = () =>
    post(port, innocent).then(
      ({ status }) => status === 200,
      () => false,
    );
  while (gateway.isRunning && !(await isReady())) await delay(100);
  await measure(port, warmUpSeconds, () => innocent);
  process.stdout.write(
    'case                                      p50 ms   p99 ms   max ms  wrong  RSS MB  hostile/s  answered with\n',
  );
  const row = async (name: string, at: { port: number; pid: number; body: string }) => {
    if (only.length && !only.includes(name)) return;
    const beforeCase = usageOf(at.pid).rssMb;
    const attackers = name.startsWith('nothing')
      ? []
      : [1, 2].map((number) =>
          own(`attacker-${number}`, [node, fileURLToPath(import.meta.url), 'attack', name, String(at.port)]),
        );
    await delay(500);
    const make = planned.has(name) ? newInnocent : () => at.body;
    const { p50, p99, max, wrong } = await measure(at.port, seconds, make);
    const reports = await Promise.all(
      attackers.map((attacker) => attacker.ask<{ sent: number; outcomes: string[] }>('report')),
    );
    const grown = grownMb(at.pid, beforeCase);
    await Promise.all(attackers.map((attacker) => attacker.stop()));
    const sent = reports.reduce((total, report) => total + report.sent, 0);
    const outcomes = new Set(reports.flatMap((report) => report.outcomes));
    const numbers = [p50, p99, max].map((value) => value.padStart(9)).join('');
    process.stdout.write(
      `${name.padEnd(39)}${numbers}${String(wrong).padStart(7)}${grown.padStart(8)}${(sent / seconds).toFixed(0).padStart(11)}  ${[...outcomes].join(', ')}\n`,
    );
  };
  const before = usageOf(gateway.pid).rssMb;
  for (const name of ['nothing', ...Object.keys(cases), ...Object.keys(socketCases)])
    await row(name, { port, pid: gateway.pid, body: innocent });
  process.stdout.write(`all of them, one after the other: ${grownMb(gateway.pid, before)} MB\n`);
  if (only.length && !only.some((name) => ofCity.includes(name))) return;
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort(new Error('已中断。 Interrupted.')));
  const { services } = await startBenchedGraph('default', firstPort + 10, interrupted.signal, noRates);
  const pid = services.get('gateway')?.pid ?? 0;
  await measure(firstPort + 10, warmUpSeconds, () => innocentOfCity);
  for (const name of ofCity) await row(name, { port: firstPort + 10, pid, body: innocentOfCity });
}

const grownMb = (pid: number, since: number): string => {
  const grown = usageOf(pid).rssMb - since;
  return `${grown < 0 ? '' : '+'}${grown.toFixed(0)}`;
};

/**
 * Nobody is refused for how often they ask: here hostile clients do all that they can, and wait in their line for subgraphs. The
 * innocent has an address of its own.
 */
const noRates = { VIEWER_RATE: '0', VIEWER_MAX_CONCURRENT_OPERATIONS: '0', TRUSTED_PROXIES: '1' };

if (process.argv[2] === 'attack') {
  const [name = '', port] = process.argv.slice(3);
  if (name in socketCases) attackBySockets(name, Number(port));
  else attack(name, Number(port));
} else {
  const usage = `用法 usage: npm run bench:hostile [-- --seconds <s> <kind>…]
  --seconds <s>  每类秒数 how long each kind is sent (8)
  <kind>         只跑 only these: ${['nothing', ...Object.keys(cases), ...Object.keys(socketCases), ...ofCity].map((name) => `"${name}"`).join(', ')}`;
  const { values, positionals } = readArguments(usage, {
    options: { seconds: { type: 'string', default: '8' } },
    allowPositionals: true,
  });
  try {
    await bench(
      numberOption(usage, 'seconds', values.seconds, 1),
      positionals,
      Number(process.env.BENCH_PORT) || 17_500,
    );
  } finally {
    await stopBenchedGraphs();
    await stopAll();
  }
}
