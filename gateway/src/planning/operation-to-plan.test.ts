// The operation that is planned: names and type conditions without effect are removed.
import { fragmentsOf } from '@district-graph/kit/operation/collect-fields';
import { buildSchema, Kind, type OperationDefinitionNode, parse, stripIgnoredCharacters } from 'graphql';
import { describe, expect, it } from 'vitest';
import { restoredText } from '../testing/planner.ts';
import { operationToPlan, type PlanningLimits, type PlanningSchema } from './operation-to-plan.ts';

const schema = buildSchema(`
  type Query { division(code: ID!): Division found: Found }
  interface Named { name: String }
  interface Division { code: ID! name: String parent: Division head(of: Int): Person size: Int }
  type City implements Division & Named { code: ID! name: String parent: Division head(of: Int): Person size: Int mayor: Person }
  type District implements Division & Named { code: ID! name: String parent: Division head(of: Int): Person size: Int mayor: Person }
  type Community implements Division & Named { code: ID! name: String parent: District head(of: Int, at: Int): Person size: Int }
  type Person { id: ID! name: String }
  union Found = City | Person
`);
const plannedFor: PlanningSchema = {
  schema,
  aliasPrefix: 'client_',
  interfaceObjects: new Set(),
  partlyExternal: new Set(['Division.size']),
  plannerSelections: {},
  access: {},
};
const wide: PlanningLimits = { maxSelections: 1000, maxTypeConditions: 100 };

function written(query: string, limits = wide): string {
  const document = parse(query);
  const definition = document.definitions.find(
    (each): each is OperationDefinitionNode => each.kind === Kind.OPERATION_DEFINITION,
  );
  if (!definition) throw new Error('no operation');
  const operation = { definition, fragments: fragmentsOf(document), conditions: {}, missingScopes: [] };
  const { text, literals } = operationToPlan(operation, plannedFor, limits);
  return restoredText(stripIgnoredCharacters(text), literals);
}
const ofDivision = (selections: string) => written(`{ division(code: 1) { ${selections} } }`);
const divisionWith = (selections: string) => `{client_division:division(code:1){${selections}}}`;
const onEach = (selections: string) =>
  ['City', 'District', 'Community'].map((type) => `... on ${type} { ${selections} }`).join(' ');

describe('names', () => {
  it('of the operation and of fragments do not change the text', () => {
    const one = 'query One { found { ...A } } fragment A on Person { name ...B } fragment B on Person { id }';
    const other =
      'query Other { found { ...X } } fragment Y on Person { id } fragment X on Person { name ...Y }';
    expect(written(one)).toBe('{found{...on Person{name id}}}');
    expect(written(other)).toBe(written(one));
  });

  it('of variables that the planner uses itself are replaced', () => {
    expect(written('query($representations: ID!) { division(code: $representations) { code } }')).toBe(
      'query($client_representations:ID!){client_division:division(code:$client_representations){code}}',
    );
  });
});

describe('a type condition', () => {
  it('is removed where the same is selected of every possible type', () => {
    expect(ofDivision(onEach('code name'))).toBe(divisionWith('code name'));
    expect(ofDivision(onEach('code name').replace('code name', 'name code'))).toBe(divisionWith('name code'));
  });

  it('is removed for those fields only that are the same for every type', () => {
    expect(
      ofDivision('... on City { a: code name } ... on District { b: code name } ... on Community { name }'),
    ).toBe(divisionWith('name ...on City{client_a:code}...on District{client_b:code}'));
  });

  it('is removed inside others, at any depth', () => {
    const chain = (level: number): string => {
      const inside = level === 0 ? 'code' : `parent { ${chain(level - 1)} }`;
      return `... on City { ${inside} } ... on District { ${inside} } ... on Division { ${inside} }`;
    };
    expect(ofDivision(chain(5))).toBe(divisionWith('parent{parent{parent{parent{parent{code}}}}}'));
    expect(ofDivision(onEach(onEach(`... on Named { ${onEach('name')} }`)))).toBe(divisionWith('name'));
  });

  it('of a field that is selected of all types beside it is removed', () => {
    expect(ofDivision('code ... on City { code mayor { id } }')).toBe(
      divisionWith('code ...on City{mayor{id}}'),
    );
  });

  it('stays where the field is not selected of every type, or not with the same selection', () => {
    const two = '... on City{name}... on District{name}';
    expect(ofDivision(two)).toBe(divisionWith('...on City{name}...on District{name}'));
    expect(ofDivision('... on City{a:code}... on District{b:code}... on Community{b:code}')).toBe(
      divisionWith('...on City{client_a:code}...on District{client_b:code}...on Community{client_b:code}'),
    );
    expect(ofDivision('... on City { mayor { id } } ... on District { mayor { id } }')).toBe(
      divisionWith('...on City{mayor{id}}...on District{mayor{id}}'),
    );
  });

  it('stays where the field is a different one on the enclosing type', () => {
    // The parent of a community is a district, so its fields need not exist on the parent of every division.
    expect(ofDivision(onEach('parent { code }'))).toContain('...on Community{parent{code}}');
    expect(
      ofDivision(
        '... on City { head(of: 1) { id } } ... on District { head(of: 1) { id } } ... on Community { head(of: 1, at: 2) { id } }',
      ),
    ).toContain('...on Community{client_head:head(of:1 at:2){id}}');
    expect(written('{ found { ... on City { name } ... on Person { name } } }')).toBe(
      '{found{...on City{name}...on Person{name}}}',
    );
  });

  it('stays where fields must be selected by type', () => {
    expect(ofDivision('size')).toBe(
      divisionWith('...on City{size}...on District{size}...on Community{size}'),
    );
  });
});

it('an operation that would take too long to plan is refused without planning it', () => {
  const distinct = (level: number): string =>
    level === 0
      ? 'code'
      : `... on City { a${level}: parent { ${distinct(level - 1)} } } ... on District { b${level}: parent { ${distinct(level - 1)} } }`;
  const query = `{ division(code: 1) { ${distinct(4)} } }`;
  expect(() => written(query, { ...wide, maxTypeConditions: 20 })).toThrow('At most 20 type conditions');
  expect(() => written(query, { ...wide, maxSelections: 50 })).toThrow('At most 50 selections');
  expect(() => written(query)).not.toThrow();
  expect
    .soft(() => written(query, { ...wide, maxTypeConditions: 20 }))
    .toThrow(
      expect.objectContaining({ extensions: { code: 'OPERATION_TOO_COMPLEX', limit: 20, received: 30 } }),
    );
});
