// The protected types of the supergraph, and every route to them: each field that returns a protected type, after the shortest path to it.
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
import type { Ids } from './community-records.ts';

export interface Rule {
  scope: string;
  mask: string | null;
  /** The argument or parent field with the division in which the scope is required. */
  within: string | null;
}

type Composite = GraphQLObjectType | GraphQLInterfaceType;
type Field = GraphQLField<unknown, unknown>;

export interface Protected {
  type: Composite;
  ofType: Rule | null;
  /** The rule of each field, or null. */
  fields: Map<string, Rule | null>;
}

/** A route to the records of a type: the fields from the root, each with its arguments. */
export interface Route {
  /** `Incident.elder`, or `_entities` of a subgraph. */
  name: string;
  /** The type at its end, whose protected fields are selected. */
  type: string;
  query: string;
  /** The response keys from the root to the record. */
  path: readonly string[];
  /** The subgraph that the query is sent to; null for the gateway. */
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

/** The types with an access rule, or with fields that have one. Mutations are tested elsewhere. */
export const protectedTypes: ReadonlyMap<string, Protected> = new Map(
  composites.flatMap((type) => {
    const ofType = ruleOf(type);
    const fields = new Map(Object.values(type.getFields()).map((field) => [field.name, ruleOf(field)]));
    const isProtected = ofType !== null || [...fields.values()].some((rule) => rule !== null);
    return isProtected ? [[type.name, { type, ofType, fields }] as const] : [];
  }),
);

/** The types that each subgraph protects as a whole, as `<subgraph> <type>`. Of records of other bureaus it stores only the key. */
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

/** Whether every subgraph that resolves the field stores only a reference to the record. */
export function isOnReference({ type, ofType }: Protected, name: string): boolean {
  const field = type.getFields()[name] as Field;
  const subgraphs = joinsOf(type).filter(({ subgraph }) => isFieldOf(field, subgraph));
  return (
    ofType !== null &&
    subgraphs.every(({ subgraph }) => !protectedInSubgraphs.has(`${subgraph} ${type.name}`))
  );
}

/** An argument that finds the test records; null for an argument without a known value. */
function argumentOf(name: string, resultType: string, ids: Ids): string | null {
  const values: Record<string, string | undefined> = {
    id: ids[resultType] && `"${ids[resultType]}"`,
    code: '"410105"',
    within: '"410105"',
    deviceCode: '"41010500081320000001"',
    gridCode: '"410105007001001"',
    at: '{ longitude: 113.68, latitude: 34.79 }',
    withinMetres: '5000',
    kind: 'SPRINKLER',
    status: 'REPORTED',
    period: '{ from: "2020-01-01", to: "2069-12-31" }',
  };
  const value = values[name];
  return value ? `${name}: ${value}` : null;
}

/** The field with its arguments; null when there is no value for one of them. */
function fieldText(field: Field, ids: Ids): string | null {
  const result = getNamedType(field.type).name;
  const args = field.args.filter(
    (argument) => isRequiredArgument(argument) || ['within', 'period'].includes(argument.name),
  );
  const texts = args.map(({ name }) => argumentOf(name, result, ids));
  if (texts.includes(null)) return null;
  return texts.length ? `${field.name}(${texts.join(', ')})` : field.name;
}

function requiredFieldText(field: Field, ids: Ids): string {
  const text = fieldText(field, ids);
  if (text === null) throw new Error(`no value for the arguments of ${field.name}`);
  return text;
}

interface Step {
  text: string;
  key: string;
}

/** The shortest path from Query to each type. */
function shortestPaths(ids: Ids): Map<string, Step[]> {
  const routes = new Map<string, Step[]>([['Query', []]]);
  for (const [from, steps] of routes) {
    const type = supergraph.getType(from) as Composite;
    for (const field of Object.values(type.getFields())) {
      const result = getNamedType(field.type);
      if (isLeafType(result) || routes.has(result.name) || result.name === 'Viewer') continue;
      // Unions have no fields of their own; their members are reached by other routes.
      if (!isObjectType(result) && !isInterfaceType(result)) continue;
      const text = fieldText(field, ids);
      if (text === null) continue;
      routes.set(result.name, [...steps, { text, key: field.name }]);
      if (!isInterfaceType(result)) continue;
      for (const { name } of supergraph.getPossibleTypes(result))
        routes.set(name, [
          ...steps,
          {
            text: `${requiredFieldText(field, { ...ids, [result.name]: ids[name] ?? '' })}`,
            key: field.name,
          },
          { text: `... on ${name}`, key: '' },
        ]);
    }
  }
  // Viewer leads only to the viewer's own records, so it is no path to other types.
  routes.set('Viewer', [{ text: 'viewer', key: 'viewer' }]);
  return routes;
}

/** The selection set for a protected type: each field, and of an object one value that is not protected. */
function selectionOf(type: Composite, ids: Ids): string {
  const selections = Object.values(type.getFields()).flatMap((field) => {
    if (field.name.startsWith('_')) return [];
    const result = getNamedType(field.type);
    const text = requiredFieldText(field, ids);
    if (isLeafType(result)) return [text];
    if (!isObjectType(result) && !isInterfaceType(result)) return [];
    const fields = result.getFields();
    if (fields.pageInfo) return [`${text} { totalCount pageInfo { endCursor } }`];
    if (protectedTypes.get(result.name)?.ofType) return [`${text} { __typename }`];
    const key = ['code', 'id'].find((name) => name in fields);
    const leaves = Object.values(fields).filter((leaf) => isLeafType(getNamedType(leaf.type)));
    return [`${text} { ${key ?? leaves.map(({ name }) => name).join(' ')} }`];
  });
  return `__typename ${selections.join(' ')}`;
}

const nested = (steps: readonly Step[], inner: string): string =>
  steps.reduceRight((text, { text: step }) => `${step} { ${text} }`, inner);

/** The routes by queries to the gateway: each field that returns a protected type, at least once. */
export function routesByQuery(ids: Ids): Route[] {
  const paths = shortestPaths(ids);
  const routes: Route[] = [];
  const add = (name: string, type: string, steps: Step[]) => {
    const { type: composite } = protectedTypes.get(type) as Protected;
    const path = steps.map(({ key }) => key).filter((key) => key !== '');
    const query = `query Walk { ${nested(steps, selectionOf(composite, ids))} }`;
    routes.push({ name, type, query, path, subgraph: null });
  };
  for (const parent of composites) {
    const stepsToParent = paths.get(parent.name);
    if (!stepsToParent || parent.name === 'Subscription') continue;
    for (const field of Object.values(parent.getFields())) {
      const withValue = ids[`${parent.name}.${field.name}`];
      const steps = withValue
        ? (shortestPaths({ ...ids, [parent.name]: withValue }).get(parent.name) as Step[])
        : stepsToParent;
      const result = getNamedType(field.type);
      const node = 'getFields' in result ? result.getFields().nodes : undefined;
      const type = String(node ? getNamedType((node as Field).type) : result);
      const found = protectedTypes.get(type);
      if (!found || type === 'SecurityOverview' || type === 'Query') continue;
      const name = `${parent.name}.${field.name}`;
      const kinds = isInterfaceType(found.type)
        ? [null, ...supergraph.getPossibleTypes(found.type).map((kind) => kind.name)]
        : [null];
      for (const kind of kinds) {
        const reached = kind && !node ? { ...ids, [type]: ids[kind] ?? '' } : ids;
        const reachedSteps = [
          ...steps,
          { text: requiredFieldText(field, reached), key: field.name },
          ...(node ? [{ text: 'nodes', key: 'nodes' }] : []),
        ];
        if (kind) add(`${name} (${kind})`, kind, [...reachedSteps, { text: `... on ${kind}`, key: '' }]);
        else add(name, type, reachedSteps);
      }
    }
  }
  // Records in which a field has a value, of types of which one record does not have all of them.
  for (const [key, id] of Object.entries(ids)) {
    const [type = '', field] = key.split('.');
    if (!field) continue;
    const steps = shortestPaths({ ...ids, [type]: id }).get(type) as Step[];
    add(`Query, for ${key}`, type, steps);
  }
  // The root and the overviews of divisions: one query for each protected field, so that refusals do not affect each other.
  for (const type of ['Query', 'SecurityOverview']) {
    const { type: composite, fields } = protectedTypes.get(type) as Protected;
    const steps = paths.get(type) as Step[];
    for (const [name, rule] of fields) {
      if (!rule) continue;
      const field = composite.getFields()[name] as Field;
      const inner = `${requiredFieldText(field, ids)} { ${'pageInfo' in (getNamedType(field.type) as Composite).getFields() ? 'pageInfo { endCursor } edges { cursor }' : '__typename'} }`;
      routes.push({
        name: `${type}.${name}`,
        type,
        query: `query Walk { ${nested(steps, inner)} }`,
        path: steps.map(({ key }) => key),
        subgraph: null,
      });
    }
  }
  return routes;
}

/** The routes by subscriptions. */
export function routesBySubscription(ids: Ids): Route[] {
  const { type } = protectedTypes.get('Subscription') as Protected;
  return Object.values(type.getFields()).flatMap((field) => {
    const result = getNamedType(field.type).name;
    const found = protectedTypes.get(result);
    if (!found) return [];
    const query = `subscription Walk { ${requiredFieldText(field, ids)} { ${selectionOf(found.type, ids)} } }`;
    return [{ name: `Subscription.${field.name}`, type: result, query, path: [field.name], subgraph: null }];
  });
}

/** The routes by `_entities` of each subgraph, as a client that reaches it directly uses them. */
export function routesByEntities(ids: Ids): Route[] {
  const routes: Route[] = [];
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
      routes.push({
        name: `_entities of ${subgraph}`,
        type: type.name,
        query: `query Walk { _entities(representations: [{ __typename: "${type.name}", id: "${ids[type.name]}" }]) { ... on ${type.name} { ${inner} } } }`,
        path: ['_entities'],
        subgraph,
      });
    }
  }
  return routes;
}

const enumText = (value: string) => value.toLowerCase().replaceAll('_', '-');

/** The subgraphs that define the type, each with its keys. */
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

/** Whether the subgraph resolves the field. Without a join__field, every subgraph of the type does. */
function isFieldOf(field: Field, subgraph: string): boolean {
  const joins = field.astNode?.directives?.filter(({ name }) => name.value === 'join__field') ?? [];
  if (joins.length === 0) return true;
  return joins.some(({ arguments: given = [] }) => {
    const graph = given.find(({ name }) => name.value === 'graph')?.value;
    const isExternal = given.some(({ name }) => name.value === 'external');
    return graph?.kind === 'EnumValue' && enumText(graph.value) === subgraph && !isExternal;
  });
}
