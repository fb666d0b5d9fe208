// Reads @cost and @listSize of a schema's fields (the GraphQL Cost Directives specification as implemented by Apollo Federation).
import {
  type ConstDirectiveNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  valueFromASTUntyped,
} from 'graphql';

export interface ListSize {
  assumedSize: number | null;
  slicingArguments: readonly string[];
  /** The fields of the returned object that are the lists; empty if the field itself is the list. */
  sizedFields: readonly string[];
  /** Whether an operation must provide exactly one of the slicing arguments. */
  requiresOne: boolean;
}

export interface FieldCost {
  /** Of each object or value that the field returns. */
  weight: number;
  isList: boolean;
  listSize: ListSize | null;
  /** Only arguments with a weight. */
  argumentWeights: ReadonlyMap<string, number>;
}

type Annotated = { directives?: readonly ConstDirectiveNode[] } | null | undefined;

function directiveOf(nodes: readonly Annotated[], name: string): Record<string, unknown> | null {
  // A subgraph that does not import the directive uses its full name.
  for (const node of nodes)
    for (const directive of node?.directives ?? [])
      if (directive.name.value === name || directive.name.value === `federation__${name}`)
        return Object.fromEntries(
          (directive.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
        );
  return null;
}

function weightIn(nodes: readonly Annotated[]): number | null {
  const weight = directiveOf(nodes, 'cost')?.weight;
  return typeof weight === 'number' ? weight : null;
}

/** An object weighs 1, a scalar or enum 0, unless the schema declares another weight. */
export function typeWeight(schema: GraphQLSchema, type: GraphQLNamedType): number {
  if (isAbstractType(type))
    return Math.max(0, ...schema.getPossibleTypes(type).map((possible) => typeWeight(schema, possible)));
  const declared = weightIn([type.astNode, ...type.extensionASTNodes]);
  return declared ?? (isScalarType(type) || isEnumType(type) ? 0 : 1);
}

export class CostDirectives {
  readonly schema: GraphQLSchema;
  #known = new WeakMap<GraphQLField<unknown, unknown>, FieldCost>();

  private constructor(schema: GraphQLSchema) {
    this.schema = schema;
  }

  static #bySchema = new WeakMap<GraphQLSchema, CostDirectives>();

  static of(schema: GraphQLSchema): CostDirectives {
    let directives = CostDirectives.#bySchema.get(schema);
    if (!directives) {
      directives = new CostDirectives(schema);
      CostDirectives.#bySchema.set(schema, directives);
    }
    return directives;
  }

  /** `parent` is the type of the field. For a field of an interface the most expensive implementation counts. */
  of(parent: GraphQLNamedType, field: GraphQLField<unknown, unknown>): FieldCost {
    let cost = this.#known.get(field);
    if (!cost) {
      cost = this.#read(parent, field);
      this.#known.set(field, cost);
    }
    return cost;
  }

  #read(parent: GraphQLNamedType, field: GraphQLField<unknown, unknown>): FieldCost {
    const type = isNonNullType(field.type) ? field.type.ofType : field.type;
    const listSize = directiveOf([field.astNode], 'listSize');
    return {
      weight: this.#weight(parent, field),
      isList: isListType(type),
      listSize: listSize && {
        assumedSize: typeof listSize.assumedSize === 'number' ? listSize.assumedSize : null,
        slicingArguments: names(listSize.slicingArguments),
        sizedFields: names(listSize.sizedFields),
        requiresOne: listSize.requireOneSlicingArgument !== false,
      },
      argumentWeights: new Map(
        field.args.flatMap(({ name, astNode }) => {
          const weight = weightIn([astNode]);
          return weight === null ? [] : [[name, weight]];
        }),
      ),
    };
  }

  #weight(parent: GraphQLNamedType, field: GraphQLField<unknown, unknown>): number {
    const own = weightIn([field.astNode]);
    if (own !== null) return own;
    const byType = typeWeight(this.schema, getNamedType(field.type));
    if (!isInterfaceType(parent)) return byType;
    const weights = this.schema.getPossibleTypes(parent).flatMap((possible) => {
      const implementation = isObjectType(possible) && possible.getFields()[field.name];
      return implementation ? (weightIn([implementation.astNode]) ?? []) : [];
    });
    return Math.max(byType, ...weights);
  }
}

const names = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
