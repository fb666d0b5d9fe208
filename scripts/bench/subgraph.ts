// npm run bench:subgraph: the CPU time of an _entities request for 15 divisions without a database: ours, and other servers.
import '../command-line/closed-output.ts';
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { Operations } from '@district-graph/kit/execution/operations';
import { serveGraphQL } from '@district-graph/kit/http/graphql-server';
import { type DocumentNode, execute, parse, validate } from 'graphql';
import { readArguments } from '../command-line/arguments.ts';

const variants = ['kit', 'graphql-js on node:http', 'ApolloServer standalone'] as const;
type Variant = (typeof variants)[number];

const warmUpSeconds = 4;
const rounds = 5;
const roundSeconds = 2;
const connections = 16;

function schema() {
  const typeDefs = parse(`
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@interfaceObject"])
    type Division @key(fields: "code") @interfaceObject { code: ID! care: Care }
    type Care { elders: Int! visits: Visits! share: Float name: String }
    type Visits { completed: Int! cancelled: Int! }
    type Query { ready: Boolean }
  `);
  const resolvers = {
    Division: {
      __resolveReference: ({ code }: { code: string }) => ({ code }),
      care: ({ code }: { code: string }) => Promise.resolve({ code }),
    },
    Care: {
      elders: ({ code }: { code: string }) => Promise.resolve(Number(code)),
      visits: () => ({ completed: 12, cancelled: 3 }),
      share: () => 0.25,
      name: ({ code }: { code: string }) => `区划 ${code}`,
    },
  };
  return buildSubgraphSchema([{ typeDefs, resolvers }] as Parameters<typeof buildSubgraphSchema>[0]);
}

const body = JSON.stringify({
  query:
    'query($representations:[_Any!]!){_entities(representations:$representations){... on Division{care{elders name share visits{completed cancelled}}}}}',
  variables: {
    representations: Array.from({ length: 15 }, (_, index) => ({
      __typename: 'Division',
      code: String(410_101 + index),
    })),
  },
});

/** Serves the schema with one of the servers; returns the port. */
async function serve(variant: Variant): Promise<number> {
  const graph = schema();
  if (variant === 'kit') {
    const operations = new Operations(graph, () => {});
    const server = await serveGraphQL(
      {
        answer: (operation) => operations.answer(operation, () => ({ loaders: new Map() })),
        checkReady: async () => ({}),
        maxBodyBytes: 1_048_576,
      },
      0,
      '127.0.0.1',
    );
    return server.port;
  }
  if (variant === 'ApolloServer standalone') {
    const apollo = new ApolloServer({ schema: graph });
    const { url } = await startStandaloneServer(apollo, { listen: { port: 0, host: '127.0.0.1' } });
    return Number(new URL(url).port);
  }
  const documents = new Map<string, DocumentNode>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const { query, variables } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      let document = documents.get(query);
      if (!document) {
        document = parse(query);
        validate(graph, document);
        documents.set(query, document);
      }
      const result = await execute({ schema: graph, document, variableValues: variables });
      const text = Buffer.from(JSON.stringify(result));
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length });
      response.end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Sends requests without pauses for some seconds; returns the number of responses and the last one. */
async function load(port: number, seconds: number): Promise<{ answers: number; last: string }> {
  const end = performance.now() + seconds * 1000;
  const bytes = Buffer.from(
    `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  let answers = 0;
  let last = '';
  const one = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      let received = '';
      socket.on('data', (chunk) => {
        received += chunk.toString('utf8');
        const head = received.indexOf('\r\n\r\n');
        const length = Number(/content-length: (\d+)/i.exec(received)?.[1]);
        if (head < 0 || Buffer.byteLength(received.slice(head + 4)) < length) return;
        answers += 1;
        last = received.slice(head + 4);
        received = '';
        if (performance.now() < end) socket.write(bytes);
        else {
          socket.destroy();
          resolve();
        }
      });
      socket.on('error', reject);
      socket.write(bytes);
    });
  await Promise.all(Array.from({ length: connections }, one));
  return { answers, last };
}

const clockTicksPerSecond = 100;
/** The CPU milliseconds of a process. */
function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / clockTicksPerSecond;
}

const serving = variants.find((variant) => variant === process.argv[2]);
if (serving) {
  const port = await serve(serving);
  process.on('disconnect', () => process.exit(0));
  process.send?.(port);
} else {
  readArguments('用法 usage: npm run bench:subgraph', {});
  const file = fileURLToPath(import.meta.url);
  const servers = await Promise.all(
    variants.map(async (name) => {
      const child = fork(file, [name], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      const port = await new Promise<number>((resolve) =>
        child.once('message', (message) => resolve(Number(message))),
      );
      return { name, child, port, costs: [] as number[] };
    }),
  );
  try {
    const first = JSON.parse((await load(servers[0]?.port ?? 0, 0)).last);
    for (const { name, port } of servers) {
      const { last } = await load(port, warmUpSeconds);
      if (JSON.stringify(JSON.parse(last)) !== JSON.stringify(first))
        throw new Error(`${name} gives another response: ${last}`);
    }
    for (let round = 0; round < rounds; round += 1) {
      for (const { child, port, costs } of servers) {
        const before = cpuOf(child.pid ?? 0);
        const { answers } = await load(port, roundSeconds);
        costs.push((cpuOf(child.pid ?? 0) - before) / answers);
      }
    }
    const median = (costs: number[]) => [...costs].sort((a, b) => a - b)[costs.length >> 1] ?? 0;
    const reference = median(servers.at(-1)?.costs ?? []);
    process.stdout.write(`CPU for one request of 15 entities, median of ${rounds} rounds\n`);
    for (const { name, costs } of servers)
      process.stdout.write(
        `${name.padEnd(26)}${median(costs).toFixed(3).padStart(8)} ms${(median(costs) / reference).toFixed(2).padStart(8)}×\n`,
      );
  } finally {
    for (const { child } of servers) child.disconnect();
  }
}
