// The graphs that partners compose of our subgraphs: every choice of them composes with both composers, and answers over HTTP.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema, type GraphQLSchemaModule } from '@apollo/subgraph';
import { trusted } from '@district-graph/kit/testing/identity';
import { type Answer, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { composeSupergraph, type SubgraphSdl } from '@district-graph/schema/compose';
import { type ContractSdl, contractFor } from '@district-graph/schema/contract';
import { listedSubgraphs } from '@district-graph/schema/registry';
import type { Manifest } from '@district-graph/schema/release';
import { contractsFolder } from '@district-graph/scripts/publish/releases';
import { subgraphs } from '@district-graph/scripts/subgraphs/all-subgraphs';
import { composeServices as composeWithHive } from '@theguild/federation-composition';
import {
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  print,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const names = listedSubgraphs.map(({ name }) => name);
const read = (file: string) => readFileSync(join(contractsFolder, file), 'utf8');
const contracts: ContractSdl[] = (JSON.parse(read('manifest.json')) as Manifest).subgraphs.map(
  ({ file, ...contract }) => ({ ...contract, sdl: read(file) }),
);

/** What a partner composes of ours; `others` are those of ours in whose place it has its own. */
const graphOf = (
  graph: readonly string[],
  urls: Readonly<Record<string, string>> = {},
  others: readonly string[] = [],
): SubgraphSdl[] =>
  graph.map((name) => ({
    name,
    url: urls[name] ?? 'http://127.0.0.1:9/graphql',
    sdl: contractFor(contracts, name, [...graph, ...others]).sdl,
  }));

describe('every choice of subgraphs', () => {
  const choices = Array.from({ length: 2 ** names.length - 1 }, (_, nth) =>
    names.filter((_name, bit) => ((nth + 1) >> bit) & 1),
  );
  const faultsOf = (compose: (graph: SubgraphSdl[]) => void) =>
    choices.flatMap((graph) => {
      try {
        compose(graphOf(graph));
        return [];
      } catch (error) {
        return [`${graph.join(', ')}: ${(error as Error).message}`];
      }
    });

  it('composes with @apollo/composition', () => {
    expect(choices).toContainEqual(names);
    expect(faultsOf(composeSupergraph)).toEqual([]);
  }, 300_000);

  it('composes with the composer of Hive', () => {
    const faults = faultsOf((graph) => {
      const { errors } = composeWithHive(
        graph.map(({ sdl, ...service }) => ({ ...service, typeDefs: parse(sdl) })),
      );
      if (errors) throw new Error(errors.map(({ message }) => message).join('\n'));
    });
    expect(faults).toEqual([]);
  }, 300_000);
});

const typesNamed = ({ definitions }: DocumentNode, name: string): ObjectTypeDefinitionNode[] =>
  (definitions as ObjectTypeDefinitionNode[]).filter(
    (node) => node.name?.value === name && node.fields !== undefined,
  );

const fieldsOf = (sdl: string, type: string): readonly FieldDefinitionNode[] =>
  typesNamed(parse(sdl), type).flatMap(({ fields = [] }) => fields);

/** The arguments of a field that must have a value. */
const requiredArguments = ({ arguments: args = [] }: FieldDefinitionNode): string[] =>
  args.flatMap(({ name, type, defaultValue }) =>
    type.kind === Kind.NON_NULL_TYPE && !defaultValue ? [name.value] : [],
  );

/** The overview with which a subgraph contributes to divisions. */
const overviewsOf = (sdl: string): string[] =>
  fieldsOf(sdl, 'Division')
    .filter((field) => field.name.value !== 'code' && requiredArguments(field).length === 0)
    .map(({ name }) => name.value);

/** The subgraph's lists of a division. */
const listsOf = (sdl: string): string[] =>
  fieldsOf(sdl, 'Query')
    .filter(
      (field) =>
        /Connection!?$/.test(print(field.type)) &&
        field.arguments?.some(({ name }) => name.value === 'within') &&
        requiredArguments(field).every((name) => name === 'within'),
    )
    .map(({ name }) => name.value);

/** A subgraph of the partner. */
interface PartnerSubgraph extends GraphQLSchemaModule {
  /** The subgraphs of ours whose types it defines itself. */
  replaces?: readonly string[];
}

/** Refers to divisions, and contributes to them; as an interface where places is in the graph. */
const clinicsFor = (graph: readonly string[]): PartnerSubgraph => ({
  typeDefs: parse(`
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@interfaceObject"])
    type Division @key(fields: "code") ${graph.includes('places') ? '@interfaceObject' : ''} {
      code: ID!
      clinics: Int
    }
    type Clinic { name: String! division: Division! }
    type Query { clinics: [Clinic!]! }`),
  resolvers: {
    Query: { clinics: () => [{ name: '金水区人民医院', division: { code: '410105' } }] },
    Division: { clinics: () => 3 },
  },
});

/** Has a register of divisions of its own. */
const register: PartnerSubgraph = {
  typeDefs: parse(`
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
    interface Division @key(fields: "code") { code: ID! title: String! }
    type Town implements Division @key(fields: "code") { code: ID! title: String! mayor: String! }
    type Query { towns: [Town!]! }`),
  resolvers: {
    Query: { towns: () => [{ code: '410105', title: '金水', mayor: '王镇长' }] },
    Division: {
      __resolveReference: ({ code }: { code: string }) => ({ code, title: `区划 ${code}`, mayor: '无' }),
      __resolveType: () => 'Town',
    },
  },
  replaces: ['places'],
};

async function servePartner({ typeDefs, resolvers }: PartnerSubgraph) {
  const server = new ApolloServer({
    schema: buildSubgraphSchema([{ typeDefs, resolvers }]),
    plugins: [ApolloServerPluginInlineTraceDisabled()],
  });
  const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } });
  return { url, stop: () => server.stop() };
}

