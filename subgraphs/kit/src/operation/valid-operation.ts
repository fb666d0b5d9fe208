// Parses and validates a client's operation, as both subgraphs and the gateway do before execution.
import {
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  type ParseOptions,
  parse,
  TokenKind,
  validate,
  visit,
} from 'graphql';
import { graphError } from '../errors.ts';
import { type Conditions, type Fragments, fragmentsOf } from './collect-fields.ts';
import { compileCost, type Estimate, evaluate, requestedEntities } from './cost.ts';
import { checkDocumentLimits, limitExceeded } from './document-limits.ts';
import { documentRules } from './document-rules.ts';
import { maxErrors, shorten, variableErrors } from './input-errors.ts';
import type { OperationLimits } from './limits.ts';
import { checkVariableLimits } from './variable-limits.ts';

/** The errors for which an operation is not executed. The client gets them unchanged. */
export class OperationError extends Error {
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
  /** A text that is different for each combination of `conditions`. */
  variant: string;
  /** The estimated cost; 0 if costs are not limited. */
  cost: number;
}

export class ValidOperation {
  readonly definition: OperationDefinitionNode;
  readonly fragments: Fragments;
  readonly hasIntrospection: boolean;
  /** The Boolean variables in @skip and @include, sorted. */
  readonly conditionVariables: readonly string[];
  #limits: OperationLimits;
  #cost: Estimate | null = null;
  readonly #withoutVariables: CoercedVariables = { values: {}, conditions: {}, variant: '', cost: 0 };
  /** The number of representations of each `_entities` field. */
  #entityCounts: readonly Estimate[];
  #query: string;
  #operationName: string | null;
  #schema: GraphQLSchema;

  /**
   * Throws an OperationError if the document is not valid for the schema or exceeds the limits, unless it is checked already
   * (`isChecked`). Without `keepsLocations` the nodes have no locations, which are most of their memory.
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
    const options = { noLocation: !keepsLocations };
    const document = isChecked ? parse(query, options) : validDocument(query, schema, limits, options);
    this.definition = theOperation(document, operationName);
    this.fragments = fragmentsOf(document);
    this.#limits = limits;
    this.#query = query;
    this.#operationName = operationName;
    const { conditionVariables, entityCounts, hasIntrospection } = specialsOf(query, document);
    this.#entityCounts = entityCounts;
    this.conditionVariables = conditionVariables;
    this.hasIntrospection = hasIntrospection;
    this.#schema = schema;
  }

  /** The operation and the fragments of its document. */
  get document(): DocumentNode {
    return { kind: Kind.DOCUMENT, definitions: [this.definition, ...this.fragments.values()] };
  }

