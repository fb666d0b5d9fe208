// Access rules of a foreign subgraph that clients could go around: by an interface, or by the types of an interface object.
import { headersOf } from '@district-graph/kit/testing/identity';
import { composeSupergraph } from '@district-graph/schema/compose';
import { parse } from 'graphql';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { accessMetadata } from './supergraph/access-metadata.ts';
import { checkRequirements } from './supergraph/protected-requirements.ts';
import { accessLinks, CanteensGateway, canteensSdl } from './testing/gateways/canteens-gateway.ts';

const graph = new CanteensGateway();
beforeAll(() => graph.open());
afterEach(() => graph.reset());
afterAll(() => graph.close());

describe('an access rule of a field that an interface declares, too', () => {
  const query = '{ division { kitchens { name cook } } }';
  const sdlWith = (cookOfKitchen: string, cookOfCanteen: string) =>
    canteensSdl
      .replace('canteens: [Canteen!]', 'canteens: [Canteen!] kitchens: [Kitchen!]')
      .replace('type Canteen {', 'type Canteen implements Kitchen {')
      .replace('cook: String @access(scope: "worker:read", within: "code")', cookOfCanteen)
      .concat(` interface Kitchen { name: String ${cookOfKitchen} }`);
  const guarded = 'cook: String @access(scope: "worker:read")';
  const open = 'cook: String';
  const received = async (selection: string, headers = {}) => {
    graph.answer = (response) =>
      response.end(
        JSON.stringify({
          data: { _entities: [{ kitchens: [{ __typename: 'Canteen', name: '食堂', cook: '张' }] }] },
        }),
      );
    return graph.request(await graph.start(), selection, headers);
  };

  it('is refused by a gateway if the interface lacks it', async () => {
    graph.compose(sdlWith(open, guarded));
    await expect(graph.start()).rejects.toThrow(/Canteen\.cook and Kitchen\.cook must have the same/);
  });

  it.each([
    ['both have it', guarded],
    ['only the interface has it', open],
  ])('holds for selections by either where %s', async (_title, cookOfCanteen) => {
    graph.compose(sdlWith(guarded, cookOfCanteen));
    for (const selection of [query, '{ division { kitchens { ... on Canteen { cook } } } }']) {
      const { data, errors } = await received(selection);
      expect(JSON.stringify(data)).not.toContain('张');
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
      await graph.reset();
    }
    const worker = await headersOf({ scopes: ['worker:read'], divisions: ['410105'] });
    const { data } = await received(query, worker);
    expect(data.division.kitchens).toEqual([{ name: '食堂', cook: '张' }]);
  });
});

it('holds as strictly for the types of an interface object as for the interface', () => {
  const supergraph = composeSupergraph([
    {
      name: 'places',
      url: 'http://127.0.0.1:9/graphql',
      sdl: `${accessLinks} type Query { community: Community }
        interface Division @key(fields: "code") { code: ID! }
        type Community implements Division @key(fields: "code") { code: ID! }`,
    },
    {
      name: 'canteens',
      url: 'http://127.0.0.1:9/graphql',
      sdl: `${accessLinks} type Division @interfaceObject @key(fields: "code") {
        code: ID! cook: String @access(scope: "visit:read") phone: String @access(scope: "visit:read", within: "code") }`,
    },
  ]);
  const rules = accessMetadata(parse(supergraph), ['canteens']);
  // Without the mark of an enforced rule, viewers who may own such a record would be exempt.
  for (const type of ['Division', 'Community']) {
    expect(rules[`${type}.cook`]?.scope).toBe('visit:read@');
    expect(rules[`${type}.phone`]?.scope).toBe('visit:read@410100');
  }
});

describe('a requirement of a foreign subgraph', () => {
  const required = (fields: string, external: string) => {
    const supergraph = composeSupergraph([
      {
        name: 'places',
        url: 'http://127.0.0.1:9/graphql',
        sdl: `${accessLinks} type Query { worker: Worker }
          type Worker @key(fields: "id") { id: ID! station: String home: Home
            name: String @access(scope: "worker:identify", mask: "NAME") }
          type Home @access(scope: "worker:read") { street: String @access(scope: "worker:read") }`,
      },
      {
        name: 'canteens',
        url: 'http://127.0.0.1:9/graphql',
        sdl: `${accessLinks.replace('"@key"', '"@key", "@external", "@requires"')}
          type Worker @key(fields: "id") { id: ID! lunch: String @requires(fields: "${fields}") ${external}`,
      },
    ]);
    return () => checkRequirements(parse(supergraph), ['canteens']);
  };

  it('may be a public field, but neither a masked one nor one inside a protected object', () => {
    expect(required('station', 'station: String @external }')).not.toThrow();
    expect(required('name', 'name: String @external }')).toThrow(/Worker\.lunch.*requires Worker\.name/);
    const home = 'home: Home @external } type Home { street: String @external }';
    expect(required('home { street }', home)).toThrow(/requires Worker\.home/);
  });
});
