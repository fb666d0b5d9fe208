// Checks the representations passed to `_entities` before entities are resolved. An invalid one fails alone.
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
import { type Bilingual, badInput } from '../errors.ts';

/** Returns the error of an invalid representation, or null. `argument` is its path in the arguments. */
type Check = (representation: Record<string, unknown>, argument: string) => GraphQLError | null;

/** Wraps the resolver of `_entities`. It resolves the valid representations as if the invalid ones had not been sent. */
export function checkRepresentations(schema: GraphQLSchema): void {
  const field = schema.getQueryType()?.getFields()._entities;
  const resolve = field?.resolve;
  if (!field || !resolve) return;
  const checks = checksByType(schema);
  field.resolve = (root, args: { representations: readonly unknown[] }, context, info) => {
    const errors = args.representations.map((each, index) =>
      errorOf(checks, each, `representations.${index}`),
    );
    if (errors.every((error) => error === null)) return resolve(root, args, context, info);
    const representations = args.representations.filter((_, index) => errors[index] === null);
    const entities = (resolve(root, { representations }, context, info) as unknown[]).values();
    return errors.map((error) => error ?? entities.next().value);
  };
}

function errorOf(
  checks: ReadonlyMap<unknown, Check>,
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
  const check = checks.get(name);
  if (check) return check(representation as Record<string, unknown>, argument);
  return badInput(
    `${argument}.__typename`,
    { zh: '本子图中带 @key 的类型名', en: 'the name of a type with a @key in this subgraph' },
    name,
  );
}

type Keyed = GraphQLObjectType | GraphQLInterfaceType;

/** For all types that `_entities` can resolve: the types of its union, and interfaces with a @key. */
function checksByType(schema: GraphQLSchema): Map<unknown, Check> {
  const union = schema.getType('_Entity');
  const entities: readonly GraphQLNamedType[] = isUnionType(union) ? union.getTypes() : [];
  const checks = new Map<unknown, Check>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    const keys = keysOf(type);
    if (keys.length > 0 || entities.includes(type)) checks.set(type.name, checkOfKeys(type, keys));
  }
  return checks;
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

/** The expected value of a key field. Subgraphs look up by text, so a number is not accepted as a key. */
interface KeyField {
  name: string;
  expected: Bilingual;
  fits: (value: unknown) => boolean;
}

function keyFieldOf(type: Keyed, name: string): KeyField {
  const { name: typeName } = getNamedType(type.getFields()[name]?.type) ?? {};
  return typeName === 'ID' || typeName === 'String'
    ? { name, expected: { zh: '文本', en: 'text' }, fits: (value) => typeof value === 'string' }
    : {
        name,
        expected: { zh: '非空的值', en: 'a value that is not null' },
        fits: (value) => value !== undefined && value !== null,
      };
}

/** A representation has all fields of at least one key. The error is that of the first key. */
function checkOfKeys(type: Keyed, keys: readonly string[][]): Check {
  const all = keys.map((names) => names.map((name) => keyFieldOf(type, name)));
  return (representation, argument) => {
    let first: GraphQLError | null = null;
    for (const fields of all) {
      const bad = fields.find(({ name, fits }) => !fits(representation[name]));
      if (!bad) return null;
      first ??= badInput(`${argument}.${bad.name}`, bad.expected, representation[bad.name]);
    }
    return first;
  };
}
