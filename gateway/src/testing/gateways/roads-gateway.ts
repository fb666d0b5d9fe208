// Test support: a gateway before two subgraphs, `roads` and `crews`, that answer as a test says.
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeSupergraph } from '@district-graph/schema/compose';
import { readConfig } from '../../config/gateway-config.ts';
import { type RunningGateway, startGateway } from '../../server.ts';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])';
export const roads = `${link} type Query { road: Road broken: String } type Road @key(fields: "id") { id: ID! name: String! }`;
const crews = `${link} type Road @key(fields: "id") { id: ID! crew: String } type Mutation { assign: Int }`;

export const json =
  (body: unknown): RequestListener =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

export const crewAnswer = json({ data: { _entities: [{ crew: '一班' }] } });

const roadAnswer = json({ data: { road: { __typename: 'Road', id: '1', name: '文化路' } } });

const brokenAnswer = json({
  data: { broken: null },
  errors: [
    {
      message: '坏 bad',
      path: ['broken'],
      extensions: {
        code: 'BAD_USER_INPUT',
        argument: 'x',
        stacktrace: ['at /srv/secret.ts'],
        sql: 'select',
      },
    },
  ],
});

const answerRoads: RequestListener = (request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    const { query } = JSON.parse(body || '{"query":""}');
    return (query.includes('broken') ? brokenAnswer : roadAnswer)(request, response);
  });
};

export class RoadsGateway {
  readonly folder = mkdtempSync(join(tmpdir(), 'gateway-test-'));
  readonly supergraphFile = join(this.folder, 'supergraph.graphql');
  readonly logged: Record<string, unknown>[] = [];
  /** How `crews` answers. */
  answerCrews: RequestListener = crewAnswer;
  readonly #servers = {
    roads: createServer(answerRoads),
    crews: createServer((request, response) => this.answerCrews(request, response)),
  };
  #gateway: RunningGateway | null = null;

  get url(): string {
    return this.#gateway?.url ?? '';
  }

  addressOf(subgraph: 'roads' | 'crews'): string {
    const { port } = this.#servers[subgraph].address() as AddressInfo;
    return `http://127.0.0.1:${port}/graphql`;
  }

  async start(): Promise<void> {
    for (const server of Object.values(this.#servers)) await once(server.listen(0, '127.0.0.1'), 'listening');
    this.writeSupergraph(roads);
    this.#gateway = await this.startAnother(
      { SUBGRAPH_TIMEOUT_MS: '300', MAX_SUBGRAPH_RESPONSE_BYTES: '100000' },
      (event) => this.logged.push(event),
    );
  }

  /** Composes the supergraph file with this SDL of `roads`. */
  writeSupergraph(roadsSdl: string): void {
    writeFileSync(
      this.supergraphFile,
      composeSupergraph([
        { name: 'roads', url: this.addressOf('roads'), sdl: roadsSdl },
        { name: 'crews', url: this.addressOf('crews'), sdl: crews },
      ]),
    );
  }

  /** Another gateway for the same supergraph, with these settings; the test stops it. */
  startAnother(
    env: Record<string, string>,
    log: (event: Record<string, unknown>) => void = () => {},
  ): Promise<RunningGateway> {
    return startGateway({ ...readConfig({ SUPERGRAPH: this.supergraphFile, ...env }), port: 0 }, log);
  }

  async stop(): Promise<void> {
    await this.#gateway?.stop();
    for (const server of Object.values(this.#servers)) server.close();
    rmSync(this.folder, { recursive: true });
  }

  async post(body: unknown, headers: Record<string, string> = {}): Promise<{ status: number; text: string }> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: response.status, text: await response.text() };
  }

  async request(query: string) {
    return JSON.parse((await this.post({ query })).text);
  }
}
