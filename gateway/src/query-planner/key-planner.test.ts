import { composeSupergraph } from '@district-graph/schema/compose';
import { type OperationDefinitionNode, parse } from 'graphql';
import { describe, expect, it, vi } from 'vitest';
import { KeyPlanner } from './key-planner.ts';
import type { PlanNode } from './query-plan.ts';
import { indexSupergraph } from './supergraph-index.ts';

const federation =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@interfaceObject", "@override"])\n';

/** Plans the text of an operation. */
const plannerOf = (subgraphs: Record<string, string>, onStep?: () => void) => {
  const sources = Object.entries(subgraphs).map(([name, sdl]) => {
    return { name, url: `http://127.0.0.1:1/${name}`, sdl: federation + sdl };
  });
  const index = indexSupergraph(parse(composeSupergraph(sources), { noLocation: true }));
  const planner = index && new KeyPlanner(index, onStep);
  const plan = (text: string) =>
    planner?.plan(parse(text, { noLocation: true }).definitions[0] as OperationDefinitionNode, text.length);
  return { plan };
};

/** The plan in one line for each fetch, indented under the one that it waits for. */
function linesOf(node: PlanNode | null | undefined, indent = ''): string[] {
  if (!node) return [String(node)];
  if (node.kind === 'Parallel') return node.nodes.flatMap((each) => linesOf(each, indent));
  if (node.kind === 'Sequence')
    return node.nodes.flatMap((each, index) => linesOf(each, indent + '  '.repeat(index)));
  const path = node.path.length ? ` ${node.path.join('.')}` : '';
  const operation = node.operation.replace(
    /^query\(\$representations:\[_Any!\]!\)\{_entities\(representations:\$representations\)(.*)\}$/,
    'query$1',
  );
  return [`${indent}${node.subgraph}${path} ${operation}`];
}

const planOf = (subgraphs: Record<string, string>, operation: string): string[] =>
  linesOf(plannerOf(subgraphs).plan(operation));

const shop = {
  users: 'type Query { me: User } type User @key(fields: "id") { id: ID! name: String friends: [User!] }',
  reviews:
    'type User @key(fields: "id") { id: ID! reviews(first: Int): [Review!] } type Review { text: String author: User! }',
};

describe('an operation', () => {
  it('of one subgraph is one fetch', () => {
    expect(planOf(shop, '{ me { id n: name } }')).toEqual(['users {me{id n:name}}']);
  });

  it('continues by the key, with the variables that each fetch uses', () => {
    const operation = 'query ($n: Int!, $other: Int) { me { name reviews(first: $n) { text } } }';
    expect(planOf(shop, operation)).toEqual([
      'users {me{name __typename id}}',
      '  reviews me query($representations:[_Any!]!$n:Int!){_entities(representations:$representations){...on User{reviews(first:$n){text}}}}',
    ]);
  });

  it('fetches for the objects of lists, and again for what such a fetch returned', () => {
    expect(planOf(shop, '{ me { friends { reviews { author { name } } } } }')).toEqual([
      'users {me{friends{__typename id}}}',
      '  reviews me.friends.@ query{...on User{reviews{author{__typename id}}}}',
      '    users me.friends.@.reviews.@.author query{...on User{name}}',
    ]);
  });

  it('that selects nothing of any subgraph needs no fetch', () => {
    expect(planOf(shop, '{ __typename }')).toEqual(['null']);
  });

  it('has one fetch for the same objects of several fields', () => {
    expect(planOf(shop, '{ me { reviews { author { id } } } a: me { name } }')).toEqual([
      'users {me{__typename id} a:me{name}}',
      '  reviews me query{...on User{reviews{author{id}}}}',
    ]);
  });
});

describe('of several subgraphs that resolve a field', () => {
  it('the one is asked that resolves more of the others', () => {
    const graph = {
      one: 'type Query { item: Item } type Item @key(fields: "id") { id: ID! }',
      two: 'type Item @key(fields: "id") { id: ID! a: Int @shareable }',
      three: 'type Item @key(fields: "id") { id: ID! a: Int @shareable b: Int @shareable }',
      four: 'type Item @key(fields: "id") { id: ID! b: Int @shareable c: Int }',
    };
    expect(planOf(graph, '{ item { a b } }')).toEqual([
      'one {item{__typename id}}',
      '  three item query{...on Item{a b}}',
    ]);
    expect(planOf(graph, '{ item { a b c } }')).toHaveLength(3);
  });

  it('the root field is fetched from the one that needs no second stage', () => {
    const graph = {
      one: 'type Query { item: Item @shareable } type Item @key(fields: "id") { id: ID! a: Int }',
      two: 'type Query { item: Item @shareable } type Item @key(fields: "id") { id: ID! b: Int }',
    };
    expect(planOf(graph, '{ item { b } }')).toEqual(['two {item{b}}']);
    expect(planOf(graph, '{ item { a b } }')).toEqual(['one {item{a}}', 'two {item{b}}']);
  });
});

