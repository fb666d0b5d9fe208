import { type FragmentDefinitionNode, Kind, type OperationDefinitionNode, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { accessFacts } from '../plan/access-facts.ts';
import { type May, refusedAhead, rootAccessOf } from './root-access.ts';

const sdl = parse(`
  directive @access(scope: String!, within: String, mask: String) on OBJECT | INTERFACE | FIELD_DEFINITION
  type Elder @access(scope: "elder:read") { id: ID! }
  interface Device @access(scope: "device:read") { id: ID! }
  type Road { id: ID! }
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
const facts = accessFacts(sdl);

function refused(text: string, ...scopes: string[]): unknown {
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
  const may: May = (scope) => scopes.includes(scope);
  const error = refusedAhead(
    rootAccessOf(operation, fragments, facts),
    operation.operation === 'mutation',
    may,
  );
  return error && [error.extensions.code, error.extensions.scope];
}

it('knows the rule of each root field, or else that of the type that it gives', () => {
  expect(facts).toEqual({
    'Query.elder': { scope: 'elder:read', within: null },
    'Query.elders': { scope: 'elder:read', within: 'within' },
    'Query.device': { scope: 'device:read', within: null },
    'Mutation.closeElder': { scope: 'elder:write', within: null },
    'Mutation.closeRoad': { scope: 'sanitation:write', within: null },
    'Subscription.elderChanged': { scope: 'elder:read', within: 'within' },
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
  ])('%s is refused ahead without the scope', (text) => {
    expect(refused(text)).toEqual(['FORBIDDEN', 'elder:read']);
    expect(refused(text, 'elder:read')).toBeNull();
  });

  it('goes on as far as there is something for the viewer', () => {
    expect(refused('{ elder { id } road { id } }')).toBeNull();
    expect(refused('{ elder { id } device { id } }', 'device:read')).toBeNull();
    expect(refused('{ road { id } }')).toBeNull();
    expect(refused('{ __typename elder { id } }')).toBeNull();
  });
});

describe('a mutation', () => {
  it('is refused ahead unless all of it may be done, so that no half of it is', () => {
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

it('does not take the scope of a query’s field for that of a mutation’s', () => {
  expect(refused('mutation { closeElder { id } }', 'elder:read')).toEqual(['FORBIDDEN', 'elder:write']);
});
