// What `_entities` is given: each representation is looked at before anything is found by it, and a bad one costs only itself.
import {
  type ConstDirectiveNode,
  type GraphQLError,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  Kind,
  parse,
} from 'graphql';
import { badInput } from '../errors.ts';

/** What is wrong with a representation, the argument named by where it stands; null for a good one. */
type Fault = (representation: Record<string, unknown>, argument: string) => GraphQLError | null;

/** Puts the check before the resolver of `_entities`. The others are found as if the bad ones had not been there. */
export function checkRepresentations(schema: GraphQLSchema): void {
  const field = schema.getQueryType()?.getFields()._entities;
  const resolve = field?.resolve;
  if (!field || !resolve) return;
  const faultByType = faultsOf(schema);
  field.resolve = (root, args: { representations: readonly unknown[] }, context, info) => {
    const faults = args.representations.map((each, index) =>
      faultOf(faultByType, each, `representations.${index}`),
    );
    if (faults.every((fault) => fault === null)) return resolve(root, args, context, info);
    const representations = args.representations.filter((_, index) => faults[index] === null);
    const found = (resolve(root, { representations }, context, info) as unknown[]).values();
    return faults.map((fault) => fault ?? found.next().value);
  };
}

function faultOf(
  faultByType: ReadonlyMap<unknown, Fault>,
  representation: unknown,
  argument: string,
): GraphQLError | null {
  if (typeof representation !== 'object' || representation === null || Array.isArray(representation))
    return badInput(
      argument,
      { zh: '含 __typename 与键的对象', en: 'an object with __typename and a key' },
      representation,
    );
  const { __typename: name } = representation as Record<string, unknown>;
  const fault = faultByType.get(name);
  if (fault) return fault(representation as Record<string, unknown>, argument);
  return badInput(
    `${argument}.__typename`,
    { zh: '本子图中有键的类型之名', en: 'the name of a type that has a key in this subgraph' },
    name,
  );
}

type Keyed = GraphQLObjectType | GraphQLInterfaceType;

/** Of all that `_entities` can be asked for: the types of its union, and the interfaces that have a key. */
function faultsOf(schema: GraphQLSchema): Map<unknown, Fault> {
  const union = schema.getType('_Entity');
  const entities: readonly GraphQLNamedType[] = isUnionType(union) ? union.getTypes() : [];
  const faults = new Map<unknown, Fault>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    const keys = keysOf(type);
    if (keys.length > 0 || entities.includes(type)) faults.set(type.name, faultOfKeys(type, keys));
  }
  return faults;
}

/** The fields of each key. */
function keysOf({ astNode, extensionASTNodes }: Keyed): string[][] {
  const directives = [astNode, ...extensionASTNodes].flatMap((node) => node?.directives ?? []);
  return directives.filter(({ name }) => name.value === 'key').map(fieldsOfKey);
}

function fieldsOfKey(key: ConstDirectiveNode): string[] {
  const fields = key.arguments?.find(({ name }) => name.value === 'fields')?.value;
  if (fields?.kind !== Kind.STRING) return [];
  const [definition] = parse(`{ ${fields.value} }`).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) return [];
  return definition.selectionSet.selections.flatMap((selection) =>
    selection.kind === Kind.FIELD ? [selection.name.value] : [],
  );
}

/** What the value of a key's field has to be: subgraphs find by text, and no number is taken for one. */
interface KeyField {
  name: string;
  expected: { zh: string; en: string };
  fits: (value: unknown) => boolean;
}

function keyFieldOf(type: Keyed, name: string): KeyField {
  const { name: typeName } = getNamedType(type.getFields()[name]?.type) ?? {};
  return typeName === 'ID' || typeName === 'String'
    ? { name, expected: { zh: '文本', en: 'text' }, fits: (value) => typeof value === 'string' }
    : {
        name,
        expected: { zh: '已给出', en: 'given' },
        fits: (value) => value !== undefined && value !== null,
      };
}

/** A representation has all of one key; what is wrong is told of the first. */
function faultOfKeys(type: Keyed, keys: readonly string[][]): Fault {
  const all = keys.map((names) => names.map((name) => keyFieldOf(type, name)));
  return (representation, argument) => {
    let told: GraphQLError | null = null;
    for (const fields of all) {
      const bad = fields.find(({ name, fits }) => !fits(representation[name]));
      if (!bad) return null;
      told ??= badInput(`${argument}.${bad.name}`, bad.expected, representation[bad.name]);
    }
    return told;
  };
}