describe('keys', () => {
  const graph = {
    one: 'type Query { item: Item } type Item @key(fields: "id") { id: ID! }',
    two: 'type Item @key(fields: "id") @key(fields: "owner { code }") { id: ID! owner: Owner @shareable } type Owner { code: ID! @shareable }',
    three:
      'type Item @key(fields: "owner { code }") { owner: Owner @shareable price: Int } type Owner { code: ID! @shareable }',
  };

  it('are fetched from a subgraph that resolves nothing else', () => {
    expect(planOf(graph, '{ item { price } }')).toEqual([
      'one {item{__typename id}}',
      '  two item query{...on Item{__typename owner{code}}}',
      '    three item query{...on Item{price}}',
    ]);
  });

  it('are sent with their nested fields', () => {
    const node = plannerOf(graph).plan('{ item { price } }');
    expect(JSON.stringify(node)).toContain(
      '{"kind":"Field","from":"owner","to":"owner","selections":[{"kind":"Field","from":"code","to":"code","selections":null}]}',
    );
  });

  it('that are not resolvable are not used', () => {
    const unresolvable = {
      one: 'type Query { item: Item } type Item @key(fields: "id") { id: ID! a: Int @shareable }',
      two: 'type Query { other: Item } type Item @key(fields: "id", resolvable: false) { id: ID! a: Int @shareable }',
    };
    expect(planOf(unresolvable, '{ other { a } item { a } }')).toEqual(['two {other{a}}', 'one {item{a}}']);
  });
});

describe('@provides', () => {
  const graph = {
    shops:
      'type Query { shop: Shop best: Item @provides(fields: "name") plain: Item } type Shop { best: Item @provides(fields: "name") } type Item @key(fields: "id") { id: ID! name: String @external price: Int }',
    items: 'type Query { item: Item } type Item @key(fields: "id") { id: ID! name: String @shareable }',
  };

  it('saves a fetch where the field provides it', () => {
    expect(planOf(graph, '{ best { name } shop { best { name } } }')).toEqual([
      'shops {best{name} shop{best{name}}}',
    ]);
  });

  it('does not where another field returns the object, or a key', () => {
    expect(planOf(graph, '{ plain { name } }')).toEqual([
      'shops {plain{__typename id}}',
      '  items plain query{...on Item{name}}',
    ]);
    expect(planOf(graph, '{ item { price name } }')).toEqual([
      'items {item{name __typename id}}',
      '  shops item query{...on Item{price}}',
    ]);
  });
});

describe('interface objects', () => {
  const graph = {
    places:
      'type Query { area: Area } interface Area @key(fields: "code") { code: ID! name: String } type City implements Area @key(fields: "code") { code: ID! name: String mayor: String } type Town implements Area @key(fields: "code") { code: ID! name: String }',
    care: 'type Query { home: Home } type Home { area: Area } type Area @key(fields: "code") @interfaceObject { code: ID! beds: Int }',
  };

  it('are fetched as the interface, whatever type the object has', () => {
    expect(planOf(graph, '{ area { name beds } }')).toEqual([
      'places {area{__typename name code}}',
      '  care area query{...on Area{beds}}',
    ]);
    const node = plannerOf(graph).plan('{ area { beds } }');
    expect(JSON.stringify(node)).toContain(
      '{"kind":"Set","path":["... on Area","__typename"],"value":"Area"}',
    );
  });

  it('are resolved to their type where that is selected', () => {
    expect(planOf(graph, '{ home { area { beds } } }')).toEqual(['care {home{area{__typename beds}}}']);
    for (const selected of ['__typename', 'name'])
      expect(planOf(graph, `{ home { area { ${selected} } } }`)).toHaveLength(2);
    expect(planOf(graph, '{ home { area { ... on City { mayor } } } }')).toEqual([
      'care {home{area{__typename code}}}',
      '  places home.area query{...on Area{__typename ...on City{mayor}}}',
    ]);
  });

  it('are fetched only for the types of a fragment', () => {
    const node = plannerOf(graph).plan('{ area { ... on City { beds } } }');
    expect(linesOf(node)).toEqual([
      'places {area{__typename ...on City{__typename code}}}',
      '  care area query{...on Area{beds}}',
    ]);
    expect(JSON.stringify(node)).toContain('{"kind":"Fragment","type":"City"');
    expect(JSON.stringify(node)).toContain('["... on City","__typename"],"value":"Area"');
  });
});

