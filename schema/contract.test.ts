// What is left of a subgraph's SDL in graphs that lack subgraphs that it refers to.
import { parse, print } from 'graphql';
import { expect, it } from 'vitest';
import { contractFor, contractsOf } from './contract.ts';

const link = (imports: string) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imports}])`;

const places = {
  name: 'places',
  sdl: `${link('"@key"')}
    interface Division @key(fields: "code") { code: ID! name: String }
    type District implements Division @key(fields: "code") { code: ID! name: String }
    type Query { division: Division }`,
};
const security = {
  name: 'security',
  sdl: `${link('"@key" "@interfaceObject"')}
    type Division @interfaceObject @key(fields: "code") { code: ID! cameras: Int }
    type Incident @key(fields: "id") { id: ID! place: String severity: Int }
    type Query { incidents: [Incident] }`,
};
const sanitation = {
  name: 'sanitation',
  sdl: `${link('"@key" "@interfaceObject" "@external" "@requires"')}
    type Division @interfaceObject @key(fields: "code") { code: ID! roads: Int }
    type Incident @key(fields: "id") {
      id: ID!
      place: String @external
      severity: Int @external
      vehicles: [Int] @requires(fields: "place")
      crews: [Int] @requires(fields: "... on Incident { severity place }")
      dispatches: [Int]
    }
    extend type Query { incident: Incident }`,
};
const contracts = contractsOf([places, security, sanitation]);

/** The definition of a type in the contract of a subgraph. */
const definitionIn = (subgraph: string, graph: readonly string[], type: string) => {
  const { definitions } = parse(contractFor(contracts, subgraph, graph).sdl);
  const found = definitions.find((node) => 'name' in node && node.name?.value === type);
  return found && print(found).replaceAll(/\s+/g, ' ');
};

it('is the whole SDL, as written, where nothing that it refers to is missing', () => {
  expect(contractFor(contracts, 'sanitation', ['places', 'security', 'sanitation']).sdl).toBe(sanitation.sdl);
  expect(contractFor(contracts, 'places', ['places']).sdl).toBe(places.sdl);
});

it('makes an interface object an entity where no subgraph defines the interface', () => {
  expect(definitionIn('security', ['security', 'sanitation'], 'Division')).toBe(
    'type Division @key(fields: "code") { code: ID! cameras: Int }',
  );
  expect(definitionIn('security', ['security', 'places'], 'Division')).toContain('@interfaceObject');
});

it('leaves out the fields that require a missing one, and what only they required', () => {
  expect(definitionIn('sanitation', ['sanitation', 'places'], 'Incident')).toBe(
    'type Incident @key(fields: "id") { id: ID! dispatches: [Int] }',
  );
  expect(definitionIn('sanitation', ['sanitation', 'security'], 'Incident')).toContain('vehicles');
});

it('keeps an external field of which another subgraph has an owner left', () => {
  const traffic = { name: 'traffic', sdl: 'type Incident @key(fields: "id") { id: ID! place: String }' };
  const withTraffic = contractsOf([places, security, sanitation, traffic]);
  const { sdl } = contractFor(withTraffic, 'sanitation', ['sanitation', 'traffic']);
  expect(sdl).toContain('vehicles: [Int] @requires(fields: "place")');
  expect(sdl).not.toContain('severity');
});

it('lists one contract for each set of needed subgraphs that a graph may lack', () => {
  expect(contracts.map(({ name, without }) => [name, ...without].join(' -'))).toEqual([
    'places',
    'security',
    'security -places',
    'sanitation',
    'sanitation -places',
    'sanitation -security',
    'sanitation -places -security',
  ]);
});
