import {
  buildASTSchema,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { accessMetadata } from '../supergraph/access-metadata.ts';
import {
  missingScopesOf,
  preAuthorizationError,
  type RequestedAccess,
  requestedAccess,
} from './field-authorization.ts';

const sdl = parse(`
  directive @access(scope: String!, within: String, mask: String) on OBJECT | INTERFACE | FIELD_DEFINITION
  directive @join__graph(name: String!) on ENUM_VALUE
  directive @join__type(graph: join__Graph!) repeatable on OBJECT | INTERFACE
  directive @join__field(graph: join__Graph) repeatable on FIELD_DEFINITION
  enum join__Graph { CARE @join__graph(name: "elderly-care") STREETS @join__graph(name: "sanitation") }
  type Elder @join__type(graph: CARE) @join__type(graph: STREETS) @access(scope: "elder:read") {
    id: ID!
    name: String @join__field(graph: CARE) @access(scope: "elder:identify", mask: "NAME")
    subsidies: [Int!] @join__field(graph: STREETS) @access(scope: "subsidy:read")
    road: Road
  }
  interface Device @join__type(graph: STREETS) @access(scope: "device:read") { id: ID! }
  type Road @join__type(graph: STREETS) { id: ID! sweeper: Elder log: [Int!] @access(scope: "elder:read") }
  type Query {
    elder: Elder
    elders(within: ID!): [Elder!]! @access(scope: "elder:read", within: "within")
    device: Device
    road: Road
  }
  type Mutation {
    closeElder: Elder @access(scope: "elder:write")
    closeRoad: Road @access(scope: "sanitation:write")
    ping: Road
  }
  type Subscription { elderChanged(within: ID!): Elder @access(scope: "elder:read", within: "within") }
`);
const rules = accessMetadata(sdl);
const schema = buildASTSchema(sdl, { assumeValid: true });

function accessOf(text: string): RequestedAccess {
  const definitions = parse(text).definitions;
  const operation = definitions.find(
    ({ kind }) => kind === Kind.OPERATION_DEFINITION,
  ) as OperationDefinitionNode;
  const fragments = new Map(
    definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION
        ? [[node.name.value, node] as [string, FragmentDefinitionNode]]
        : [],
    ),
  );
  return requestedAccess(operation, fragments, schema, rules);
}

function refused(text: string, ...scopes: string[]): unknown {
  const access = accessOf(text);
  const error = preAuthorizationError(
    access,
    missingScopesOf(access, (scope) => scopes.includes(scope)),
  );
  return error && [error.extensions.code, error.extensions.scope];
}

it('finds the rule of each field, of the type that it returns or of its own type, and the subgraph that resolves it', () => {
  const care = 'elderly-care';
  const streets = 'sanitation';
  expect(rules).toEqual({
    'Elder.id': { scope: 'elder:read', within: null, subgraph: care },
    // Viewers who may see the elder get the masked value.
    'Elder.name': { scope: 'elder:read', within: null, subgraph: care },
    'Elder.subsidies': { scope: 'subsidy:read', within: null, subgraph: streets },
    'Elder.road': { scope: 'elder:read', within: null, subgraph: care },
    'Device.id': { scope: 'device:read', within: null, subgraph: streets },
    'Road.sweeper': { scope: 'elder:read', within: null, subgraph: streets },
    'Road.log': { scope: 'elder:read', within: null, subgraph: streets },
    'Query.elder': { scope: 'elder:read', within: null, subgraph: '' },
    'Query.elders': { scope: 'elder:read', within: 'within', subgraph: '' },
    'Query.device': { scope: 'device:read', within: null, subgraph: '' },
    'Mutation.closeElder': { scope: 'elder:write', within: null, subgraph: '' },
    'Mutation.closeRoad': { scope: 'sanitation:write', within: null, subgraph: '' },
    'Subscription.elderChanged': { scope: 'elder:read', within: 'within', subgraph: '' },
  });
});

describe('the scopes that an operation requires', () => {
  it('are found through fragments and interfaces, except inside a field with the same scope', () => {
    const access = accessOf(`
      { road { ...R } device { ... on Device { id } } elder { id road { log } subsidies } }
      fragment R on Road { sweeper { id subsidies } }
    `);
    expect([...access.fields.keys()]).toEqual([
      'Road.sweeper',
      'Elder.subsidies',
      'Query.device',
      'Query.elder',
    ]);
    expect(access.scopes).toEqual(['device:read', 'elder:read', 'subsidy:read']);
    expect(missingScopesOf(access, (scope) => scope === 'elder:read')).toEqual([
      'device:read',
      'subsidy:read',
    ]);
    expect(missingScopesOf(access, () => true)).toEqual([]);
  });
});

describe('a query', () => {
  it.each([
    ['{ elder { id } }'],
    ['{ e: elder { id } }'],
    ['{ ... { elder { id } } }'],
    ['{ ... on Query { elder { id } } }'],
    ['query { ...All } fragment All on Query { ...More } fragment More on Query { elder { id } }'],
    ['{ elder { id } elders(within: "1") { id } }'],
  ])('%s is refused without the scope', (text) => {
    expect(refused(text)).toEqual(['FORBIDDEN', 'elder:read']);
    expect(refused(text, 'elder:read')).toBeNull();
  });

  it('is executed where at least one root field is permitted', () => {
    expect(refused('{ elder { id } road { id } }')).toBeNull();
    expect(refused('{ elder { id } device { id } }', 'device:read')).toBeNull();
    expect(refused('{ road { id } }')).toBeNull();
    expect(refused('{ __typename elder { id } }')).toBeNull();
  });
});

describe('a mutation', () => {
  it('is refused unless all of its root fields are permitted, so that no part of it runs', () => {
    expect(refused('mutation { closeRoad { id } closeElder { id } }', 'sanitation:write')).toEqual([
      'FORBIDDEN',
      'elder:write',
    ]);
    expect(refused('mutation { ping { id } a: closeElder { id } }')).toEqual(['FORBIDDEN', 'elder:write']);
    expect(
      refused('mutation { closeRoad { id } closeElder { id } }', 'sanitation:write', 'elder:write'),
    ).toBeNull();
    expect(refused('mutation { ping { id } }')).toBeNull();
  });
});

it('distinguishes the scope of a query’s field from that of a mutation’s field with the same name', () => {
  expect(refused('mutation { closeElder { id } }', 'elder:read')).toEqual(['FORBIDDEN', 'elder:write']);
});
