// What the supergraph protects, and every way to it: each field that gives a protected type, behind the shortest path.
import { readFileSync } from 'node:fs';
import { readSdl } from '@district-graph/kit/schema/sdl';
import { listedSubgraphs } from '@district-graph/schema/registry';
import {
  buildASTSchema,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  parse,
} from 'graphql';
import type { Ids } from './protected-records.ts';

export interface Rule {
  scope: string;
  mask: string | null;
  /** Where the scope is needed: what the argument or the parent's field names. */
  within: string | null;
}

type Composite = GraphQLObjectType | GraphQLInterfaceType;
type Field = GraphQLField<unknown, unknown>;

export interface Protected {
  type: Composite;
  ofType: Rule | null;
  /** Of each field, its own rule or null. */
  fields: Map<string, Rule | null>;
}

/** A way to the records of a type: the fields from the root, each as it is written. */
export interface Way {
  /** `Incident.elder`, or `_entities` of a subgraph. */
  name: string;
  /** The type whose protected fields stand at its end. */
  type: string;
  query: string;
  /** The keys of the answer from the root to the record; a list is entered by its first. */
  path: readonly string[];
  /** The subgraph that is asked directly; null for the gateway. */
  subgraph: string | null;
}

export const supergraph: GraphQLSchema = buildASTSchema(
  parse(readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8')),
  { assumeValid: true },
);

function ruleOf(of: Composite | Field): Rule | null {
  const node = of.astNode?.directives?.find(({ name }) => name.value === 'access');
  if (!node) return null;
  const text = (argument: string) => {
    const value = node.arguments?.find(({ name }) => name.value === argument)?.value;
    return value?.kind === 'StringValue' ? value.value : null;
  };
  return { scope: text('scope') ?? '', mask: text('mask'), within: text('within') };
}

const composites = Object.values(supergraph.getTypeMap()).filter(
  (type): type is Composite =>
    (isObjectType(type) || isInterfaceType(type)) && !type.name.startsWith('__') && type.name !== 'Mutation',
);

/** The types that are protected, or some of whose fields are. Mutations are tried one by one, elsewhere. */
export const protectedTypes: ReadonlyMap<string, Protected> = new Map(
  composites.flatMap((type) => {
    const ofType = ruleOf(type);
    const fields = new Map(Object.values(type.getFields()).map((field) => [field.name, ruleOf(field)]));
    const isProtected = ofType !== null || [...fields.values()].some((rule) => rule !== null);
    return isProtected ? [[type.name, { type, ofType, fields }] as const] : [];
  }),
);

/** The types that each subgraph protects as a whole, as `<subgraph> <type>`: of another bureau's record it has but the key. */
const protectedInSubgraphs = new Set(
  listedSubgraphs.flatMap(({ name }) =>
    parse(readSdl(new URL(`../../subgraphs/${name}/`, import.meta.url))).definitions.flatMap((definition) =>
      'directives' in definition &&
      'name' in definition &&
      definition.directives?.some((directive) => directive.name.value === 'access')
        ? [`${name} ${definition.name?.value}`]
        : [],
    ),
  ),
);

/** Whether the field stands on a mere reference to another subgraph's record in every subgraph that resolves it. */
export function isOnReference({ type, ofType }: Protected, name: string): boolean {
  const field = type.getFields()[name] as Field;
  const subgraphs = joinsOf(type).filter(({ subgraph }) => isFieldOf(field, subgraph));
  return (
    ofType !== null &&
    subgraphs.every(({ subgraph }) => !protectedInSubgraphs.has(`${subgraph} ${type.name}`))
  );
}

/** The values by which the town's records are found; null for an argument of something else. */
function argumentOf(name: string, gives: string, ids: Ids): string | null {
  const values: Record<string, string | undefined> = {
    id: ids[gives] && `"${ids[gives]}"`,
    code: '"410105"',
    within: '"410105"',
    deviceCode: '"41010500081320000001"',
    at: '{ longitude: 113.68, latitude: 34.79 }',
    withinMetres: '5000',
    kind: 'SPRINKLER',
    period: '{ from: "2020-01-01", to: "2069-12-31" }',
  };
  const value = values[name];
  return value ? `${name}: ${value}` : null;
}

/** The field as it is asked for; null where it needs what the town has not. */
function asAsked(field: Field, ids: Ids): string | null {
  const gives = getNamedType(field.type).name;
  const given = field.args.filter(
    (argument) => isRequiredArgument(argument) || ['within', 'period'].includes(argument.name),
  );
  const texts = given.map(({ name }) => argumentOf(name, gives, ids));
  if (texts.includes(null)) return null;
  return texts.length ? `${field.name}(${texts.join(', ')})` : field.name;
}

function written(field: Field, ids: Ids): string {
  const text = asAsked(field, ids);
  if (text === null) throw new Error(`the town has nothing for the arguments of ${field.name}`);
  return text;
}

interface Step {
  text: string;
  key: string;
}

/** The shortest way from the root of queries to each type. */
function shortest(ids: Ids): Map<string, Step[]> {
  const ways = new Map<string, Step[]>([['Query', []]]);
  for (const [from, steps] of ways) {
    const type = supergraph.getType(from) as Composite;
    for (const field of Object.values(type.getFields())) {
      const gives = getNamedType(field.type);
      if (isLeafType(gives) || ways.has(gives.name) || gives.name === 'Viewer') continue;
      // Devices of one kind and records that only refusals name are found by other ways.
      if (!isObjectType(gives) && !isInterfaceType(gives)) continue;
      const text = asAsked(field, ids);
      if (text === null) continue;
      ways.set(gives.name, [...steps, { text, key: field.name }]);
      if (!isInterfaceType(gives)) continue;
      for (const { name } of supergraph.getPossibleTypes(gives))
        ways.set(name, [
          ...steps,
          { text: `${written(field, { ...ids, [gives.name]: ids[name] ?? '' })}`, key: field.name },
          { text: `... on ${name}`, key: '' },
        ]);
    }
  }
  // What is the viewer's own is no way of anybody else's to anything.
  ways.set('Viewer', [{ text: 'viewer', key: 'viewer' }]);
  return ways;
}

/** What is selected of a protected type: each field, and of what it gives one value that is not protected. */
function selectionOf(type: Composite, ids: Ids): string {
  const selections = Object.values(type.getFields()).flatMap((field) => {
    if (field.name.startsWith('_')) return [];
    const gives = getNamedType(field.type);
    const text = written(field, ids);
    if (isLeafType(gives)) return [text];
    if (!isObjectType(gives) && !isInterfaceType(gives)) return [];
    const fields = gives.getFields();
    if (fields.pageInfo) return [`${text} { totalCount pageInfo { endCursor } }`];
    if (protectedTypes.get(gives.name)?.ofType) return [`${text} { __typename }`];
    const key = ['code', 'id'].find((name) => name in fields);
    const leaves = Object.values(fields).filter((leaf) => isLeafType(getNamedType(leaf.type)));
    return [`${text} { ${key ?? leaves.map(({ name }) => name).join(' ')} }`];
  });
  return `__typename ${selections.join(' ')}`;
}

const nested = (steps: readonly Step[], inner: string): string =>
  steps.reduceRight((text, { text: step }) => `${step} { ${text} }`, inner);

/** Every way by queries at the gateway: each field that gives what is protected, at least once. */
export function waysByQuery(ids: Ids): Way[] {
  const begin = shortest(ids);
  const ways: Way[] = [];
  const add = (name: string, type: string, steps: Step[]) => {
    const { type: composite } = protectedTypes.get(type) as Protected;
    const path = steps.map(({ key }) => key).filter((key) => key !== '');
    const query = `query Walk { ${nested(steps, selectionOf(composite, ids))} }`;
    ways.push({ name, type, query, path, subgraph: null });
  };
  for (const parent of composites) {
    const steps = begin.get(parent.name);
    if (!steps || parent.name === 'Subscription') continue;
    for (const field of Object.values(parent.getFields())) {
      const gives = getNamedType(field.type);
      const node = 'getFields' in gives ? gives.getFields().nodes : undefined;
      const type = String(node ? getNamedType((node as Field).type) : gives);
      const found = protectedTypes.get(type);
      if (!found || type === 'SecurityOverview' || type === 'Query') continue;
      const name = `${parent.name}.${field.name}`;
      const kinds = isInterfaceType(found.type)
        ? [null, ...supergraph.getPossibleTypes(found.type).map((kind) => kind.name)]
        : [null];
      for (const kind of kinds) {
        const reached = kind && !node ? { ...ids, [type]: ids[kind] ?? '' } : ids;
        const walked = [
          ...steps,
          { text: written(field, reached), key: field.name },
          ...(node ? [{ text: 'nodes', key: 'nodes' }] : []),
        ];
        if (kind) add(`${name} (${kind})`, kind, [...walked, { text: `... on ${kind}`, key: '' }]);
        else add(name, type, walked);
      }
    }
  }
  // The root and the overviews of divisions: each protected field by itself, so that one refusal is not another's.
  for (const type of ['Query', 'SecurityOverview']) {
    const { type: composite, fields } = protectedTypes.get(type) as Protected;
    const steps = begin.get(type) as Step[];
    for (const [name, rule] of fields) {
      if (!rule) continue;
      const field = composite.getFields()[name] as Field;
      const inner = `${written(field, ids)} { ${'pageInfo' in (getNamedType(field.type) as Composite).getFields() ? 'pageInfo { endCursor } edges { cursor }' : '__typename'} }`;
      ways.push({
        name: `${type}.${name}`,
        type,
        query: `query Walk { ${nested(steps, inner)} }`,
        path: steps.map(({ key }) => key),
        subgraph: null,
      });
    }
  }
  return ways;
}

/** The ways by live news. */
export function waysByNews(ids: Ids): Way[] {
  const { type } = protectedTypes.get('Subscription') as Protected;
  return Object.values(type.getFields()).flatMap((field) => {
    const gives = getNamedType(field.type).name;
    const found = protectedTypes.get(gives);
    if (!found) return [];
    const query = `subscription Walk { ${written(field, ids)} { ${selectionOf(found.type, ids)} } }`;
    return [{ name: `Subscription.${field.name}`, type: gives, query, path: [field.name], subgraph: null }];
  });
}

/** The ways by `_entities` of each subgraph, as one who reaches it directly would ask. */
export function waysByEntities(ids: Ids): Way[] {
  const ways: Way[] = [];
  for (const { type } of protectedTypes.values()) {
    if (isInterfaceType(type)) continue;
    for (const { subgraph, keys } of joinsOf(type)) {
      if (!keys.has('id') || !ids[type.name]) continue;
      const own = Object.values(type.getFields()).filter((field) => isFieldOf(field, subgraph));
      const chosen = {
        ...type,
        getFields: () => Object.fromEntries(own.map((field) => [field.name, field])),
      };
      const inner = selectionOf(chosen as unknown as Composite, ids);
      ways.push({
        name: `_entities of ${subgraph}`,
        type: type.name,
        query: `query Walk { _entities(representations: [{ __typename: "${type.name}", id: "${ids[type.name]}" }]) { ... on ${type.name} { ${inner} } } }`,
        path: ['_entities'],
        subgraph,
      });
    }
  }
  return ways;
}

const enumText = (value: string) => value.toLowerCase().replaceAll('_', '-');

/** The subgraphs that have the type, each with its keys. */
function joinsOf(type: Composite): { subgraph: string; keys: Set<string> }[] {
  const subgraphs = new Map<string, Set<string>>();
  for (const { name, arguments: given } of type.astNode?.directives ?? []) {
    if (name.value !== 'join__type') continue;
    const value = (argument: string) => given?.find((each) => each.name.value === argument)?.value;
    const graph = value('graph');
    const key = value('key');
    if (graph?.kind !== 'EnumValue') continue;
    const keys = subgraphs.get(enumText(graph.value)) ?? new Set<string>();
    if (key?.kind === 'StringValue') keys.add(key.value);
    subgraphs.set(enumText(graph.value), keys);
  }
  return [...subgraphs].map(([subgraph, keys]) => ({ subgraph, keys }));
}

/** Whether the subgraph resolves the field: without a word, every subgraph of the type does. */
function isFieldOf(field: Field, subgraph: string): boolean {
  const joins = field.astNode?.directives?.filter(({ name }) => name.value === 'join__field') ?? [];
  if (joins.length === 0) return true;
  return joins.some(({ arguments: given = [] }) => {
    const graph = given.find(({ name }) => name.value === 'graph')?.value;
    const isExternal = given.some(({ name }) => name.value === 'external');
    return graph?.kind === 'EnumValue' && enumText(graph.value) === subgraph && !isExternal;
  });
}