let running: Record<string, TestSubgraph>;
beforeAll(async () => {
  process.env.APOLLO_TELEMETRY_DISABLED = '1';
  running = {};
  for (const subgraph of subgraphs) running[subgraph.name] = await testSubgraph(subgraph);
}, 900_000);
afterAll(async () => {
  await Promise.all(Object.values(running).map((subgraph) => subgraph.stop()));
});

/** Sends the viewer's credentials with each call, as a partner's gateway does. */
class WithCredentials extends RemoteGraphQLDataSource {
  override willSendRequest({
    request,
  }: Parameters<NonNullable<RemoteGraphQLDataSource['willSendRequest']>>[0]) {
    request.http?.headers.set('authorization', trusted.authorization ?? '');
  }
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** Answers queries on the stock gateway over these subgraphs of ours and the partner's. */
async function inPartnerGraph<Result>(
  graph: readonly string[],
  use: (query: (text: string) => Promise<Answer>) => Promise<Result>,
  own: PartnerSubgraph = clinicsFor(graph),
): Promise<Result> {
  const partner = await servePartner(own);
  const urls = Object.fromEntries(Object.entries(running).map(([name, { url }]) => [name, url]));
  const supergraphSdl = composeSupergraph([
    ...graphOf(graph, urls, own.replaces),
    { name: 'partner', url: partner.url, sdl: print(own.typeDefs) },
  ]);
  const gateway = new ApolloGateway({
    supergraphSdl,
    logger: silent,
    buildService: ({ url }) => new WithCredentials({ url }),
  });
  const server = new ApolloServer({ gateway, logger: silent });
  const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } });
  try {
    return await use(async (query) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      return (await response.json()) as Answer;
    });
  } finally {
    await server.stop();
    await partner.stop();
  }
}

describe('over HTTP, beside a subgraph of the partner', () => {
  const others = names.filter((name) => name !== 'places');

  it.each(others)(
    '%s alone contributes to the divisions of the partner, and lists its own records',
    async (name) => {
      const { sdl } = contractFor(contracts, name, [name]);
      const overviews = overviewsOf(sdl);
      const lists = listsOf(sdl);
      expect([overviews.length, lists.length]).not.toContain(0);
      const selections = overviews.map((field) => `${field} { __typename }`).join(' ');
      await inPartnerGraph([name], async (query) => {
        const { data, errors } = await query(
          `{ clinics { name division { __typename code clinics ${selections} } } ${lists
            .map((field) => `${field}(within: "410105", first: 1) { nodes { __typename } }`)
            .join(' ')} }`,
        );
        expect(errors).toBeUndefined();
        const [{ division }] = data.clinics;
        expect(division).toMatchObject({ __typename: 'Division', code: '410105', clinics: 3 });
        for (const field of overviews) expect(division[field]?.__typename).toMatch(/Overview$/);
        expect(lists.filter((field) => data[field].nodes.length > 0)).not.toEqual([]);
      });
    },
  );

  it.each(others)(
    '%s with places contributes to divisions that have their own types and names',
    async (name) => {
      const graph = ['places', name];
      const overviews = overviewsOf(contractFor(contracts, name, graph).sdl);
      const selections = overviews.map((field) => `${field} { __typename }`).join(' ');
      await inPartnerGraph(graph, async (query) => {
        const { data, errors } = await query(
          `{ clinics { division { __typename name clinics ${selections} } } }`,
        );
        expect(errors).toBeUndefined();
        const [{ division }] = data.clinics;
        expect(division).toMatchObject({ __typename: 'District', name: '金水区', clinics: 3 });
        for (const field of overviews) expect(division[field]?.__typename).toMatch(/Overview$/);
      });
    },
  );

  it('all of ours but places contribute to one division', async () => {
    const overviews = others.flatMap((name) => overviewsOf(contractFor(contracts, name, others).sdl));
    expect(overviews.length).toBe(others.length);
    const selections = overviews.map((field) => `${field} { __typename }`).join(' ');
    await inPartnerGraph(others, async (query) => {
      const { data, errors } = await query(`{ clinics { division { code ${selections} } } }`);
      expect(errors).toBeUndefined();
      expect(Object.values(data.clinics[0].division)).not.toContain(null);
    });
  });

  it('all of ours but places contribute to the divisions of a register that the partner has', async () => {
    const overviews = others.flatMap((name) => overviewsOf(contractFor(contracts, name, names).sdl));
    const selections = overviews.map((field) => `${field} { __typename }`).join(' ');
    const [list = ''] = listsOf(contractFor(contracts, others[0] ?? '', names).sdl);
    await inPartnerGraph(
      others,
      async (query) => {
        const { data, errors } = await query(
          `{ towns { title mayor ${selections} } ${list}(within: "410105", first: 1) { nodes { division { __typename title } } } }`,
        );
        expect(errors).toBeUndefined();
        expect(data.towns).toMatchObject([{ title: '金水', mayor: '王镇长' }]);
        expect(Object.values(data.towns[0])).not.toContain(null);
        expect(data[list].nodes).toEqual([
          { division: { __typename: 'Town', title: expect.stringMatching(/^区划 410105/) } },
        ]);
      },
      register,
    );
  });
});
