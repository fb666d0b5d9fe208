// Finds the parts of a supergraph on which the plan of an operation depends.
import {
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { argumentOf, namedType, selectionSetIn } from './join-directives.ts';
import { implementingTypes, type TouchedParts } from './supergraph-parts.ts';

interface FieldDependencies {
  returns: string;
  /** What its @requires select of the type, and its @provides of what it returns. */
  requires: readonly SelectionSetNode[];
  provides: readonly SelectionSetNode[];
  /** Whether its value depends on fields of objects further up. */
  hasContext: boolean;
}

interface TypeDependencies {
  fields: ReadonlyMap<string, FieldDependencies>;
  keys: readonly SelectionSetNode[];
  /** Its interfaces, the types that implement it, and the members of a union. */
  related: readonly string[];
}

export class TouchedPartsIndex {
  #types: ReadonlyMap<string, TypeDependencies>;

  /** `supergraph` is the one that is planned for. */
  constructor(supergraph: DocumentNode) {
    const implementing = implementingTypes(supergraph);
    const interfaces = new Map<string, string[]>();
    for (const [name, types] of implementing)
      for (const type of types) interfaces.set(type, [...(interfaces.get(type) ?? []), name]);
    this.#types = new Map(
      supergraph.definitions.flatMap((definition) => {
        if (!('name' in definition) || !definition.name) return [];
        const name = definition.name.value;
        const related = [...(implementing.get(name) ?? []), ...(interfaces.get(name) ?? [])];
        return [[name, dependenciesOfType(definition, related)]];
      }),
    );
  }

  /**
   * The types that the operation's fields are of and return, those by which their objects can be reached, and of each the fields that
   * are selected there, or somewhere under the same name, or by keys, @requires and @provides. Null where that cannot be said.
   */
  of(operation: DocumentNode): TouchedParts | null {
    const search = new TouchedPartsSearch(this.#types);
    for (const definition of operation.definitions)
      if (definition.kind === Kind.OPERATION_DEFINITION)
        search.select(definition.selectionSet, rootTypes[definition.operation]);
    return search.closed();
  }
}

/** A supergraph's root types have these names. */
const rootTypes = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' };

class TouchedPartsSearch {
  #types: ReadonlyMap<string, TypeDependencies>;
  #touched = new Map<string, Set<string>>();
  #names = new Set<string>();
  #isComplete = true;

  constructor(types: ReadonlyMap<string, TypeDependencies>) {
    this.#types = types;
  }

  select({ selections }: SelectionSetNode, typeName: string): void {
    this.#add(typeName);
    const type = this.#types.get(typeName);
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) this.#isComplete = false;
      else if (selection.kind === Kind.INLINE_FRAGMENT)
        this.select(selection.selectionSet, selection.typeCondition?.name.value ?? typeName);
      else if (selection.name.value !== '__typename') {
        this.#names.add(selection.name.value);
        const field = type?.fields.get(selection.name.value);
        if (!field) this.#isComplete = false;
        else if (selection.selectionSet) this.select(selection.selectionSet, field.returns);
      }
    }
  }

  /** With everything that these parts refer to. */
  closed(): TouchedParts | null {
    let size = -1;
    while (this.#isComplete && size !== this.#touched.size + this.#names.size) {
      size = this.#touched.size + this.#names.size;
      for (const [name, fields] of this.#touched) this.#addFields(name, fields);
    }
    if (!this.#isComplete) return null;
    return Object.fromEntries([...this.#touched].map(([name, fields]) => [name, [...fields]]));
  }

  #add(typeName: string): void {
    if (this.#touched.has(typeName)) return;
    this.#touched.set(typeName, new Set());
    const type = this.#types.get(typeName);
    // A scalar of GraphQL itself has no definition.
    if (!type) {
      this.#touched.delete(typeName);
      return;
    }
    for (const name of type.related) this.#add(name);
    for (const key of type.keys) this.select(key, typeName);
  }

  #addFields(typeName: string, touched: Set<string>): void {
    for (const [name, field] of this.#types.get(typeName)?.fields ?? []) {
      if (touched.has(name) || !this.#names.has(name)) continue;
      touched.add(name);
      if (field.hasContext) this.#isComplete = false;
      this.#add(field.returns);
      for (const each of field.requires) this.select(each, typeName);
      for (const each of field.provides) this.select(each, field.returns);
    }
  }
}

function dependenciesOfType(definition: DefinitionNode, related: readonly string[]): TypeDependencies {
  const members =
    definition.kind === Kind.UNION_TYPE_DEFINITION
      ? (definition.types ?? []).map(({ name }) => name.value)
      : [];
  const hasFields =
    definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION;
  const fields = hasFields ? (definition.fields ?? []) : [];
  return {
    fields: new Map(fields.map((field) => [field.name.value, dependenciesOfField(field)])),
    keys: hasFields ? selectionSetsIn(definition, 'key') : [],
    related: [...related, ...members],
  };
}

const dependenciesOfField = (field: FieldDefinitionNode): FieldDependencies => ({
  returns: namedType(field.type),
  requires: selectionSetsIn(field, 'requires'),
  provides: selectionSetsIn(field, 'provides'),
  hasContext: (field.directives ?? []).some((each) =>
    each.arguments?.some(({ name }) => name.value === 'contextArguments'),
  ),
});

const selectionSetsIn = (
  { directives = [] }: Pick<FieldDefinitionNode, 'directives'>,
  argument: string,
): SelectionSetNode[] =>
  directives.flatMap((each) => {
    const text = each.name.value.startsWith('join__') ? argumentOf(each, argument) : null;
    return text === null ? [] : selectionSetIn(text);
  });
