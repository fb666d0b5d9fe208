// An operation of a client, parsed and validated once, with everything compiled for it.

import { graphError } from '@district-graph/kit/errors';
import {
  type DocumentNode,
  execute,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  specifiedRules,
  validate,
  visit,
} from 'graphql';
import { countExpandedSelections, isIntrospection } from '../plan/client-operation.ts';
import type { QueryPlan, SupergraphFacts } from '../plan/query-plan.ts';
import { type Conditions, collectFields } from './collect-fields.ts';
import { type ClientOperation, type Completion, complete } from './complete.ts';
import { encoded } from './read-answer.ts';
import type { ResponsePath } from './response-path.ts';
import { compilePlan, type RunnablePlan } from './run-plan.ts';
import type { GatheredObject } from './shapes.ts';
import { compileSplice, type Splice } from './splice.ts';

/** How many errors of one document are told. */
const maxErrors = 20;
/** How many combinations of @skip and @include are kept compiled for one operation. */
const maxSplices = 64;

export interface OperationLimits {
  /** Selections once all fragments are written out. */
  maxSelections: number;
}

/** Why an operation cannot be run; told to the client as it is. */
export class Refused extends Error {
  errors: readonly GraphQLError[];
  constructor(errors: readonly GraphQLError[]) {
    super(errors[0]?.message);
    this.errors = errors;
  }
}

export class PreparedOperation {
  readonly query: string;
  readonly operationName: string | null;
  readonly definition: OperationDefinitionNode;
  /** How often it was asked for: the most used are planned first for a new supergraph. */
  uses = 0;
  #client: ClientOperation;
  #schema: GraphQLSchema;
  #facts: SupergraphFacts;
  #conditionVariables: string[];
  #hasIntrospection: boolean;
  #introspected: ReadonlyMap<string, string> | null = null;
  #splices = new Map<string, Splice>();
  #plan: Promise<RunnablePlan> | null = null;

