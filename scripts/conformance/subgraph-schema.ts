// What the checks need of a subgraph's SDL: its entities, the root fields that can be queried without knowing more, and what it declares.
import {
  type ArgumentNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  parse,
  type TypeNode,
} from 'graphql';

export interface EntityType {
  name: string;
  /** The fields of its first key that can be fetched by; empty where the key has nested fields. */
  keyFields: readonly string[];
}

type TypeDefinition = ObjectTypeDefinitionNode | ObjectTypeExtensionNode;

const definitionKinds: readonly string[] = [
  Kind.OBJECT_TYPE_DEFINITION,
  Kind.OBJECT_TYPE_EXTENSION,
  Kind.INTERFACE_TYPE_DEFINITION,
  Kind.INTERFACE_TYPE_EXTENSION,
];

export class SubgraphSchema {
  readonly sdl: string;
  readonly entities: readonly EntityType[];
  #document: DocumentNode;

  /** Throws for SDL that cannot be parsed. */
  constructor(sdl: string) {
    this.sdl = sdl;
    this.#document = parse(sdl);
    const entities = new Map<string, EntityType>();
    for (const type of this.#types()) {
      const key = type.directives?.find(
        (each) => /^(\w+__)?key$/.test(each.name.value) && isResolvable(each),
      );
      if (key && !entities.has(type.name.value))
        entities.set(type.name.value, { name: type.name.value, keyFields: keyFieldsOf(key) });
    }
    this.entities = [...entities.values()];
  }

  /** The fields of a type, from its definition and its extensions. */
  fieldsOf(type: string): readonly FieldDefinitionNode[] {
    return this.#types().flatMap(({ name, fields }) => (name.value === type ? (fields ?? []) : []));
  }

  /** The root fields of queries that need no argument, but for those of Federation. */
  get openFields(): readonly FieldDefinitionNode[] {
    return this.fieldsOf('Query').filter(
      ({ name, arguments: args = [] }) =>
        !name.value.startsWith('_') &&
        args.every(({ type, defaultValue }) => !isRequired(type) || defaultValue),
    );
  }

  /** Whether a mutation has an argument or an input field `idempotencyKey`. */
  get hasIdempotencyKeys(): boolean {
    const inputs = new Set(
      this.#document.definitions.flatMap((node) =>
        (node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION || node.kind === Kind.INPUT_OBJECT_TYPE_EXTENSION) &&
        node.fields?.some(({ name }) => name.value === 'idempotencyKey')
          ? [node.name.value]
          : [],
      ),
    );
    return this.fieldsOf('Mutation').some(({ arguments: args = [] }) =>
      args.some(({ name, type }) => name.value === 'idempotencyKey' || inputs.has(namedType(type))),
    );
  }

  /** Queries of open root fields that an access rule without a mask guards. */
  guardedQueries(): string[] {
    const guarded = new Set(this.#types().flatMap((type) => (hasRule(type) ? [type.name.value] : [])));
    return this.openFields.flatMap((field) =>
      hasRule(field) || guarded.has(namedType(field.type))
        ? [`{ ${field.name.value}${this.selectionOf(field.type)} }`]
        : [],
    );
  }

  /** A selection set for a field of the type; empty for a leaf. */
  selectionOf(type: TypeNode): string {
    const isComposite = this.#document.definitions.some(
      (node) =>
        (definitionKinds.includes(node.kind) || node.kind === Kind.UNION_TYPE_DEFINITION) &&
        'name' in node &&
        node.name?.value === namedType(type),
    );
    return isComposite ? ' { __typename }' : '';
  }

  #types(): TypeDefinition[] {
    return this.#document.definitions.filter((node) =>
      definitionKinds.includes(node.kind),
    ) as TypeDefinition[];
  }
}

export const namedType = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);

const isRequired = (type: TypeNode): boolean => type.kind === Kind.NON_NULL_TYPE;

const isResolvable = ({ arguments: args = [] }: DirectiveNode): boolean =>
  !args.some(({ name, value }) => name.value === 'resolvable' && value.kind === Kind.BOOLEAN && !value.value);

const hasRule = ({ directives = [] }: { directives?: readonly DirectiveNode[] }): boolean =>
  directives.some(
    ({ name, arguments: args = [] }) =>
      name.value === 'access' && !args.some((each: ArgumentNode) => each.name.value === 'mask'),
  );

function keyFieldsOf(key: DirectiveNode): string[] {
  const fields = key.arguments?.find(({ name }) => name.value === 'fields')?.value;
  const text = fields?.kind === Kind.STRING ? fields.value.trim() : '';
  return /^\w+(\s+\w+)*$/.test(text) ? text.split(/\s+/) : [];
}
