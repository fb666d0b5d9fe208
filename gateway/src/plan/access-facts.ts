// The scopes that the supergraph's @access rules ask for at the root of an operation.
import { type DirectiveNode, type DocumentNode, Kind, type TypeNode } from 'graphql';

export interface RootAccess {
  scope: string;
  /** The argument with the division that the scope is needed for. */
  within: string | null;
}

/** By `Query.field`, `Mutation.field` and `Subscription.field`: the rule of the field, or that of the type it gives. */
export function accessFacts(document: DocumentNode): Record<string, RootAccess> {
  const ofTypes = new Map<string, RootAccess>();
  for (const definition of document.definitions) {
    if (!('directives' in definition) || !('name' in definition) || !definition.name) continue;
    const rule = accessOf(definition.directives);
    if (rule) ofTypes.set(definition.name.value, rule);
  }
  const facts: Record<string, RootAccess> = {};
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    const root = definition.name.value;
    if (!['Query', 'Mutation', 'Subscription'].includes(root)) continue;
    for (const { name, type, directives } of definition.fields ?? []) {
      const rule = accessOf(directives) ?? ofTypes.get(nameOf(type));
      if (rule) facts[`${root}.${name.value}`] = rule;
    }
  }
  return facts;
}

function accessOf(directives: readonly DirectiveNode[] | undefined): RootAccess | null {
  const node = directives?.find(({ name }) => name.value === 'access');
  if (!node) return null;
  const text = (argument: string) => {
    const value = node.arguments?.find(({ name }) => name.value === argument)?.value;
    return value?.kind === Kind.STRING ? value.value : null;
  };
  return { scope: text('scope') ?? '', within: text('within') };
}

const nameOf = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);
