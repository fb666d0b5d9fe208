// What a schema's @cost and @listSize say of its fields (the GraphQL Cost Directives specification, as Apollo Federation has it).
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
  /** Where the list is: in these fields of what the field gives, or, when empty, the field itself. */
  sizedFields: readonly string[];
  /** Whether an operation must give exactly one of the slicing arguments. */
  requiresOne: boolean;
}

export interface FieldCost {
  /** Of each object or value that it gives. */
  weight: number;
  isList: boolean;
  listSize: ListSize | null;
  /** Of the arguments that weigh something. */
  argumentWeights: ReadonlyMap<string, number>;
}

type Annotated = { directives?: readonly ConstDirectiveNode[] } | null | undefined;

function directiveOf(nodes: readonly Annotated[], name: string): Record<string, unknown> | null {
  // A subgraph that does not import it calls it by its whole name.
  for (const node of nodes)
    for (const directive of node?.directives ?? [])
      if (directive.name.value === name || directive.name.value === `federation__${name}`)
        return Object.fromEntries(
          (directive.arguments ?? []).map(({ name: { value }, value: given }) => [
            value,
            valueFromASTUntyped(given),
          ]),
        );
  return null;
}

function weightIn(nodes: readonly Annotated[]): number | null {
  const weight = directiveOf(nodes, 'cost')?.weight;
  return typeof weight === 'number' ? weight : null;
}

/** Objects weigh 1, what has no fields weighs nothing, unless the schema says otherwise. */
export function typeWeight(schema: GraphQLSchema, type: GraphQLNamedType): number {
  if (isAbstractType(type))
    return Math.max(0, ...schema.getPossibleTypes(type).map((possible) => typeWeight(schema, possible)));
  const said = weightIn([type.astNode, ...type.extensionASTNodes]);
  return said ?? (isScalarType(type) || isEnumType(type) ? 0 : 1);
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

  /** `parent` is the type whose field it is: of an interface's field, the dearest implementation counts. */
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
    const said = directiveOf([field.astNode], 'listSize');
    return {
      weight: this.#weight(parent, field),
      isList: isListType(type),
      listSize: said && {
        assumedSize: typeof said.assumedSize === 'number' ? said.assumedSize : null,
        slicingArguments: names(said.slicingArguments),
        sizedFields: names(said.sizedFields),
        requiresOne: said.requireOneSlicingArgument !== false,
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
