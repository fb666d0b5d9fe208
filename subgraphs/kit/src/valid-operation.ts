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
   * Throws Refused for what is not valid on the schema or beyond the limits, unless that `isChecked` already. Without
   * `keepsLocations` the nodes do not know where in the text they stand: that is most of their memory.
   */
  constructor(
    query: string,
    operationName: string | null,
    schema: GraphQLSchema,
    {
      limits,
      keepsLocations = true,
      isChecked = false,
    }: { limits: OperationLimits; keepsLocations?: boolean; isChecked?: boolean },
  ) {
    const document = parsed(query);
    const faults = isChecked ? [] : faultsOfDocument(document, schema, limits);
    if (faults.length) throw new Refused(faults);
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

export interface OperationLimits {
  /** Selections once all fragments are written out. */
  maxSelections: number;
  /** Fields with an alias, likewise: the same work can be asked for as often as there are names. */
  maxAliases: number;
}

/** What is wrong with a document on a schema, or beyond the limits; told to the client as it is. */
export function faultsOf(
  query: string,
  schema: GraphQLSchema,
  limits: OperationLimits,
): readonly GraphQLError[] {
  try {
    return faultsOfDocument(parsed(query), schema, limits);
  } catch (error) {
    if (error instanceof Refused) return error.errors;
    throw error;
  }
}

function faultsOfDocument(
  document: DocumentNode,
  schema: GraphQLSchema,
  { maxSelections, maxAliases }: OperationLimits,
): readonly GraphQLError[] {
  const { selections, aliases } = expandedSize(document, maxSelections);
  if (selections > maxSelections)
    return [
      graphError(
        'OPERATION_TOO_COMPLEX',
        `展开片段后，查询不得超过 ${maxSelections} 个选择。 An operation may have at most ${maxSelections} selections once its fragments are written out.`,
        { limit: maxSelections },
      ),
    ];
  if (aliases > maxAliases)
    return [
      graphError(
        'OPERATION_TOO_COMPLEX',
        `展开片段后，查询不得超过 ${maxAliases} 个别名。 An operation may have at most ${maxAliases} aliases once its fragments are written out.`,
        { limit: maxAliases },
      ),
    ];
  const errors = validate(schema, document, specifiedRules, { maxErrors });
  return errors.map((error) =>
    error.message === abortedByGraphQLJs
      ? graphError(
          'OPERATION_TOO_COMPLEX',
          '查询中同名字段或片段过多，无法校验。 The operation repeats too many fields or fragments to be validated.',
        )
      : coded(error, 'GRAPHQL_VALIDATION_FAILED'),
  );
}

/** Said where its own bound of work is reached. */
const abortedByGraphQLJs = 'Validation aborted.';

interface Size {
  selections: number;
  aliases: number;
}

/**
 * The size of the operations once their fragments are written out, without writing them out: a few hundred bytes can
 * stand for millions. Counting ends soon after `maxSelections`.
 */
function expandedSize(document: DocumentNode, maxSelections: number): Size {
  const fragments = fragmentsOf(document);
  const counted = new Map<string, Size>();
  const ofFragment = (name: string): Size => {
    let size = counted.get(name);
    if (!size) {
      // A cycle is a fault of its own, told by validation.
      counted.set(name, { selections: 0, aliases: 0 });
      const fragment = fragments.get(name);
      size = fragment ? count(fragment.selectionSet) : { selections: 0, aliases: 0 };
      counted.set(name, size);
    }
    return size;
  };
  const count = (selectionSet: SelectionSetNode): Size => {
    const total = { selections: 0, aliases: 0 };
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FIELD && selection.alias) total.aliases += 1;
      const inner =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? ofFragment(selection.name.value)
          : selection.selectionSet && count(selection.selectionSet);
      total.selections += 1 + (inner?.selections ?? 0);
      total.aliases += inner?.aliases ?? 0;
      if (total.selections > maxSelections) break;
    }
    return total;
  };
  const total = { selections: 0, aliases: 0 };
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const { selections, aliases } = count(definition.selectionSet);
    total.selections += selections;
    total.aliases += aliases;
  }
  return total;
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
