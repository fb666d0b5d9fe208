import { describe, expect, it, vi } from 'vitest';
import { linesOf, plannerOf, planOf } from '../testing/planned-lines.ts';

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

  it('are taken from a further subgraph at the start where that saves a stage', () => {
    const graph = {
      one: 'type Query { q: [E] @shareable } type E @key(fields: "code") { code: ID! d: Int }',
      two: 'type Query { q: [E] @shareable } type E @key(fields: "id") @key(fields: "code") { id: ID! code: ID! }',
      three: 'type E @key(fields: "id") { id: ID! y: Int }',
    };
    expect(planOf(graph, '{ q { d y } }')).toEqual([
      'one {q{d}}',
      'two {q{__typename id}}',
      '  three q.@ query{...on E{y}}',
    ]);
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

  it('are fetched once for the types of which the same is selected', () => {
    const graph = {
      one: 'type Query { u: [U] } union U = City | Town interface Area @key(fields: "code") { code: ID! } type City implements Area @key(fields: "code") { code: ID! } type Town implements Area @key(fields: "code") { code: ID! }',
      two: 'type Area @key(fields: "code") @interfaceObject { code: ID! beds: Int }',
    };
    expect(planOf(graph, '{ u { ... on Area { beds } } }')).toEqual([
      'one {u{__typename ...on City{__typename code} ...on Town{__typename code}}}',
      '  two u.@ query{...on Area{beds}}',
    ]);
  });

  it('are of no type that the subgraph which returns them does not define', () => {
    const graph = {
      one: 'interface Area @key(fields: "code") { code: ID! } type City implements Area @key(fields: "code") { code: ID! } type Town implements Area @key(fields: "code") { code: ID! name: String }',
      two: 'type Area @key(fields: "code") @interfaceObject { code: ID! beds: Int }',
      three:
        'type Query { here: Area } interface Area { code: ID! } type City implements Area @key(fields: "code") { code: ID! size: Int }',
    };
    expect(planOf(graph, '{ here { ... on Town { name } ... on City { size } } }')).toEqual([
      'three {here{__typename ...on City{size}}}',
    ]);
    expect(planOf(graph, '{ here { ... on Town { name } } }')).toEqual(['three {here{__typename}}']);
  });

  it('are planned in few steps however deep they are nested', () => {
    const graph = {
      one: 'type Query { book: Book } interface Media @key(fields: "id") { id: ID! } type Book implements Media @key(fields: "id") { id: ID! u: Int } type Film implements Media @key(fields: "id") { id: ID! }',
      two: 'type Media @interfaceObject @key(fields: "id") { id: ID! rel: Media n: Int }',
    };
    const nested = (depth: number): string =>
      depth === 0 ? 'n' : `n rel { ... on Book { u ${nested(depth - 1)} } }`;
    let steps = 0;
    const planner = plannerOf(graph, () => {
      steps += 1;
    });
    const stepsFor = (depth: number) => {
      steps = 0;
      expect(planner.plan(`{ book { ${nested(depth)} } }`)).toBeTruthy();
      return steps;
    };
    expect(stepsFor(18)).toBeLessThan(2.5 * stepsFor(9));
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