  /** Throws Refused for what is not valid on the schema. */
  constructor(
    query: string,
    operationName: string | null,
    schema: GraphQLSchema,
    facts: SupergraphFacts,
    limits: OperationLimits,
  ) {
    const document = parsed(query);
    const selections = countExpandedSelections(document, limits.maxSelections);
    if (selections > limits.maxSelections) {
      throw new Refused([
        graphError(
          'OPERATION_TOO_COMPLEX',
          `展开片段后，查询不得超过 ${limits.maxSelections} 个选择。 An operation may have at most ${limits.maxSelections} selections once its fragments are written out.`,
          { limit: limits.maxSelections },
        ),
      ]);
    }
    const errors = validate(schema, document, specifiedRules, { maxErrors });
    if (errors.length) throw new Refused(errors.map((error) => coded(error, 'GRAPHQL_VALIDATION_FAILED')));
    const definition = theOperation(document, operationName);
    const rootType = schema.getRootType(definition.operation);
    if (!rootType || definition.operation === OperationTypeNode.SUBSCRIPTION)
      throw new Refused([
        graphError('OPERATION_RESOLUTION_FAILURE', '此处不支持订阅。 Subscriptions are not supported here.'),
      ]);
    const fragments = new Map<string, FragmentDefinitionNode>();
    for (const each of document.definitions)
      if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
    this.query = query;
    this.operationName = operationName;
    this.definition = definition;
    this.#schema = schema;
    this.#facts = facts;
    this.#client = {
      schema,
      rootType,
      selectionSet: definition.selectionSet,
      fragments,
      prefix: facts.aliasPrefix,
    };
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
    this.#conditionVariables = [...conditions].sort();
    this.#hasIntrospection = hasIntrospection;
  }

  get isMutation(): boolean {
    return this.definition.operation === OperationTypeNode.MUTATION;
  }

  /** Compiles the plan that `plan` makes, once; a failed planning is tried anew by the next run. */
  plan(plan: (query: string, operationName: string | null) => Promise<QueryPlan>): Promise<RunnablePlan> {
    this.#plan ??= plan(this.query, this.operationName).then(({ node }) => {
      if (!node && this.#selectsData()) {
        throw graphError(
          'OPERATION_NOT_PLANNABLE',
          '没有子图能给出所查的字段。 No subgraph can give the fields that are asked for.',
        );
      }
      return compilePlan(node, this.#facts);
    });
    this.#plan.catch(() => {
      this.#plan = null;
    });
    return this.#plan;
  }

  /** The values of the variables in @skip and @include. Throws Refused for variables that do not fit their types. */
  conditions(variables: Readonly<Record<string, unknown>>): Conditions {
    const definitions = this.definition.variableDefinitions;
    if (!definitions?.length) return {};
    const { errors, coerced } = getVariableValues(this.#schema, definitions, variables, { maxErrors });
    if (errors) throw new Refused(errors.map((error) => coded(error, 'BAD_USER_INPUT')));
    const conditions: Record<string, boolean> = {};
    for (const name of this.#conditionVariables) conditions[name] = coerced[name] === true;
    return conditions;
  }

  /** The client's data, as JSON in latin1, and the errors of completing it. */
  complete(
    root: GatheredObject,
    conditions: Conditions,
    variables: Readonly<Record<string, unknown>>,
    explained: (path: ResponsePath) => boolean,
  ): Completion {
    const introspected = this.#introspect(variables);
    const key = this.#conditionVariables.map((name) => (conditions[name] ? '1' : '0')).join('');
    let splice = this.#splices.get(key);
    if (!splice) {
      if (this.#splices.size >= maxSplices) this.#splices.clear();
      splice = compileSplice(this.#client, conditions);
      this.#splices.set(key, splice);
    }
    const data = splice(root, introspected);
    if (data !== null) return { data, errors: [] };
    return complete(this.#client, root, conditions, introspected, explained);
  }

  /** The client's operation, for telling where in it something happened. */
  get client(): ClientOperation {
    return this.#client;
  }

  #selectsData(): boolean {
    const { selectionSet, rootType, fragments } = this.#client;
    const all = Object.fromEntries(this.#conditionVariables.map((name) => [name, true]));
    for (const conditions of [all, {}])
      for (const [node] of collectFields(
        this.#schema,
        rootType,
        [selectionSet],
        fragments,
        conditions,
      ).values())
        if (node.name.value !== '__typename' && !isIntrospection(node)) return true;
    return false;
  }

  /** Answers `__schema` and `__type` from the schema, by response name. */
  #introspect(variables: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
    if (!this.#hasIntrospection) return none;
    if (this.#introspected) return this.#introspected;
    const { rootType, selectionSet, fragments } = this.#client;
    const { variableDefinitions } = this.definition;
    const constant = !variableDefinitions?.length;
    const conditions = constant ? {} : this.conditions(variables);
    const fields: FieldNode[] = [];
    for (const nodes of collectFields(this.#schema, rootType, [selectionSet], fragments, conditions).values())
      if (isIntrospection(nodes[0])) fields.push(...nodes);
    const document: DocumentNode = {
      kind: Kind.DOCUMENT,
      definitions: [
        {
          ...this.definition,
          operation: OperationTypeNode.QUERY,
          selectionSet: { kind: Kind.SELECTION_SET, selections: fields },
        },
        ...fragments.values(),
      ],
    };
    const result = execute({ schema: this.#schema, document, variableValues: variables });
    const answers = new Map<string, string>();
    if (!(result instanceof Promise))
      for (const [name, value] of Object.entries(result.data ?? {}))
        answers.set(name, encoded(JSON.stringify(value)));
    if (constant) this.#introspected = answers;
    return answers;
  }
}

const none: ReadonlyMap<string, string> = new Map();

function parsed(query: string): DocumentNode {
  try {
    return parse(query, { maxTokens: 20_000 });
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
    operationName === null
      ? operations.length === 0
        ? '文档中没有操作。 The document has no operation.'
        : '文档中有多个操作，请用 operationName 指明一个。 The document has several operations; name one in operationName.'
      : `文档中没有操作 ${operationName.slice(0, 100)}。 The document has no operation ${operationName.slice(0, 100)}.`;
  throw new Refused([graphError('OPERATION_RESOLUTION_FAILURE', message)]);
}

function coded(error: GraphQLError, code: string): GraphQLError {
  Object.assign(error.extensions, { code: error.extensions.code ?? code });
  return error;
}
