// How the own planner selects the objects of unions and interfaces.
import { describe, expect, it } from 'vitest';
import { planOf } from '../testing/planned-lines.ts';

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

  it('are fetched together with those of other types, each by its key', () => {
    const entities = {
      one: 'type Query { found: [Found!] } union Found = Book | Film type Book @key(fields: "id") { id: ID! } type Film @key(fields: "code") { code: ID! }',
      two: 'type Book @key(fields: "id") { id: ID! rating: Int } type Film @key(fields: "code") { code: ID! rating: Int length: Int }',
    };
    expect(planOf(entities, '{ found { ... on Book { rating } ... on Film { rating length } } }')).toEqual([
      'one {found{__typename ...on Book{__typename id} ...on Film{__typename code}}}',
      '  two found.@ query{...on Book{rating} ...on Film{rating length}}',
    ]);
  });

  it('are fetched apart where the types of their fields are in conflict', () => {
    const entities = {
      one: 'type Query { found: [Found!] } union Found = Book | Film type Book @key(fields: "id") { id: ID! } type Film @key(fields: "id") { id: ID! }',
      two: 'type Book @key(fields: "id") { id: ID! rating: Int! @shareable } type Film @key(fields: "id") { id: ID! rating: Int }',
      three: 'type Book @key(fields: "id") { id: ID! rating: Int @shareable }',
    };
    const lines = planOf(entities, '{ found { ... on Book { rating } ... on Film { rating } } }');
    expect(lines.filter((line) => line.startsWith('  '))).toHaveLength(2);
  });

  it('are selected of what the subgraph returns that the objects come from', () => {
    const graph = {
      s0: 'type Query { u: [U] } union U = A | B type A @key(fields: "id") { id: ID! } type B @key(fields: "id") { id: ID! }',
      s1: 'interface Node { id: ID! x: I! } type A implements Node @key(fields: "id") { id: ID! x: I! } interface I { owner: User } type P implements I { owner: User @shareable p: Int @shareable } type User @key(fields: "id") { id: ID! }',
      s2: 'interface Node { id: ID! x: I } type B implements Node @key(fields: "id") { id: ID! x: I } interface I { owner: User } type P implements I { owner: User @shareable p: Int @shareable } type Q implements I { owner: User q: Int } type User @key(fields: "id") { id: ID! }',
      s3: 'type User @key(fields: "id") { id: ID! name: String }',
    };
    const lines = planOf(graph, '{ u { ... on Node { x { owner { name } ... on Q { q } } } } }').join('\n');
    expect(lines).toContain('s1 u.@ query{...on A{x{__typename owner{__typename id}}}}');
    expect(lines).toContain('s2 u.@ query{...on B{x{__typename owner{__typename id} ...on Q{q}}}}');
  });

  it('are selected by another interface where that has other arguments', () => {
    const interfaces = {
      one: 'type Query { i: [I] } interface I { id: ID! x: Int } interface J { id: ID! x(a: Int): Int } type A implements I & J @key(fields: "id") { id: ID! x(a: Int): Int } type B implements I & J @key(fields: "id") { id: ID! x(a: Int): Int }',
      two: 'type A @key(fields: "id") { id: ID! far: Int }',
    };
    const [first] = planOf(interfaces, '{ i { ... on J { x(a: 1) } ... on A { far } } }');
    expect(first).not.toMatch(/i\{__typename x\(/);
  });

  it('are left to the general planner where a whole selection is beside another of the same name', () => {
    const graph = {
      one: 'type Query { u: [U] } union U = A | B type A @key(fields: "id") { id: ID! x: I } type B @key(fields: "id") { id: ID! x: T } interface I { y: Int } type K implements I { y: Int } type T @key(fields: "id") { id: ID! y: Int! @shareable }',
      two: 'type T @key(fields: "id") { id: ID! y: Int @shareable z: Int }',
    };
    expect(planOf(graph, '{ u { ... on A { x { y } } ... on B { x { y } } } }')).toEqual(['undefined']);
  });

  it('are left to the general planner where an object type narrows a field of its interface', () => {
    const narrowed = {
      one: 'type Query { i: I } interface I { b: [ID] } type A implements I { b: [ID!] } union U = A',
    };
    expect(planOf(narrowed, '{ i { ... on U { ... on I { b } ... on A { b } } } }')).toEqual(['undefined']);
    expect(planOf(narrowed, '{ i { b } }')).toEqual(['one {i{__typename b}}']);
  });

  it('are left to the general planner where they would be repeated for each type at each level', () => {
    const types = Array.from({ length: 8 }, (_, n) => `M${n}`);
    const repeated = {
      one: `type Query { node: U } union U = ${types.join(' | ')} interface Node { id: ID! next: U } ${types.map((type) => `type ${type} implements Node @key(fields: "id") { id: ID! next: U }`).join(' ')}`,
      two: 'type M0 @key(fields: "id") { id: ID! far: Int }',
    };
    const nested = (depth: number): string =>
      depth === 0 ? '... on M0 { far }' : `... on Node { next { ${nested(depth - 1)} } }`;
    expect(planOf(repeated, `{ node { ${nested(1)} } }`)).toHaveLength(2);
    expect(planOf(repeated, `{ node { ${nested(4)} } }`)).toEqual(['undefined']);
  });
});