  /** The operation parsed again, with locations. */
  located(): { definition: OperationDefinitionNode; fragments: Fragments } {
    const document = parse(this.#query);
    return { definition: theOperation(document, this.#operationName), fragments: fragmentsOf(document) };
  }

  /** The estimated cost with coerced variables. Throws an OperationError if the slicing arguments do not fit the schema. */
  estimatedCost(values: Readonly<Record<string, unknown>>): number {
    try {
      this.#cost ??= compileCost({
        schema: this.#schema,
        definition: this.definition,
        fragments: this.fragments,
        assumedListSize: this.#limits.assumedListSize,
      });
      return Math.min(evaluate(this.#cost, values), Number.MAX_SAFE_INTEGER);
    } catch (error) {
      throw error instanceof GraphQLError ? new OperationError([error]) : error;
    }
  }

  /** Throws an OperationError for variables that do not fit their types, or with which the operation exceeds the limits. */
  coerced(variables: Readonly<Record<string, unknown>>): CoercedVariables {
    const exceeded = checkVariableLimits(variables, this.#limits);
    if (exceeded) throw new OperationError([exceeded]);
    const coerced = this.#coerced(variables);
    const { maxRepresentations, maxCost } = this.#limits;
    let entities = 0;
    for (const each of this.#entityCounts) entities += evaluate(each, coerced.values);
    if (entities > maxRepresentations)
      throw new OperationError([
        limitExceeded(
          'TOO_MANY_REPRESENTATIONS',
          '一次所查的实体',
          'representations',
          maxRepresentations,
          entities,
        ),
      ]);
    if (maxCost > 0) {
      const cost = this.estimatedCost(coerced.values);
      if (cost > maxCost)
        throw new OperationError([
          limitExceeded('OPERATION_TOO_COSTLY', '查询的预估代价', 'units of estimated cost', maxCost, cost),
        ]);
      coerced.cost = cost;
    }
    return coerced;
  }

  #coerced(variables: Readonly<Record<string, unknown>>): CoercedVariables {
    const definitions = this.definition.variableDefinitions;
    if (!definitions?.length) return this.#withoutVariables;
    const { errors, coerced } = getVariableValues(this.#schema, definitions, variables, {
      maxErrors: 1,
      hideSuggestions: true,
    });
    if (errors) throw new OperationError(variableErrors(this.#schema, definitions, variables));
    const conditions: Record<string, boolean> = {};
    let variant = '';
    for (const name of this.conditionVariables) {
      if (coerced[name] === null) {
        const message = `变量 $${name} 用于 @skip 或 @include，不得为 null。 The variable $${name} is used in @skip or @include and must not be null.`;
        throw new OperationError([graphError('BAD_USER_INPUT', message, { argument: name })]);
      }
      conditions[name] = coerced[name] === true;
      variant += conditions[name] ? '1' : '0';
    }
    return { values: coerced, conditions, variant, cost: 0 };
  }
}

/** What needs attention beside ordinary fields. */
function specialsOf(query: string, document: DocumentNode) {
  const conditions = new Set<string>();
  const entityCounts: Estimate[] = [];
  let hasIntrospection = false;
  // Visiting a document takes long, and most have nothing of this.
  if (/@|_entities|__schema|__type(?!name)/.test(query))
    visit(document, {
      Field: (field) => {
        hasIntrospection ||= isIntrospection(field);
        if (field.name.value === '_entities') entityCounts.push(requestedEntities(field));
      },
      Directive: ({ name, arguments: args }) => {
        const value = args?.[0]?.value;
        if ((name.value === 'skip' || name.value === 'include') && value?.kind === Kind.VARIABLE)
          conditions.add(value.name.value);
      },
    });
  return { conditionVariables: [...conditions].sort(), entityCounts, hasIntrospection };
}

export const isIntrospection = (field: FieldNode): boolean =>
  field.name.value === '__schema' || field.name.value === '__type';

/** The errors of a document that is not valid for the schema or exceeds the limits. The client gets them unchanged. */
export function validationErrors(
  query: string,
  schema: GraphQLSchema,
  limits: OperationLimits,
): readonly GraphQLError[] {
  try {
    return documentErrors(query, parsed(query, limits), schema, limits);
  } catch (error) {
    if (error instanceof OperationError) return error.errors;
    throw error;
  }
}

/** Throws an OperationError for a document that is not valid. Only its errors need locations, which take as long again to parse. */
function validDocument(
  query: string,
  schema: GraphQLSchema,
  limits: OperationLimits,
  options: ParseOptions,
): DocumentNode {
  const document = parsed(query, limits, options);
  const errors = documentErrors(query, document, schema, limits);
  if (errors.length === 0) return document;
  if (!options.noLocation) throw new OperationError(errors);
  throw new OperationError(documentErrors(query, parsed(query, limits), schema, limits));
}

function documentErrors(
  query: string,
  document: DocumentNode,
  schema: GraphQLSchema,
  limits: OperationLimits,
): readonly GraphQLError[] {
  const exceeded = checkDocumentLimits(query, document, limits);
  if (exceeded) return [exceeded];
  const rules = documentRules(query, limits.hasIntrospection);
  // Suggestions disclose names of the schema to whoever may not read it.
  const errors = validationErrorsOf(() =>
    validate(schema, document, rules, { maxErrors, hideSuggestions: !limits.hasIntrospection }),
  );
  return errors.slice(0, maxErrors).map((error) => {
    if (error.message === abortedByGraphQLJs)
      return graphError(
        'OPERATION_TOO_COMPLEX',
        '查询中同名字段或片段过多，无法校验；请拆分查询。 The operation repeats too many fields or fragments to be validated. Split it.',
      );
    if (error.message.startsWith('GraphQL introspection has been disabled')) return introspectionOff();
    return coded(error, 'GRAPHQL_VALIDATION_FAILED');
  });
}

/** A rule of graphql-js collects the fields of subscriptions, and throws what it finds wrong in them. */
function validationErrorsOf(validated: () => readonly GraphQLError[]): readonly GraphQLError[] {
  try {
    return validated();
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
}

/** The message of graphql-js when it reaches its own limit of work. */
const abortedByGraphQLJs = 'Validation aborted.';

const introspectionOff = () =>
  graphError(
    'INTROSPECTION_OFF',
    '此处不提供模式自省；请使用已发布的模式。 Introspection is off here. Use the published schema.',
  );

function parsed(
  query: string,
  { maxTokens, maxNameLength }: OperationLimits,
  options?: ParseOptions,
): DocumentNode {
  try {
    const document = parse(query, { ...options, maxTokens });
    const longest = longestName(query, maxNameLength);
    if (longest > maxNameLength)
      throw limitExceeded('OPERATION_TOO_LONG', '名称的字符', 'characters of a name', maxNameLength, longest);
    return document;
  } catch (error) {
    const { message } = error as GraphQLError;
    throw new OperationError([
      /^Syntax Error: Document contains more that \d+ tokens/.test(message)
        ? limitExceeded('OPERATION_TOO_LONG', '查询的词法单元', 'tokens', maxTokens, null)
        : coded(withoutValue(error as GraphQLError), 'GRAPHQL_PARSE_FAILED'),
    ]);
  }
}

/** Replaces an unexpected value in the message by its kind. */
const withoutValue = (error: GraphQLError): GraphQLError =>
  Object.assign(error, {
    message: shorten(error.message.replace(/(String|Int|Float) ".*"/s, '$1')),
  });

/** The length of the longest name, if that is longer than allowed. */
function longestName(query: string, maxLength: number): number {
  let longest = 0;
  // Most texts have no such run of characters; where one does, it can be in a string.
  if (!hasLongerWord(query, maxLength)) return longest;
  const { loc } = parse(query);
  for (let token = loc?.startToken ?? null; token; token = token.next)
    if (token.kind === TokenKind.NAME) longest = Math.max(longest, token.end - token.start);
  return longest;
}

function hasLongerWord(text: string, maxLength: number): boolean {
  let length = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    const isLetter = (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
    length = isLetter || code === 95 || (code >= 48 && code <= 57) ? length + 1 : 0;
    if (length > maxLength) return true;
  }
  return false;
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
        : '文档中有多个操作，请用 operationName 指明一个。 The document has several operations. Select one by operationName.';
  throw new OperationError([graphError('OPERATION_RESOLUTION_FAILURE', message)]);
}

function coded(error: GraphQLError, code: string): GraphQLError {
  Object.assign(error.extensions, { code: error.extensions.code ?? code });
  return error;
}