describe('unions and interfaces', () => {
  const graph = {
    one: 'type Query { found: [Found!] } union Found = Book | Film type Book @key(fields: "id") { id: ID! title: String } type Film @key(fields: "id") { id: ID! title: String }',
    two: 'type Book @key(fields: "id") { id: ID! pages: Int }',
  };

  it('are left whole to a subgraph that resolves all that is selected', () => {
    expect(planOf(graph, '{ found { ... on Book { title } ... on Film { title } } }')).toEqual([
      'one {found{__typename ...on Book{__typename title} ...on Film{__typename title}}}',
    ]);
  });

  it('are split by type where other subgraphs are needed', () => {
    expect(planOf(graph, '{ found { ... on Book { title pages } ... on Film { title } } }')).toEqual([
      'one {found{__typename ...on Book{title __typename id} ...on Film{title}}}',
      '  two found.@ query{...on Book{pages}}',
    ]);
  });

  it('are left to the general planner where they have other types in another subgraph', () => {
    const differing = {
      one: 'type Query { a: Box } type Box @key(fields: "id") { id: ID! found: [Found!] @shareable } union Found = Book | Film type Book @shareable { title: String } type Film { length: Int }',
      two: 'type Box @key(fields: "id") { id: ID! found: [Found!] @shareable } union Found = Book | Song type Book @shareable { title: String } type Song { tune: String }',
    };
    for (const selected of ['... on Song { tune }', '... on Film { length }', '__typename'])
      expect(planOf(differing, `{ a { found { ${selected} } } }`)).toEqual(['undefined']);
  });

  it('are left to the general planner where a subgraph defines a field of two of the types otherwise', () => {
    const nullable = (type: string) => ({
      one: `type Query { node: Node! } interface Node { next: [A] } type A implements Node @key(fields: "id") { id: ID! next: [A] } type B implements Node @key(fields: "id") { id: ID! next: ${type} @shareable }`,
      two: 'type B @key(fields: "id") { id: ID! next: [A] @shareable } type A @key(fields: "id") { id: ID! far: Int }',
    });
    const operation = '{ node { ... on A { next { far } } ... on B { next { far } } } }';
    expect(planOf(nullable('[A!]!'), operation)).toEqual(['undefined']);
    expect(planOf(nullable('[A]'), operation)).toHaveLength(2);
  });

  it('are selected as such where one subgraph resolves a field of every type, at any depth', () => {
    const nodes = ['A', 'B', 'C', 'D'].map(
      (name) => `type ${name} implements Node @key(fields: "id") { id: ID! next: Node }`,
    );
    const chained = {
      one: `type Query { node: Node } interface Node { id: ID! next: Node } ${nodes.join(' ')}`,
      two: 'type A @key(fields: "id") { id: ID! far: Int }',
    };
    const chain = (level: number): string =>
      level === 0 ? '... on A { far }' : `next { ${chain(level - 1)} }`;
    expect(planOf(chained, `{ node { ${chain(2)} } }`)).toEqual([
      'one {node{__typename next{__typename next{__typename ...on A{__typename id}}}}}',
      '  two node.next.next query{...on A{far}}',
    ]);
    expect(planOf(chained, `{ node { ${chain(40)} } }`)).toHaveLength(2);
  });

  it('are split by type where a fragment applies to more types in all subgraphs together', () => {
    const distributed = {
      one: 'type Query { found: [Found!] } union Found = Book | Film interface Node { id: ID! } type Book @key(fields: "id") { id: ID! } type Film implements Node @key(fields: "id") { id: ID! }',
      two: 'interface Node { id: ID! } type Book implements Node @key(fields: "id") { id: ID! pages: Int }',
    };
    expect(planOf(distributed, '{ found { ... on Node { id } } }')).toEqual([
      'one {found{__typename ...on Book{id} ...on Film{id}}}',
    ]);
  });

  it('are left to the general planner where several subgraphs resolve the field, and none all of the selection', () => {
    const shared = {
      one: 'type Query { node: Node @shareable } interface Node { id: ID! } type Book implements Node @key(fields: "id") { id: ID! title: String } type Film implements Node @key(fields: "id") { id: ID! }',
      two: 'type Query { node: Node @shareable } interface Node { id: ID! } type Book implements Node @key(fields: "id") { id: ID! } type Film implements Node @key(fields: "id") { id: ID! title: String }',
    };
    expect(planOf(shared, '{ node { id } }')).toEqual(['one {node{__typename id}}']);
    expect(planOf(shared, '{ node { ... on Book { title } ... on Film { title } } }')).toEqual(['undefined']);
  });

  it('are left to the general planner where one response name has two types', () => {
    const clashing = {
      one: 'type Query { found: [Found!] } union Found = Book | Film type Book @key(fields: "id") { id: ID! } type Film @key(fields: "id") { id: Int! }',
      two: 'type Book @key(fields: "id") { id: ID! pages: Int } type Film @key(fields: "id") { id: Int! pages: Int }',
    };
    expect(planOf(clashing, '{ found { ... on Book { pages } ... on Film { pages } } }')).toEqual([
      'undefined',
    ]);
  });
});

