// Copies @cost and @listSize from the supergraph to the API schema, where they are applied without being declared.
import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  Kind,
  parse,
  print,
  valueFromASTUntyped,
} from 'graphql';

interface Annotated {
  name?: { value: string };
  directives?: readonly ConstDirectiveNode[];
  fields?: readonly Annotated[];
  arguments?: readonly Annotated[];
}

type Costs = ReadonlyMap<string, readonly ConstDirectiveNode[]>;

/** The SDL with the directives of the same types, fields and arguments in the supergraph. */
export function withCosts(apiSdl: string, supergraph: DocumentNode): string {
  const names = namesOf(supergraph);
  if (names.size === 0) return apiSdl;
  const costs = new Map<string, ConstDirectiveNode[]>();
  const read = (coordinate: string, { directives = [], ...node }: Annotated): void => {
    const own = directives.flatMap((directive) => {
      const name = names.get(directive.name.value);
      return name ? [{ ...directive, name: { ...directive.name, value: name } }] : [];
    });
    if (own.length) costs.set(coordinate, own);
    for (const inner of [...(node.fields ?? []), ...(node.arguments ?? [])])
      read(`${coordinate}.${inner.name?.value}`, inner);
  };
  for (const definition of supergraph.definitions)
    if (isType(definition)) read(definition.name.value, definition as Annotated);
  if (costs.size === 0) return apiSdl;
  const document = parse(apiSdl, { noLocation: true });
  const definitions = document.definitions.map((definition) =>
    isType(definition)
      ? (annotated(definition.name.value, definition as Annotated, costs) as DefinitionNode)
      : definition,
  );
  return print({ kind: Kind.DOCUMENT, definitions });
}

const isType = (definition: DefinitionNode): definition is DefinitionNode & { name: { value: string } } =>
  definition.kind.endsWith('TypeDefinition') && 'name' in definition && definition.name !== undefined;

function annotated(coordinate: string, node: Annotated, costs: Costs): Annotated {
  const inside = (nodes: readonly Annotated[]) =>
    nodes.map((inner) => annotated(`${coordinate}.${inner.name?.value}`, inner, costs));
  return {
    ...node,
    directives: [...(node.directives ?? []), ...(costs.get(coordinate) ?? [])],
    ...(node.fields && { fields: inside(node.fields) }),
    ...(node.arguments && { arguments: inside(node.arguments) }),
  };
}

const specification = /^https:\/\/specs\.apollo\.dev\/cost\/v\d+\.\d+$/;

/** `cost` and `listSize`, by their names in the supergraph. */
function namesOf({ definitions }: DocumentNode): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const definition of definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const { name, arguments: args = [] } of definition.directives ?? []) {
      if (name.value !== 'link') continue;
      const link = Object.fromEntries(
        args.map(({ name: { value }, value: node }) => [value, valueFromASTUntyped(node)]),
      );
      if (!specification.test(String(link.url))) continue;
      const prefix = typeof link.as === 'string' ? link.as : 'cost';
      names.set(prefix, 'cost').set(`${prefix}__listSize`, 'listSize');
      for (const each of Array.isArray(link.import) ? link.import : []) {
        const { name: imported, as = imported } = typeof each === 'string' ? { name: each } : each;
        names.set(String(as).slice(1), String(imported).slice(1));
      }
    }
  }
  return names;
}
