// A plan stays in use across changes of the supergraph as long as no part that it depends on has changed.
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { composeSupergraph } from '@district-graph/schema/compose';
import { type DefinitionNode, type DocumentNode, Kind, parse, print, visit } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { correctedPlanner } from '../apollo-planner/corrected-planner.ts';
import { convertPlan } from '../apollo-planner/plan-conversion.ts';
import { KeyPlanner } from '../query-planner/key-planner.ts';
import { indexSupergraph } from '../query-planner/supergraph-index.ts';
import { digestOf, supergraphParts } from './supergraph-parts.ts';
import { planningSupergraph } from './supergraph-rewrites.ts';
import { TouchedPartsIndex } from './touched-parts.ts';

const header =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@override", "@inaccessible", "@interfaceObject"])\n';

const subgraphs: Readonly<Record<string, string>> = {
  roads: `
    type Query { road(id: ID): Road best: Best works: [Work] area: Area unrelated: Unrelated }
    type Road @key(fields: "id") @key(fields: "code") { id: ID! code: ID! name: String @shareable length: Int works: [Work] }
    type Work @key(fields: "id") { id: ID! road: Road title: String firm: Firm @provides(fields: "name") }
    type Firm @key(fields: "id") { id: ID! name: String @external }
    union Best = Road | Work
    interface Area @key(fields: "id") { id: ID! label: String }
    type City implements Area @key(fields: "id") { id: ID! label: String mayor: String }
    type Town implements Area @key(fields: "id") { id: ID! label: String }
    type Unrelated @key(fields: "id") { id: ID! note: String state: State }
    enum State { OPEN CLOSED }
  `,
  works: `
    type Road @key(fields: "id") { id: ID! name: String @shareable length: Int @external cost: Int @requires(fields: "length") crew: Crew }
    type Work @key(fields: "id") { id: ID! cost: Int }
    type Crew @key(fields: "id") { id: ID! size: Int chief: Crew }
    type Unrelated @key(fields: "id") { id: ID! more: Crew hidden: Int @inaccessible }
  `,
  firms: `
    type Firm @key(fields: "id") { id: ID! name: String @shareable rating: Int }
    type Area @key(fields: "id") @interfaceObject { id: ID! firms: [Firm] }
    type Query { firm(id: ID): Firm }
  `,
};

const operations = [
  '{ road(id: 1) { name length } }',
  '{ road(id: 1) { cost crew { size chief { id } } works { title cost firm { name } } } }',
  '{ best { ... on Road { name code } ... on Work { title firm { rating } } } }',
  '{ works { road { crew { id } } firm { name rating } } }',
  '{ area { id label firms { name } ... on City { mayor } } }',
  '{ firm(id: 1) { rating } }',
].map((query) => parse(query, { noLocation: true }));

const composed = (
  change = (sdl: string): string => sdl,
  others: Record<string, string> = {},
  host = '127.0.0.1',
): DocumentNode => {
  const all = Object.entries({ ...subgraphs, ...others }).map(([name, sdl]) => ({
    name,
    url: `http://${host}/${name}`,
    sdl: header + change(sdl),
  }));
  return parse(composeSupergraph(all), { noLocation: true });
};

const digestsOn = (supergraph: DocumentNode, touched: ReturnType<TouchedPartsIndex['of']>[]) => {
  const parts = supergraphParts(planningSupergraph(supergraph).document, 'client_');
  return touched.map((each) => each && digestOf(each, parts));
};

const touchedOn = (supergraph: DocumentNode) => {
  const index = new TouchedPartsIndex(planningSupergraph(supergraph).document);
  return operations.map((operation) => index.of(operation));
};

let supergraph: DocumentNode;
beforeAll(() => {
  supergraph = composed();
});

/** The operations, by number, whose plans are made anew. */
function replanned(changed: DocumentNode): number[] {
  const touched = touchedOn(supergraph);
  const before = digestsOn(supergraph, touched);
  const after = digestsOn(changed, touched);
  return operations.flatMap((_operation, index) => (before[index] === after[index] ? [] : [index]));
}

