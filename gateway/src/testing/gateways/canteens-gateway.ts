// Test support: a gateway before `places`, which answers as one of this repository, and the foreign subgraph `canteens`, which answers as a test says.
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testIdentity } from '@district-graph/kit/testing/identity';
import { composeSupergraph } from '@district-graph/schema/compose';
import { foreignComment } from '@district-graph/schema/registry';
import { type GatewayConfig, readConfig } from '../../config/gateway-config.ts';
import { type RunningGateway, startGateway } from '../../server.ts';

export const accessLinks = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@interfaceObject", "@composeDirective"])
  @link(url: "https://district-graph.cn/specs/access/v1.0", import: ["@access"])
  @composeDirective(name: "@access")
directive @access(scope: String!, within: String, mask: String) on OBJECT | INTERFACE | FIELD_DEFINITION
`;
const places = `${accessLinks} type Query { division: Division } type Division @key(fields: "code") { code: ID! name: String }`;
export const canteensSdl = `${accessLinks}
type Division @key(fields: "code") { code: ID! canteens: [Canteen!] }
type Canteen { name: String cook: String @access(scope: "worker:read", within: "code") menu: String @access(scope: "worker:read") }
type Mutation { openCanteen: Canteen }`;

export interface ReceivedCall {
  headers: IncomingHttpHeaders;
  body: string;
  url: string;
}

/** How `canteens` answers a call; by default with one canteen. */
export type AnswerCanteens = (response: ServerResponse, call: ReceivedCall) => void;

const json = (response: ServerResponse, body: unknown): void => {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

const canteen = { __typename: 'Canteen', name: '食堂', cook: '张', menu: '面' };

const answerCanteens: AnswerCanteens = (response, { body }) =>
  json(
    response,
    body.includes('mutation')
      ? { data: { openCanteen: canteen } }
      : { data: { _entities: [{ canteens: [canteen] }] } },
  );

export class CanteensGateway {
  readonly folder = mkdtempSync(join(tmpdir(), 'canteens-gateway-'));
  readonly supergraphFile = join(this.folder, 'supergraph.graphql');
  readonly logged: Record<string, unknown>[] = [];
  calls: Record<'places' | 'canteens', ReceivedCall[]> = { places: [], canteens: [] };
  answer: AnswerCanteens = answerCanteens;
  #servers: Server[] = [];
  #gateways: RunningGateway[] = [];
  #urls: Record<string, string> = {};

  async open(): Promise<void> {
    const placesAnswer = { data: { division: { __typename: 'Division', code: '410105', name: '金水区' } } };
    await this.#serve('places', (response) => json(response, placesAnswer));
    await this.#serve('canteens', (response, call) => this.answer(response, call));
    this.compose(canteensSdl);
  }

  /** Composes the supergraph file with this SDL of `canteens`. */
  compose(sdl: string): void {
    const supergraph = composeSupergraph([
      { name: 'places', url: this.#urls.places ?? '', sdl: places },
      { name: 'canteens', url: 'http://127.0.0.1:9/graphql', sdl },
    ]);
    writeFileSync(this.supergraphFile, foreignComment(['canteens']) + supergraph);
  }

  /** The configuration of a gateway with this entry of `canteens`; null for no list. */
  configOf(entry: Record<string, unknown> | null, env: Record<string, string>): GatewayConfig {
    const list = join(this.folder, 'subgraphs.json');
    const { canteens } = this.#urls;
    writeFileSync(
      list,
      JSON.stringify([{ name: 'canteens', url: canteens, sdl: 'canteens.graphql', ...entry }]),
    );
    const [id = '', key = Buffer.alloc(0)] = [...testIdentity.viewerKeys][0] ?? [];
    const config = readConfig({
      SUPERGRAPH: this.supergraphFile,
      VIEWER_KEYS: `${id}:${key.toString('base64url')}`,
      ...(entry && { SUBGRAPHS_FILE: list }),
      ...env,
    });
    return { ...config, identity: { ...config.identity, tokens: testIdentity.tokens } };
  }

  /** Starts a gateway with such a configuration. */
  async start(
    entry: Record<string, unknown> | null = {},
    env: Record<string, string> = {},
  ): Promise<RunningGateway> {
    const config = { ...this.configOf(entry, env), port: 0 };
    const gateway = await startGateway(config, (event) => this.logged.push(event));
    this.#gateways.push(gateway);
    return gateway;
  }

  async request(
    gateway: RunningGateway,
    query = '{ division { name canteens { name } } }',
    headers: Record<string, string> = {},
  ) {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query }),
    });
    return { headers: response.headers, ...((await response.json()) as TestedResult) };
  }

  /** Stops the gateways of one test. */
  async reset(): Promise<void> {
    await Promise.all(this.#gateways.map((gateway) => gateway.stop()));
    this.#gateways = [];
    this.calls = { places: [], canteens: [] };
    this.logged.length = 0;
    this.answer = answerCanteens;
  }

  close(): void {
    for (const server of this.#servers) server.close();
    rmSync(this.folder, { recursive: true });
  }

  async #serve(name: 'places' | 'canteens', answer: AnswerCanteens): Promise<void> {
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const call = { headers: request.headers, body, url: request.url ?? '' };
      this.calls[name].push(call);
      answer(response, call);
    });
    this.#servers.push(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    this.#urls[name] = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  }
}

interface TestedResult {
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the operation's; the test states what it expects of it.
  data?: any;
  errors?: { message: string; path?: unknown[]; extensions: Record<string, unknown> }[];
}
