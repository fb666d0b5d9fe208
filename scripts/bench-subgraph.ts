// npm run bench:subgraph: the CPU that one `_entities` request costs a subgraph, beside other servers, in interleaved rounds.
import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Resolvers } from '@district-graph/kit/executable-schema';
import { schemaOf, startSubgraph } from '@district-graph/kit/subgraph';

const rounds = 12;
const requestsInRound = 1500;
const warmUpRequests = 6000;
const concurrency = 8;

const sdl = `
type Division @key(fields: "code") { code: ID! careOverview: CareOverview }
type CareOverview { elders: Int! aged80AndOver: Int! livingAlone: Int! alerts: Alerts! updatedAt: DateTime! }
type Alerts { open: Int! closed: Int! latest: String }
extend type Query { division(code: ID!): Division }
`;

const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Division {
  __typename careOverview { elders aged80AndOver livingAlone alerts { open closed latest } updatedAt } } } }`;

const body = JSON.stringify({
  query,
  variables: {
    representations: Array.from({ length: 15 }, (_, index) => ({
      __typename: 'Division',
      code: String(410105001001 + index),
    })),
  },
});

/** As a room's: a reference is at hand, an overview is awaited. */
const resolvers: Resolvers = {
  Query: { division: (_root, { code }: { code: string }) => ({ code }) },
  Division: {
    __resolveReference: ({ code }: { code: string }) => ({ code }),
    careOverview: async ({ code }: { code: string }) => ({
      elders: Number(code.slice(-3)) * 7,
      aged80AndOver: 31,
      livingAlone: 12,
      alerts: { open: 2, closed: 40, latest: '独居老人按下呼叫器' },
      updatedAt: '2026-01-31T08:00:00+08:00',
    }),
  },
};

/** Starts a server and gives its port. */
type Variant = (subgraph: Parameters<typeof schemaOf>[0]) => Promise<number>;

// What is compared with is a dependency of test/ and of no package that runs.
const required = createRequire(new URL('../test/package.json', import.meta.url));

const variants: Record<string, Variant> = {
  'ApolloServer standalone': async (subgraph) => {
    const { ApolloServer } = required('@apollo/server');
    const { startStandaloneServer } = required('@apollo/server/standalone');
    const server = new ApolloServer({ schema: schemaOf(subgraph) });
    const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } });
    return Number(new URL(url).port);
  },
  'node:http + graphql-js': async (subgraph) => {
    const { execute, parse } = required('graphql');
    const schema = schemaOf(subgraph);
    const documents = new Map<string, unknown>();
    const server = createServer(async (incoming, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const { query: text, variables } = JSON.parse(Buffer.concat(chunks).toString());
      const document = documents.get(text) ?? parse(text);
      documents.set(text, document);
      const answer = JSON.stringify(await execute({ schema, document, variableValues: variables }));
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(answer),
      });
      response.end(answer);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  },
  'the kit': async (subgraph) => {
    const running = await startSubgraph(subgraph, { databaseUrl: 'postgres://127.0.0.1:1/none', port: 0 });
    return Number(new URL(running.url).port);
  },
};

/** One variant in a process of its own, which says its port and, when asked, its CPU in microseconds. */
async function serve(name: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-subgraph-'));
  mkdirSync(join(folder, 'src', 'division'), { recursive: true });
  writeFileSync(join(folder, 'src', 'division', 'schema.graphql'), sdl);
  const room = pathToFileURL(`${folder}/`);
  const port = await variants[name]?.({ name: 'bench', room, concepts: [resolvers], seed: async () => {} });
  rmSync(folder, { recursive: true });
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpu: user + system });
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.({ port });
}

class Measured {
  readonly name: string;
  readonly cpuMs: number[] = [];
  #child: ChildProcess;
  #port = 0;
  #agent = new Agent({ keepAlive: true, maxSockets: concurrency });

  constructor(name: string) {
    this.name = name;
    this.#child = fork(fileURLToPath(import.meta.url), [name], {
      env: { ...process.env, NODE_ENV: 'production' },
    });
  }

  async ready(): Promise<void> {
    this.#port = (await this.#told<{ port: number }>()).port;
    const answer = await this.#ask();
    const { data, errors } = JSON.parse(answer) as {
      data?: { _entities: { careOverview: { elders: number } | null }[] };
      errors?: unknown;
    };
    if (errors || data?._entities[14]?.careOverview?.elders !== 105)
      throw new Error(`${this.name} answers ${answer}`);
    await this.#askOften(warmUpRequests);
  }

  async round(): Promise<void> {
    const before = await this.#cpu();
    await this.#askOften(requestsInRound);
    this.cpuMs.push((await this.#cpu()) - before);
  }

  stop(): void {
    this.#agent.destroy();
    this.#child.kill();
  }

  async #askOften(times: number): Promise<void> {
    let left = times;
    const worker = async () => {
      while (left-- > 0) await this.#ask();
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
  }

  #ask(): Promise<string> {
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const options = {
        port: this.#port,
        host: '127.0.0.1',
        path: '/graphql',
        method: 'POST',
        agent: this.#agent,
        headers,
      };
      const asked = request(options, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve(text));
        response.on('error', reject);
      });
      asked.on('error', reject);
      asked.end(body);
    });
  }

  async #cpu(): Promise<number> {
    const told = this.#told<{ cpu: number }>();
    this.#child.send('cpu');
    return (await told).cpu / 1000 / requestsInRound;
  }

  #told<Message>(): Promise<Message> {
    return new Promise((resolve, reject) => {
      const ended = (code: number | null) => reject(new Error(`${this.name} ended with ${code}`));
      this.#child.once('exit', ended);
      this.#child.once('message', (message) => {
        this.#child.off('exit', ended);
        resolve(message as Message);
      });
    });
  }
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function bench(): Promise<void> {
  const all = Object.keys(variants).map((name) => new Measured(name));
  try {
    for (const each of all) await each.ready();
    for (let round = 0; round < rounds; round += 1) for (const each of all) await each.round();
    const base = median(all[0]?.cpuMs ?? []);
    process.stdout.write(
      `server                     CPU ms/request   least    most   of Apollo's\n${all
        .map(({ name, cpuMs }) => {
          const cells = [median(cpuMs), Math.min(...cpuMs), Math.max(...cpuMs), median(cpuMs) / base];
          const [middle, least, most, ratio] = cells.map((cell) => cell.toFixed(3));
          return `${name.padEnd(27)}${middle?.padStart(14)}${least?.padStart(8)}${most?.padStart(8)}${ratio?.padStart(14)}\n`;
        })
        .join('')}`,
    );
  } finally {
    for (const each of all) each.stop();
  }
}

const [, , variant] = process.argv;
await (variant ? serve(variant) : bench());
