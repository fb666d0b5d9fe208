// Generates queries of a schema: different in shape, the same for the same schema.
import {
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
  isUnionType,
} from 'graphql';

const maxDepth = 6;
const maxFields = 8;
/** Fields of one query, at about. */
const maxSelected = 60;

/** Yields `count` queries; none where the schema has no query field. */
export function* generatedQueries(schema: GraphQLSchema, count: number): Generator<string> {
  const queryType = schema.getQueryType();
  if (!queryType || fieldsOf(queryType, 1).length === 0) return;
  const writer = new QueryWriter(schema);
  for (let n = 0; n < count; n += 1) yield `query Generated${n} ${writer.query(queryType)}`;
}

class QueryWriter {
  #schema: GraphQLSchema;
  #state = 1;
  /** The fields of the query so far. */
  #selected = 0;

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  query(queryType: GraphQLCompositeType): string {
    this.#selected = 0;
    return this.#selectionSet(queryType, 1);
  }

  /** `depth` is that of the selected fields. */
  #selectionSet(type: GraphQLCompositeType, depth: number): string {
    const selections = isUnionType(type) ? [] : this.#fields(type, depth);
    if (isAbstractType(type)) {
      const members = this.#some(this.#schema.getPossibleTypes(type), 2);
      selections.push(...members.map((each) => `... on ${each.name} ${this.#selectionSet(each, depth)}`));
    }
    if (selections.length === 0 || this.#below(4) === 0) selections.push('__typename');
    return `{ ${selections.join(' ')} }`;
  }

  #fields(type: Exclude<GraphQLCompositeType, { getTypes: unknown }>, depth: number): string[] {
    const count = depth === 1 ? 1 + this.#below(2) : 1 + this.#below(maxFields);
    const fields = fieldsOf(type, this.#selected < maxSelected ? depth : maxDepth);
    return this.#some(fields, count).map((field) => this.#field(field, depth));
  }

  #field({ name, args, type }: GraphQLField<unknown, unknown>, depth: number): string {
    this.#selected += 1;
    const named = getNamedType(type);
    const required = args.filter(isRequiredArgument).map((each) => `${each.name}: ${this.#literal(each)}`);
    // With an alias of its own, no field conflicts with another one.
    const alias = required.length || this.#below(5) === 0 ? `alias${this.#selected}: ` : '';
    const inner = isCompositeType(named) ? ` ${this.#selectionSet(named, depth + 1)}` : '';
    return `${alias}${name}${required.length ? `(${required.join(', ')})` : ''}${inner}`;
  }

  #literal({ type }: Pick<GraphQLArgument, 'type'>): string {
    return literalOf(type, () => this.#below(100));
  }

  /** Up to `count` of the items. */
  #some<Item>(items: readonly Item[], count: number): Item[] {
    const left = [...items];
    const chosen: Item[] = [];
    while (left.length && chosen.length < count) chosen.push(...left.splice(this.#below(left.length), 1));
    return chosen;
  }

  /** A pseudo-random number below `limit`: the same sequence each time. */
  #below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_103_515_245) + 12_345) >>> 0;
    return (this.#state >>> 8) % limit;
  }
}

/** The fields that can be selected at the depth: leaves only at the deepest level. */
const fieldsOf = (
  type: Exclude<GraphQLCompositeType, { getTypes: unknown }>,
  depth: number,
): GraphQLField<unknown, unknown>[] =>
  Object.values(type.getFields()).filter(
    (field) => depth < maxDepth || !isCompositeType(getNamedType(field.type)),
  );

/** A literal of the type; a custom scalar may refuse it. */
function literalOf(type: GraphQLInputType, number: () => number): string {
  if (isNonNullType(type)) return literalOf(type.ofType, number);
  // An input type may require a list of itself, which is valid if it can be empty.
  if (isListType(type)) return '[]';
  if (isEnumType(type)) return type.getValues()[0]?.name ?? 'null';
  if (isInputObjectType(type)) {
    const required = Object.values(type.getFields()).filter(isRequiredInputField);
    return `{ ${required.map((field) => `${field.name}: ${literalOf(field.type, number)}`).join(', ')} }`;
  }
  const { name } = type;
  if (name === 'Boolean') return 'true';
  return name === 'Int' || name === 'Float' ? String(number()) : `"${number()}"`;
}
