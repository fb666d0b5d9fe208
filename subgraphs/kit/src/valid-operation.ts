// A client's operation, parsed and validated: what subgraphs and gateway both do before anything is run.
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  specifiedRules,
  validate,
  visit,
} from 'graphql';
import type { Conditions, Fragments } from './collect-fields.ts';
import { graphError } from './errors.ts';

/** How many errors of one document are told. */
const maxErrors = 20;
const maxTokens = 20_000;

/** Why an operation cannot be run; told to the client as it is. */
export class Refused extends Error {
  errors: readonly GraphQLError[];
  constructor(errors: readonly GraphQLError[]) {
    super(errors[0]?.message);
    this.errors = errors;
  }
}

export interface CoercedVariables {
  values: Readonly<Record<string, unknown>>;
  /** The values of the variables in @skip and @include. */
  conditions: Conditions;
  /** Tells the combinations of `conditions` apart. */
  variant: string;
}

export class ValidOperation {
  readonly definition: OperationDefinitionNode;
  readonly fragments: Fragments;
  readonly hasIntrospection: boolean;
  /** The Boolean variables in @skip and @include, sorted. */
  readonly conditionVariables: readonly string[];
  #query: string;
  #operationName: string | null;
  #schema: GraphQLSchema;

  /**
   * Throws Refused for what is not valid on the schema, or has more selections than allowed. Without `keepsLocations`
   * the nodes do not know where in the text they stand: that is most of their memory.
   */
  constructor(
    query: string,
    operationName: string | null,
    schema: GraphQLSchema,
    { maxSelections, keepsLocations = true }: { maxSelections: number; keepsLocations?: boolean },
  ) {
    const document = parsed(query);
    if (countExpandedSelections(document, maxSelections) > maxSelections) {
      throw new Refused([
        graphError(
          'OPERATION_TOO_COMPLEX',
          `展开片段后，查询不得超过 ${maxSelections} 个选择。 An operation may have at most ${maxSelections} selections once its fragments are written out.`,
          { limit: maxSelections },
        ),
      ]);
    }
    const errors = validate(schema, document, specifiedRules, { maxErrors });
    if (errors.length) throw new Refused(errors.map((error) => coded(error, 'GRAPHQL_VALIDATION_FAILED')));
    const kept = keepsLocations ? document : parse(query, { noLocation: true });
    this.definition = theOperation(kept, operationName);
    this.fragments = fragmentsOf(kept);
    this.#query = query;
    this.#operationName = operationName;
    const conditions = new Set<string>();
    let hasIntrospection = false;
    visit(document, {
      Field: (field) => {
        hasIntrospection ||= isIntrospection(field);
      },
      Directive: ({ name, arguments: args }) => {
        const value = args?.[0]?.value;
        if ((name.value === 'skip' || name.value === 'include') && value?.kind === Kind.VARIABLE)
          conditions.add(value.name.value);
      },
    });
    this.conditionVariables = [...conditions].sort();
    this.hasIntrospection = hasIntrospection;
    this.#schema = schema;
  }

  /** The operation anew, with nodes that know where they stand. */
  located(): { definition: OperationDefinitionNode; fragments: Fragments } {
    const document = parse(this.#query);
    return { definition: theOperation(document, this.#operationName), fragments: fragmentsOf(document) };
  }

  /** Throws Refused for variables that do not fit their types. */
  coerced(variables: Readonly<Record<string, unknown>>): CoercedVariables {
    const definitions = this.definition.variableDefinitions;
    if (!definitions?.length) return noVariables;
    const { errors, coerced } = getVariableValues(this.#schema, definitions, variables, { maxErrors });
    if (errors) throw new Refused(errors.map((error) => coded(error, 'BAD_USER_INPUT')));
    const conditions: Record<string, boolean> = {};
    let variant = '';
    for (const name of this.conditionVariables) {
      if (coerced[name] === null) {
        const message = `变量 $${name} 用于 @skip 或 @include，不得为 null。 The variable $${name} decides a @skip or @include; it must not be null.`;
        throw new Refused([graphError('BAD_USER_INPUT', message, { argument: name })]);
      }
      conditions[name] = coerced[name] === true;
      variant += conditions[name] ? '1' : '0';
    }
    return { values: coerced, conditions, variant };
  }
}

export function fragmentsOf(document: DocumentNode): Fragments {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const each of document.definitions)
    if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
  return fragments;
}

const noVariables: CoercedVariables = { values: {}, conditions: {}, variant: '' };

export const isIntrospection = (field: FieldNode): boolean =>
  field.name.value === '__schema' || field.name.value === '__type';

/**
 * How many selections the operation has once its fragments are written out, without writing them out: a few hundred
 * bytes can stand for millions. Saturates at `limit` + 1.
 */
export function countExpandedSelections(document: DocumentNode, limit: number): number {
  const fragments = fragmentsOf(document);
  const counted = new Map<string, number>();
  const count = ({ selections }: SelectionSetNode): number => {
    let total = 0;
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const name = selection.name.value;
        let size = counted.get(name);
        if (size === undefined) {
          // A cycle is a fault of its own, told by validation.
          counted.set(name, 0);
          const fragment = fragments.get(name);
          size = fragment ? count(fragment.selectionSet) : 0;
          counted.set(name, size);
        }
        total += 1 + size;
      } else total += 1 + (selection.selectionSet ? count(selection.selectionSet) : 0);
      if (total > limit) return limit + 1;
    }
    return total;
  };
  let total = 0;
  for (const definition of document.definitions)
    if (definition.kind === Kind.OPERATION_DEFINITION) total += count(definition.selectionSet);
  return Math.min(total, limit + 1);
}

function parsed(query: string): DocumentNode {
  try {
    return parse(query, { maxTokens });
  } catch (error) {
    throw new Refused([coded(error as GraphQLError, 'GRAPHQL_PARSE_FAILED')]);
  }
}

function theOperation(document: DocumentNode, operationName: string | null): OperationDefinitionNode {
  const operations = document.definitions.filter(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  );
  const found =
    operationName === null ? operations : operations.filter(({ name }) => name?.value === operationName);
  if (found.length === 1 && found[0]) return found[0];
  const message =
    operationName !== null
      ? `文档中没有操作 ${operationName.slice(0, 100)}。 The document has no operation ${operationName.slice(0, 100)}.`
      : operations.length === 0
        ? '文档中没有操作。 The document has no operation.'
        : '文档中有多个操作，请用 operationName 指明一个。 The document has several operations; name one in operationName.';
  throw new Refused([graphError('OPERATION_RESOLUTION_FAILURE', message)]);
}

function coded(error: GraphQLError, code: string): GraphQLError {
  Object.assign(error.extensions, { code: error.extensions.code ?? code });
  return error;
}