describe('plans are made anew for operations', () => {
  it.each<[what: string, numbers: number[], ...changes: [from: string, to: string][]]>([
    ['no, where another type changes', [], ['note: String state', 'note: Int state']],
    ['no, where an enum that they do not select changes', [], ['OPEN CLOSED', 'OPEN']],
    [
      'no, where a root type gets a field',
      [],
      ['unrelated: Unrelated }', 'unrelated: Unrelated other: Int }'],
    ],
    ['no, where an entity gets a field', [], ['title: String firm', 'title: String end: String firm']],
    ['no, where an interface object gets a field', [], ['firms: [Firm] }', 'firms: [Firm] count: Int }']],
    ['no, where a description changes', [], ['union Best', '"The best." union Best']],
    [
      'with a field that another subgraph takes over',
      [1, 2, 3],
      [
        'rating: Int }',
        'rating: Int } type Work @key(fields: "id") { id: ID! title: String @override(from: "roads") }',
      ],
    ],
    [
      'with a type whose key changes',
      [1, 2, 3, 4, 5],
      [
        'type Firm @key(fields: "id") { id: ID! name: String @e',
        'type Firm @key(fields: "id", resolvable: false) { id: ID! name: String @e',
      ],
    ],
    ['with a field that is no longer to be seen', [4], ['mayor: String }', 'mayor: String @inaccessible }']],
    ['with a union that gets a member', [2], ['Road | Work', 'Road | Work | City']],
    [
      'with an interface that another type implements',
      [4],
      ['enum State', 'type Village implements Area @key(fields: "id") { id: ID! label: String } enum State'],
    ],
    ['with a field of an interface object that changes', [4], ['firms: [Firm] }', 'firms: [Firm!] }']],
    [
      'with a field that requires another',
      [0, 1, 2, 3],
      [
        'cost: Int @requires(fields: "length")',
        'code: ID! @external cost: Int @requires(fields: "length code")',
      ],
    ],
    [
      'with a field that provides another',
      [1, 2, 3, 4],
      ['@provides(fields: "name")', ''],
      ['name: String @external }', 'name: String @shareable }'],
    ],
    ['with a field of another type', [1], ['size: Int', 'size: String']],
  ])('%s', (_what, numbers, ...edits) => {
    const changed = composed((sdl) => edits.reduce((text, [from, to]) => text.replace(from, to), sdl));
    expect(print(changed)).not.toBe(print(supergraph));
    expect(replanned(changed)).toEqual(numbers);
  });

  it('all, where a subgraph is added', () => {
    expect(replanned(composed((sdl) => sdl, { z: 'type Query { z: Int }' }))).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('all, where a subgraph gets a key of another name, which decides on requests without required fields', () => {
    const withKey = (sdl: string) =>
      sdl.replace(
        'type Unrelated @key(fields: "id") { id: ID! more',
        'type Unrelated @key(fields: "id") @key(fields: "uid") { uid: ID! id: ID! more',
      );
    expect(replanned(composed(withKey))).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('none, where a subgraph has another address', () => {
    expect(replanned(composed((sdl) => sdl, {}, '127.0.0.2'))).toEqual([]);
  });
});

/** Every supergraph that lacks one field, one directive of a type or field, or one argument of such a directive. */
function* changes(document: DocumentNode): Generator<DocumentNode> {
  const removable: object[] = [];
  for (const definition of document.definitions) {
    if (!isComposite(definition)) continue;
    visit(definition, {
      FieldDefinition: (field) => void removable.push(field),
      Directive: (directive) => {
        if (directive.name.value.startsWith('join__'))
          removable.push(directive, ...(directive.arguments ?? []));
      },
    });
  }
  for (const removed of removable)
    yield visit(document, { enter: (node) => (node === removed ? null : undefined) });
}

const isComposite = ({ kind }: DefinitionNode): boolean =>
  kind === Kind.OBJECT_TYPE_DEFINITION ||
  kind === Kind.INTERFACE_TYPE_DEFINITION ||
  kind === Kind.UNION_TYPE_DEFINITION;

function ownPlannerOn(rewritten: DocumentNode) {
  const index = indexSupergraph(rewritten);
  const planner = index && new KeyPlanner(index);
  return ({ definitions: [operation] }: DocumentNode) =>
    operation?.kind === Kind.OPERATION_DEFINITION ? planner?.plan(operation, 1000) : undefined;
}

/** Makes the plans of both planners; null for a supergraph that is not valid. */
async function plannersOn(document: DocumentNode) {
  const QueryPlanner = await planners;
  const rewritten = planningSupergraph(document);
  const own = ownPlannerOn(rewritten.document);
  const toPlan = Supergraph.build(rewritten.document, { validateSupergraph: false });
  let apollos: InstanceType<typeof QueryPlanner>;
  try {
    Supergraph.build(print(document), { validateSupergraph: true });
    apollos = new QueryPlanner(toPlan, { reuseQueryFragments: false });
  } catch {
    return null;
  }
  return (operation: DocumentNode) => {
    const { node } = apollos.buildQueryPlan(
      operationFromDocument(toPlan.apiSchema(), operation, { validate: false }),
    );
    if (node?.kind === 'Subscription') throw new Error('no subscription was planned');
    return { own: own(operation), apollo: node && convertPlan(node, rewritten) };
  };
}
const planners = correctedPlanner();

it('both planners make the same plan while no touched part changes, whatever is removed', async () => {
  const touched = touchedOn(supergraph);
  const before = digestsOn(supergraph, touched);
  const plan = await plannersOn(supergraph);
  const plans = operations.map((operation) => plan?.(operation));
  const counts = { same: 0, changed: 0 };
  for (const [number, other] of [...changes(supergraph)].entries()) {
    const after = digestsOn(other, touched);
    const same = operations.flatMap((operation, index) =>
      after[index] === before[index] ? [{ operation, index }] : [],
    );
    counts.changed += operations.length - same.length;
    const own = ownPlannerOn(planningSupergraph(other).document);
    for (const { operation, index } of same)
      expect(own(operation), print(operation)).toEqual(plans[index]?.own);
    // Apollo's planner takes a hundred times as long.
    const planOn = number % 5 === 0 && same.length > 0 ? await plannersOn(other) : null;
    for (const { operation, index } of planOn ? same : []) {
      expect(planOn?.(operation), print(operation)).toEqual(plans[index]);
      counts.same += 1;
    }
  }
  expect(counts.same).toBeGreaterThan(50);
  expect(counts.changed).toBeGreaterThan(50);
}, 60_000);