describe('mutations', () => {
  const graph = {
    one: 'type Query { a: Int } type Mutation { add: Item put: Int } type Item @key(fields: "id") { id: ID! a: Int }',
    two: 'type Mutation { pay: Int } type Item @key(fields: "id") { id: ID! b: Int }',
  };

  it('keep their order, and share a fetch only beside each other', () => {
    expect(planOf(graph, 'mutation { add { a } put pay x: add { a } }')).toEqual([
      'one mutation{add{a} put}',
      '  two mutation{pay}',
      '    one mutation{x:add{a}}',
    ]);
  });

  it('fetch the rest of their payloads by queries', () => {
    expect(planOf(graph, 'mutation { add { b } pay }')).toEqual([
      'one mutation{add{__typename id}}',
      '  two add query{...on Item{b}}',
      '  two mutation{pay}',
    ]);
  });
});

it('ends planning with what a step throws, before much of the work is done', () => {
  const wide = Array.from({ length: 9 }, (_, index) => {
    const fields = Array.from({ length: 9 }, (_field, number) => `f${number}: Node @shareable`).join(' ');
    const query = index === 0 ? 'type Query { node: Node }' : '';
    return [`s${index}`, `${query} type Node @key(fields: "id") { id: ID! ${fields} own${index}: Int }`];
  });
  const deep = (level: number): string =>
    level === 0
      ? wide.map((_subgraph, index) => `own${index}`).join(' ')
      : wide.map((_subgraph, index) => `f${index} { ${deep(level - 1)} }`).join(' ');
  const onStep = vi.fn(() => {
    if (onStep.mock.calls.length === 200) throw new Error('too long');
  });
  const planner = plannerOf(Object.fromEntries(wide), onStep);
  expect(() => planner.plan(`{ node { ${deep(2)} } }`)).toThrow('too long');
  expect(onStep).toHaveBeenCalledTimes(200);
});

describe('is left to the general planner', () => {
  it.each([
    [
      'a computed field',
      'type Item @key(fields: "id") { id: ID! a: Int @external c: Int @requires(fields: "a") }',
      '{ item { c } }',
    ],
    [
      'a field with an override label',
      'type Item @key(fields: "id") { id: ID! a: Int @override(from: "one", label: "percent(5)") }',
      '{ item { a } }',
    ],
    [
      'a named fragment',
      'type Item @key(fields: "id") { id: ID! b: Int }',
      '{ item { ...f } } fragment f on Item { a }',
    ],
  ])('%s', (_what, two, operation) => {
    const one = 'type Query { item: Item } type Item @key(fields: "id") { id: ID! a: Int }';
    expect(planOf({ one, two }, operation)).toEqual(['undefined']);
  });

  it('an operation that would have too many positions', () => {
    const types = ['A', 'B', 'C', 'D'].map(
      (name) => `type ${name} implements Node @key(fields: "id") { id: ID! next: Node own${name}: Int }`,
    );
    const one = `type Query { node: Node } interface Node { id: ID! next: Node } ${types.join(' ')}`;
    const two = 'type A @key(fields: "id") { id: ID! far: Int }';
    const deep = (level: number): string =>
      level === 0
        ? '... on A { far }'
        : `${['A', 'B', 'C', 'D'].map((name) => `... on ${name} { own${name} next { ${deep(level - 1)} } }`).join(' ')}`;
    expect(planOf({ one, two }, `{ node { ${deep(5)} } }`)).toEqual(['undefined']);
  });
});
