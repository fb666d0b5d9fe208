// Rewrites the supergraph for the planner where it would otherwise make wrong plans.
import {
  type ArgumentNode,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  print,
  type SelectionSetNode,
} from 'graphql';
import { argumentOf, hasFlag, keysOf, namedType, selectionSetIn, subgraphNames } from './join-directives.ts';

type FieldsType = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

/** A field without arguments that replaces one use of a field with arguments inside a @requires. */
interface HiddenField {
  name: string;
  field: string;
  arguments: readonly ArgumentNode[];
}

export interface PlannedSupergraph {
  document: DocumentNode;
  hidden: Map<string, HiddenField>;
  /** By `Type.field`, the hidden fields that its @requires selects. */
  requiredBy: Map<string, Set<string>>;
  /** Interfaces that are an interface object in some subgraph. */
  interfaceObjects: Set<string>;
  /** `Interface.field` for fields that no subgraph resolves for every type of the interface that it has. */
  partlyExternal: Set<string>;
  /** `subgraph Type.field` for fields that the subgraph computes from required ones. */
  computed: Set<string>;
  /** By subgraph, the top-level fields of the keys of all its types. */
  keyFields: Map<string, Set<string>>;
}

/** `start`, followed by as many underscores as it takes for no name to start with it. */
export function unusedPrefix(start: string, names: Iterable<string>): string {
  let prefix = start;
  for (const name of [...names].sort()) while (name.startsWith(prefix)) prefix += '_';
  return prefix;
}

export function planningSupergraph(supergraph: DocumentNode): PlannedSupergraph {
  const types = new Map<string, FieldsType>();
  for (const definition of supergraph.definitions)
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION)
      types.set(definition.name.value, definition);
  const hiding = new FieldHiding(types);
  for (const type of types.values()) hiding.visitType(type);
  const definitions = supergraph.definitions.map((definition) => {
    const type = 'name' in definition && definition.name ? types.get(definition.name.value) : undefined;
    if (!type || definition !== type) return definition;
    return { ...resolvableKeysFirst(type), fields: hiding.fieldsOf(type) };
  });
  const interfaceObjects = new Set<string>();
  for (const { name, directives } of types.values())
    if (directives?.some((directive) => hasFlag(directive, 'isInterfaceObject', true)))
      interfaceObjects.add(name.value);
  const { hidden, requiredBy } = hiding;
  const document = { ...supergraph, definitions };
  return {
    document,
    hidden,
    requiredBy,
    interfaceObjects,
    partlyExternal: partlyExternal(types, interfaceObjects),
    computed: computedFields(supergraph, types),
    keyFields: keyFields(supergraph),
  };
}

/** The fields of interfaces that no subgraph resolves for every type of the interface that it has. */
function partlyExternal(
  types: ReadonlyMap<string, FieldsType>,
  interfaceObjects: ReadonlySet<string>,
): Set<string> {
  const found = new Set<string>();
  for (const parent of types.values()) {
    const name = parent.name.value;
    if (parent.kind !== Kind.INTERFACE_TYPE_DEFINITION || interfaceObjects.has(name)) continue;
    const implementing = [...types.values()].filter(({ interfaces }) =>
      interfaces?.some((each) => each.name.value === name),
    );
    for (const field of parent.fields ?? []) {
      const graphs =
        graphsOf(field.directives, 'join__field') ?? graphsOf(parent.directives, 'join__type') ?? [];
      const isResolvedBy = (graph: string) =>
        implementing.every(
          (type) =>
            !type.directives?.some(
              (each) =>
                each.name.value === 'join__implements' &&
                argumentOf(each, 'graph') === graph &&
                argumentOf(each, 'interface') === name,
            ) || !isExternalIn(type, field.name.value, graph),
        );
      if (graphs.length && !graphs.some(isResolvedBy)) found.add(`${name}.${field.name.value}`);
    }
  }
  return found;
}

function graphsOf(directives: readonly ConstDirectiveNode[] | undefined, name: string): string[] | null {
  const graphs = (directives ?? [])
    .filter((each) => each.name.value === name)
    .flatMap((each) => argumentOf(each, 'graph') ?? []);
  return graphs.length ? graphs : null;
}

/** Whether the field is external in a subgraph, unless for a key, whose fields the subgraph knows. */
function isExternalIn(type: FieldsType, field: string, graph: string): boolean {
  const isOf = (each: ConstDirectiveNode) => argumentOf(each, 'graph') === graph;
  const isKey = type.directives?.some(
    (each) =>
      each.name.value === 'join__type' &&
      isOf(each) &&
      new RegExp(`\\b${field}\\b`).test(argumentOf(each, 'key') ?? ''),
  );
  if (isKey) return false;
  const directives = type.fields?.find(({ name }) => name.value === field)?.directives ?? [];
  return directives.some((each) => isJoinField(each) && isOf(each) && hasFlag(each, 'external', true));
}

function computedFields(supergraph: DocumentNode, types: ReadonlyMap<string, FieldsType>): Set<string> {
  const names = subgraphNames(supergraph);
  const computed = new Set<string>();
  for (const type of types.values())
    for (const { name, directives } of type.fields ?? [])
      for (const directive of directives ?? [])
        if (isJoinField(directive) && argumentOf(directive, 'requires') !== null)
          computed.add(`${names.get(argumentOf(directive, 'graph') ?? '')} ${type.name.value}.${name.value}`);
  return computed;
}

