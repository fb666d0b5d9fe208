// Test support: gateways before one subgraph, `crossings`, whose lists are as long as a test wants, and whose fields can fail.
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { composeSupergraph } from '@district-graph/schema/compose';
import { GraphQLError, graphql, parse } from 'graphql';
import { readConfig } from '../../config/gateway-config.ts';
import { type RunningGateway, startGateway } from '../../server.ts';

const sdl = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])
  "日期。 A day." scalar Date
  "时刻。 An instant." scalar DateTime
  "整数。 A whole number." scalar Long
  "信号。 Signals." enum Signal {
    "有信号灯，机动车。 With lights." LIGHTS
    "无信号灯。 Without lights." NONE
  }
  "路口。 A crossing." type Crossing {
    "编号。 Number of the crossing." code: ID!
    "名称。 Name." name: String
    "宽度，米。 Width, metres." widthMetres: Float
    "信号灯。 Signal lights." signal: Signal
    "启用日期。 Opened on." openedOn: Date
    "最近检查。 Last inspected at." inspectedAt: DateTime
    "经过的人数；少于 5 人时为空。 People who pass; withheld below 5." people: Int
    "计数。 Counter." counter: Long
    "标签。 Tags." tags: [String!]
    "有人行道。 Has a footway." hasFootway: Boolean
    "无法读取的值。 A value that cannot be read." broken: String
  }
  "翻页。 Paging." type PageInfo { "有无后页。 Has more." hasNextPage: Boolean! "末尾。 End." endCursor: String }
  "路口。 Crossings." type CrossingConnection {
    "条目。 Entries." nodes: [Crossing!]!
    "翻页。 Paging." pageInfo: PageInfo!
    "总数。 Total." totalCount: Int!
  }
  input Range { from: Int! to: Int }
  type Query {
    "路口。 Crossings." crossings("条数。 How many." count: Int = 3): [Crossing!]
    "路口，分页。 Crossings, in pages." paged(first: Int = 2, after: String, of: Int = 5, brokenFrom: Int): CrossingConnection
    "其他。 Others." others(codes: [ID!], range: Range, signal: Signal, wide: Boolean, counter: Long): [Crossing!]
    fails: String
  }
  type Mutation { count: Int }
`;

const texts = ['=1+1', '+1', '-1', '@A1', '\tx', '＝1', '-', 'a"b', 'a,b', '文化路\n第二行', ' x ', '\u0007'];

/** The nth crossing. */
export const crossing = (index: number) => ({
  code: String(410105 + index),
  name: texts[index % texts.length] ?? '',
  widthMetres: -0.5 * index,
  signal: index % 2 ? 'NONE' : 'LIGHTS',
  openedOn: index === 1 ? null : '2026-02-28',
  inspectedAt: '2026-02-28T08:30:00+08:00',
  people: index % 3 === 1 ? null : index,
  counter: 9_007_199_254_740_991,
  tags: index % 2 ? [] : ['=a', 'b'],
  hasFootway: index % 2 === 0,
  broken: () => {
    throw new GraphQLError('坏 broken', { extensions: { code: 'BAD_USER_INPUT' } });
  },
});

const crossings = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from) }, (_value, index) => crossing(from + index));

interface PageArguments {
  first: number;
  after?: string;
  of: number;
  brokenFrom?: number;
}

const rootValue = {
  crossings: ({ count }: { count: number }) => crossings(0, count),
  paged: ({ first, after, of, brokenFrom }: PageArguments) => {
    const from = after ? Number(after) : 0;
    if (brokenFrom !== undefined && from >= brokenFrom)
      throw new GraphQLError('坏页 broken page', { extensions: { code: 'BAD_USER_INPUT' } });
    const to = Math.min(of, from + first);
    return {
      nodes: crossings(from, to),
      totalCount: of,
      pageInfo: { hasNextPage: to < of, endCursor: String(to) },
    };
  },
  others: ({ codes = [] }: { codes?: string[] }) => codes.map((code) => ({ ...crossing(0), code })),
  fails: () => {
    throw new GraphQLError('坏 fails', { extensions: { code: 'FORBIDDEN' } });
  },
};

export class CrossingsGateway {
  readonly folder = mkdtempSync(join(tmpdir(), 'crossings-test-'));
  readonly savedQueries = mkdtempSync(join(tmpdir(), 'saved-queries-test-'));
  /** How many requests the subgraph has answered. */
  requests = 0;
  #gateways: RunningGateway[] = [];
  #schema = buildSubgraphSchema(parse(sdl));
  #server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', async () => {
      this.requests += 1;
      const { query, variables } = JSON.parse(body);
      const result = await graphql({
        schema: this.#schema,
        source: query,
        variableValues: variables,
        rootValue: { ...rootValue, count: () => 1 },
      });
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result));
    });
  });

  /** The address of a gateway with these settings. Stopped with the others. */
  async start(
    env: Record<string, string> = {},
    log: (event: Record<string, unknown>) => void = () => {},
  ): Promise<string> {
    if (!this.#server.listening) await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    const { port } = this.#server.address() as AddressInfo;
    const supergraph = join(this.folder, 'supergraph.graphql');
    const url = `http://127.0.0.1:${port}/graphql`;
    writeFileSync(supergraph, composeSupergraph([{ name: 'crossings', url, sdl }]));
    const gateway = await startGateway(
      {
        ...readConfig({
          SUPERGRAPH: supergraph,
          SAVED_QUERIES_DIR: this.savedQueries,
          SUBGRAPH_TIMEOUT_MS: '60000',
          ...env,
        }),
        port: 0,
      },
      log,
    );
    this.#gateways.push(gateway);
    return gateway.url;
  }

  async stop(): Promise<void> {
    for (const gateway of this.#gateways) await gateway.stop();
    this.#server.closeAllConnections();
    this.#server.close();
    for (const folder of [this.folder, this.savedQueries]) rmSync(folder, { recursive: true });
  }
}
