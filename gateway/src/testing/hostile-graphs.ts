// Graphs and operations that are made to keep the planner busy.
import { composeSupergraph } from '@district-graph/schema/compose';

export interface HostileGraph {
  supergraph: string;
  /** By name, what makes planning long. */
  operations: Readonly<Record<string, string>>;
}

const header =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable", "@external", "@requires", "@interfaceObject"])\n';

const compose = (sdls: readonly string[]): string =>
  composeSupergraph(
    sdls.map((sdl, index) => ({ name: `s${index}`, url: `http://s${index}.test`, sdl: header + sdl })),
  );

const times = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');

const links = 9;

/**
 * Every subgraph resolves every link from node to node, so that the paths multiply at each level. With `isComputed`, the operations
 * select a field with @requires.
 */
export function linkedGraph(subgraphs: number, isComputed: boolean): HostileGraph {
  const sdlOf = (index: number): string => `
    ${index === 0 ? 'type Query { node: Node }' : ''}
    type Node @key(fields: "id") {
      id: ID!
      ${times(links, (link) => `f${link}: Node @shareable`)}
      own${index}: Int
      ${isComputed && index === 1 ? 'own0: Int @external sum: Int @requires(fields: "own0")' : ''}
    }`;
  const own = times(subgraphs, (index) => `own${index}`);
  const last = isComputed ? `sum ${own}` : own;
  const chain = (levels: number): string =>
    levels === 0
      ? last
      : `own${levels % subgraphs} own${(levels * 7) % subgraphs} f${levels % links} { ${chain(levels - 1)} }`;
  const tree = (levels: number, width: number): string =>
    levels === 0 ? last : times(width, (link) => `f${link} { ${tree(levels - 1, width)} }`);
  const aliases = times(90, (index) => `a${index}: f${index % links} { ${last} }`);
  const inFragments = times(
    500,
    (index) =>
      `fragment F${index} on Node { own${index % subgraphs} f${index % links} { own0 } ${index < 499 ? `...F${index + 1}` : last} }`,
  );
  return {
    supergraph: compose(Array.from({ length: subgraphs }, (_, index) => sdlOf(index))),
    operations: {
      'one level': `{ node { ${chain(1)} } }`,
      'eighteen levels': `{ node { ${chain(18)} } }`,
      'two levels of nine links': `{ node { ${tree(2, links)} } }`,
      'six levels of two links': `{ node { ${tree(6, 2)} } }`,
      'ninety aliases': `{ node { ${aliases} } }`,
      '500 fragments': `{ node { ...F0 } } ${inFragments}`,
    },
  };
}

/** An interface, the fields of whose types are spread over the other subgraphs; or it is an interface object there. */
export function membersGraph(members: number, subgraphs: number, isInterfaceObject: boolean): HostileGraph {
  const types = Array.from({ length: members }, (_, index) => `T${index}`);
  const first = `
    type Query { node: Node }
    interface Node ${isInterfaceObject ? '@key(fields: "id")' : ''} { id: ID! next: Node }
    ${types.map((type) => `type ${type} implements Node @key(fields: "id") { id: ID! next: Node own${type}: Int }`).join(' ')}`;
  const sdlOf = (index: number): string =>
    isInterfaceObject
      ? `type Node @interfaceObject @key(fields: "id") { id: ID! far${index}: Int }`
      : types.map((type) => `type ${type} @key(fields: "id") { id: ID! far${index}${type}: Int }`).join(' ');
  const farOf = (type: string): string =>
    times(subgraphs - 1, (index) => (isInterfaceObject ? `far${index}` : `far${index}${type}`));
  const four = types.slice(0, 4);
  const nested = (levels: number): string =>
    levels === 0
      ? `... on T0 { ${farOf('T0')} }`
      : four
          .map((type, index) => {
            const inside = index === levels % 4 ? nested(levels - 1) : 'id';
            return `... on ${type} { own${type} ${isInterfaceObject ? 'far0' : `far0${type}`} next { ${inside} } }`;
          })
          .join(' ');
  const split = (levels: number): string =>
    four
      .map((type) => `... on ${type} { a${type}: next { ${levels === 0 ? 'id' : split(levels - 1)} } }`)
      .join(' ');
  const ofAll = types.map((type) => `... on ${type} { ${farOf(type)} }`).join(' ');
  return {
    supergraph: compose([first, ...Array.from({ length: subgraphs - 1 }, (_, index) => sdlOf(index))]),
    operations: {
      'conditions nested 12 deep': `{ node { ${nested(12)} } }`,
      'conditions on each type at five levels': `{ node { ${split(4)} } }`,
      'conditions on all types below 15 levels': `{ node { ${'next { '.repeat(15)} ${ofAll} ${'} '.repeat(15)} } }`,
    },
  };
}