function keyFields(supergraph: DocumentNode): Map<string, Set<string>> {
  const bySubgraph = new Map<string, Set<string>>();
  for (const [subgraph, keys] of Object.entries(keysOf(supergraph)))
    bySubgraph.set(subgraph, new Set(Object.values(keys).flat(2)));
  return bySubgraph;
}

/** To return to a subgraph after a @requires, the planner uses its first key even if it is not resolvable. */
function resolvableKeysFirst<Type extends FieldsType>(type: Type): Type {
  const last = (directive: ConstDirectiveNode) =>
    Number(directive.name.value === 'join__type' && hasFlag(directive, 'resolvable', false));
  return { ...type, directives: [...(type.directives ?? [])].sort((a, b) => last(a) - last(b)) };
}

const isJoinField = (directive: ConstDirectiveNode) => directive.name.value === 'join__field';

/**
 * The planner would merge a field with arguments inside a @requires with the client's own use of the field, or with another requirement's.
 * Each such use is therefore replaced by a hidden field of its own, which is expanded in the fetches.
 */
class FieldHiding {
  readonly hidden = new Map<string, HiddenField>();
  readonly requiredBy = new Map<string, Set<string>>();
  #types: Map<string, FieldsType>;
  #prefix: string;
  /** The hidden fields of each type. */
  #added = new Map<string, FieldDefinitionNode[]>();
  #names = new Map<string, string>();
  /** The directives with a changed `requires`, by the original one. */
  #changed = new Map<ConstDirectiveNode, ConstDirectiveNode>();

  constructor(types: Map<string, FieldsType>) {
    this.#types = types;
    const names = [...types.values()].flatMap(({ fields }) => (fields ?? []).map(({ name }) => name.value));
    this.#prefix = unusedPrefix('required_', names);
  }

  visitType(type: FieldsType): void {
    for (const field of type.fields ?? []) {
      for (const directive of field.directives ?? []) {
        if (!isJoinField(directive)) continue;
        const requires = directive.arguments?.find(({ name }) => name.value === 'requires')?.value;
        if (requires?.kind !== Kind.STRING || !requires.value.includes('(')) continue;
        const used = new Set<string>();
        const selectionSet = this.#hide(selectionSetIn(requires.value), type, used);
        const text = print(selectionSet).slice(1, -1).replace(/\s+/g, ' ').trim();
        this.#changed.set(directive, {
          ...directive,
          arguments: directive.arguments?.map((argument) =>
            argument.name.value === 'requires'
              ? { ...argument, value: { ...requires, value: text } }
              : argument,
          ),
        });
        const key = `${type.name.value}.${field.name.value}`;
        this.requiredBy.set(key, new Set([...(this.requiredBy.get(key) ?? []), ...used]));
      }
    }
  }

  fieldsOf(type: FieldsType): FieldDefinitionNode[] {
    const fields = (type.fields ?? []).map((field) => ({
      ...field,
      directives: field.directives?.map((directive) => this.#changed.get(directive) ?? directive),
    }));
    return [...fields, ...(this.#added.get(type.name.value) ?? [])];
  }

  /** The parent is null for a union. */
  #hide(selectionSet: SelectionSetNode, parent: FieldsType | null, used: Set<string>): SelectionSetNode {
    const selections = selectionSet.selections.map((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return selection;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const on = selection.typeCondition?.name.value;
        const type = (on && this.#types.get(on)) || parent;
        return { ...selection, selectionSet: this.#hide(selection.selectionSet, type, used) };
      }
      const definition = parent?.fields?.find(({ name }) => name.value === selection.name.value);
      const child = (definition && this.#types.get(namedType(definition.type))) ?? null;
      const inner = selection.selectionSet;
      const changed = { ...selection, selectionSet: inner && this.#hide(inner, child, used) };
      if (!selection.arguments?.length || !parent || !definition) return changed;
      const name = this.#hiddenField(parent, definition, selection.arguments);
      used.add(name);
      return { ...changed, name: { ...selection.name, value: name }, arguments: [] };
    });
    return { ...selectionSet, selections };
  }

  #hiddenField(parent: FieldsType, definition: FieldDefinitionNode, args: readonly ArgumentNode[]): string {
    const field = definition.name.value;
    const use = `${field}(${args.map((argument) => print(argument)).join()})`;
    let name = this.#names.get(use);
    if (!name) {
      name = `${this.#prefix}${this.#names.size}_${field}`;
      this.#names.set(use, name);
      this.hidden.set(name, { name, field, arguments: args });
    }
    const owners =
      parent.kind === Kind.OBJECT_TYPE_DEFINITION ? [parent] : [parent, ...this.#implementing(parent)];
    for (const owner of owners) {
      const own = owner.fields?.find((each) => each.name.value === field);
      const added = this.#added.get(owner.name.value) ?? [];
      if (!own || added.some((each) => each.name.value === name)) continue;
      added.push({
        kind: Kind.FIELD_DEFINITION,
        name: { kind: Kind.NAME, value: name },
        type: own.type,
        directives: own.directives?.filter(isJoinField),
      });
      this.#added.set(owner.name.value, added);
    }
    return name;
  }

  #implementing(parent: FieldsType): FieldsType[] {
    return [...this.#types.values()].filter(({ interfaces }) =>
      interfaces?.some(({ name }) => name.value === parent.name.value),
    );
  }
}
