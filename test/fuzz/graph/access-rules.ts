// Access rules for a generated graph: fields that the gateway must withhold from a viewer without scopes.
import { Random } from '@district-graph/kit/seed/random';
import { type ConstDirectiveNode, type FieldDefinitionNode, Kind, parse, print, visit } from 'graphql';

export interface Withholding {
  /** The supergraph with rules on the withheld fields. */
  supergraph: string;
  /** The withheld fields, as `Type.field`. */
  withheld: ReadonlySet<string>;
}

const link = 'https://district-graph.cn/specs/access/v1.0';
const rules = parse(`
  schema @link(url: "${link}", import: ["@access"]) { query: Query }
  directive @access(scope: String!, within: String, mask: String) repeatable on OBJECT | INTERFACE | FIELD_DEFINITION
  type Query { all: Int @access(scope: "elder:read") }
`).definitions;

const roots = ['Query', 'Mutation'];

/** Half of the seeds have no rules. Fields with the same name have the same rule, as an interface and its types must. */
export function withholding(supergraph: string, seed: number): Withholding {
  const random = new Random(`withheld ${seed}`);
  const part = random.chance(0.5) ? 0 : random.pick([0.05, 0.15, 0.4]);
  const [schema, directive, query] = rules;
  if (part === 0 || schema?.kind !== Kind.SCHEMA_DEFINITION || query?.kind !== Kind.OBJECT_TYPE_DEFINITION)
    return { supergraph, withheld: new Set() };
  const rule = query.fields?.[0]?.directives as readonly ConstDirectiveNode[];
  const withheld = new Set<string>();
  const guarded = (type: string, field: FieldDefinitionNode): FieldDefinitionNode => {
    if (!new Random(`withheld ${seed} ${field.name.value}`).chance(part)) return field;
    withheld.add(`${type}.${field.name.value}`);
    return { ...field, directives: [...(field.directives ?? []), ...rule] };
  };
  const ruled = visit(parse(supergraph), {
    SchemaDefinition: (node) => ({
      ...node,
      directives: [...(node.directives ?? []), ...(schema.directives ?? [])],
    }),
    ObjectTypeDefinition: (node) =>
      roots.includes(node.name.value)
        ? undefined
        : { ...node, fields: node.fields?.map((field) => guarded(node.name.value, field)) },
    InterfaceTypeDefinition: (node) => ({
      ...node,
      fields: node.fields?.map((field) => guarded(node.name.value, field)),
    }),
    Document: { leave: (node) => ({ ...node, definitions: [...node.definitions, directive ?? schema] }) },
  });
  return { supergraph: print(ruled), withheld };
}
