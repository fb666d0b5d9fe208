// A client's operation, parsed and validated once, with the plans and the code compiled for it.

import { graphError } from '@district-graph/kit/errors';
import type { Conditions, Fragments } from '@district-graph/kit/operation/collect-fields';
import { rootFieldsOf, selectionsOf } from '@district-graph/kit/operation/document-limits';
import type { GraphQLOperation } from '@district-graph/kit/operation/graphql-operation';
import type { OperationLimits } from '@district-graph/kit/operation/limits';
import {
  type CoercedVariables,
  isIntrospection,
  OperationError,
  ValidOperation,
} from '@district-graph/kit/operation/valid-operation';
import {
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import type { ClientOperation } from '../answer/client-operation.ts';
import { type Completion, completeAnswer } from '../answer/complete-value.ts';
import type { MergedObject } from '../answer/merged-result.ts';
import { markRawCopies } from '../answer/raw-copy.ts';
import type { ResponsePath } from '../answer/response-path.ts';
import { type AnswerWriter, compileAnswerWriter } from '../answer/write-answer.ts';
import { compilePlan, type RunnablePlan } from '../execution/run-plan.ts';
import { type RequestedAccess, requestedAccess } from '../planning/field-authorization.ts';
import type { PlannableOperation } from '../planning/operation-to-plan.ts';
import { type ResponsePosition, rootResponsePosition } from '../planning/response-positions.ts';
import { type QueryPlan, sizeOfPlan } from '../query-planner/query-plan.ts';
import { isUnauthorized, type MissingScopes, noMissingScopes } from '../supergraph/access-metadata.ts';
import type { SupergraphMetadata } from '../supergraph/supergraph-metadata.ts';
import type { GeneratedCode } from './generated-code.ts';
import { type Introspection, introspectionOf } from './introspection.ts';
import type { RequesterPlanner } from './requester-planner.ts';

/** How many variants of one operation are kept: combinations of @skip, @include and withheld scopes. */
const maxVariants = 64;

export interface PrepareOptions {
  limits: OperationLimits;
  /** Whether the document has been validated, limits included. */
  isChecked: boolean;
  /** The longest allowed response. */
  maxResponseBytes: number;
  generated: GeneratedCode<Variant, Runnable>;
  /**
   * A subgraph's response of at least this length is read by generated code from the first run on: reading it otherwise takes longer
   * than generating the code.
   */
  generateFromBytes: number;
}

/** The operation for one combination of @skip and @include and of the scopes that the viewer lacks. */
export interface Variant {
  conditions: Conditions;
  missingScopes: MissingScopes;
  /** The form that is planned, until there is a plan. */
  toPlan: PlannableOperation | null;
  plan: QueryPlan | null;
  /** The text whose plan it is; empty before there is one. */
  plannedText: string;
  /** The position of the root object, as planning has computed it, until the first run. */
  position: ResponsePosition | null;
  runs: number;
  size: number;
}

export interface Runnable {
  client: ClientOperation;
  plan: RunnablePlan;
  missingScopes: MissingScopes;
  /** Null where the response is written by `completeAnswer`. */
  answerWriter: () => AnswerWriter | null;
}

/** The values of `__schema` and `__type` by response name, as JSON in latin1. */
export type IntrospectionResults = ReadonlyMap<string, string>;

let preparedCount = 0;

/** What an execution produced, from which the response is completed. */
export interface ExecutionResult {
  root: MergedObject;
  introspection: IntrospectionResults;
  hasSubgraphError: (path: ResponsePath) => boolean;
}

export class PreparedOperation {
  /** Unique in this process. */
  readonly id = ++preparedCount;
  readonly query: string;
  readonly operationName: string | null;
  /** The name in the document. */
  readonly name: string | null;
  /** Its size when it was cached last. */
  cachedSize = 0;
  /** How often it was requested: the most used operations are planned first for a new supergraph. */
  uses = 0;
  /** The scopes that its fields require. */
  readonly access: RequestedAccess;
  /** The number of root fields. */
  readonly rootFields: number;
  /** The number of selections, with fragments expanded. */
  readonly selections: number;
  #rootType: GraphQLObjectType;
  #options: PrepareOptions;
  #schema: GraphQLSchema;
  #metadata: SupergraphMetadata;
  #valid: ValidOperation;
  #variants = new Map<string, Variant>();

  /** Throws an OperationError for a document that is not valid on the schema. */
  constructor(
    { query, operationName }: Pick<GraphQLOperation, 'query' | 'operationName'>,
    schema: GraphQLSchema,
    metadata: SupergraphMetadata,
    options: PrepareOptions,
  ) {
    const { limits, isChecked } = options;
    const valid = new ValidOperation(query, operationName, schema, {
      limits,
      isChecked,
      keepsLocations: false,
    });
    const { definition, fragments } = valid;
    const rootType = schema.getRootType(definition.operation);
    if (!rootType || definition.operation === OperationTypeNode.SUBSCRIPTION)
      throw new OperationError([
        graphError(
          'OPERATION_RESOLUTION_FAILURE',
          '订阅请以 Accept: text/event-stream 或 WebSocket 发到 /graphql，或以 POST 发到 /graphql/stream。 Send subscriptions to /graphql with Accept: text/event-stream or over WebSocket, or to /graphql/stream by POST.',
        ),
      ]);
    this.query = query;
    this.operationName = operationName;
    this.name = definition.name?.value ?? null;
    this.rootFields = rootFieldsOf(definition.selectionSet, fragments);
    this.selections = selectionsOf(definition.selectionSet, fragments);
    this.access = requestedAccess(definition, fragments, schema, metadata.access);
    this.#valid = valid;
    this.#schema = schema;
    this.#metadata = metadata;
    this.#options = options;
    this.#rootType = rootType;
  }

  get isMutation(): boolean {
    return this.#valid.definition.operation === OperationTypeNode.MUTATION;
  }

  get document() {
    return this.#valid.document;
  }

  /** Its share of the cache: the length of its text, for each plan, or more where the plan is much longer. */
  get size(): number {
    let size = 0;
    for (const variant of this.#variants.values()) size += variant.size;
    return size || this.query.length + 1;
  }

  /** Compiled for one run at first, later with generated code, which is cached and returned synchronously. */
  runnable(
    coerced: Pick<CoercedVariables, 'variant' | 'conditions'>,
    missingScopes: MissingScopes,
    planner: RequesterPlanner,
  ): Runnable | Promise<Runnable> {
    const variant = this.#variantOf(coerced, missingScopes);
    if (variant.plan) planner.use(variant.plannedText);
    return this.#options.generated.get(variant) ?? this.#compile(variant, planner);
  }

  /** The plan of a variant that has run; null before. */
  planOf(
    coerced: Pick<CoercedVariables, 'variant' | 'conditions'>,
    missingScopes: MissingScopes,
  ): QueryPlan | null {
    return this.#variantOf(coerced, missingScopes).plan;
  }

  #variantOf(
    { variant: name, conditions }: Pick<CoercedVariables, 'variant' | 'conditions'>,
    missingScopes: MissingScopes,
  ): Variant {
    return this.#variant(missingScopes === noMissingScopes ? name : `${name} ${missingScopes.join(' ')}`, {
      conditions,
      missingScopes,
    });
  }

  async #compile(variant: Variant, planner: RequesterPlanner): Promise<Runnable> {
    const { node } = await this.#plan(variant, planner);
    variant.runs += 1;
    return this.#options.generated.get(variant) ?? planner.charged(() => this.#compiled(variant, node));
  }

  #compiled(variant: Variant, node: QueryPlan['node']): Runnable {
    const { generated, generateFromBytes: fromBytes } = this.#options;
    const { conditions, missingScopes } = variant;
    const client = this.#client(this.#valid, conditions, variant.position);
    variant.position = null;
    // A refused field needs an error with its path, which only `completeAnswer` reports.
    const compileWriter = () =>
      missingScopes === noMissingScopes ? compileAnswerWriter(client, this.#options.maxResponseBytes) : null;
    if (!generated.isDue(variant)) {
      let isLong = false;
      const onLong = () => {
        if (!isLong) markRawCopies(client, plan.root);
        isLong = true;
      };
      const plan = compilePlan(node, this.name, this.#metadata, { fromBytes, onLong });
      return { client, plan, missingScopes, answerWriter: () => (isLong ? compileWriter() : null) };
    }
    return generated.generate(variant, this.query.length, () => {
      const plan = compilePlan(node, this.name, this.#metadata, null);
      markRawCopies(client, plan.root);
      const writer = compileWriter();
      return { client, plan, missingScopes, answerWriter: () => writer };
    });
  }

  /** Plans the variants that the same operation has on another supergraph. */
  async planLike(other: PreparedOperation, planner: RequesterPlanner): Promise<void> {
    for (const [name, planned] of other.#variants) {
      const variant = this.#variant(name, planned);
      await this.#plan(variant, planner);
      variant.position = null;
    }
  }

  /** The plan of the variant, made once. Until it is made, each request for it is queued under its own requester, so that no request waits in another's queue. */
  async #plan(variant: Variant, planner: RequesterPlanner): Promise<QueryPlan> {
    if (variant.plan) return variant.plan;
    const { conditions, missingScopes } = variant;
    const { definition, fragments } = this.#valid;
    const toPlan =
      variant.toPlan ?? (await planner.write({ definition, fragments, conditions, missingScopes }, this));
    variant.toPlan = toPlan;
    const plan = await planner.plan(toPlan);
    if (!plan.node && this.#selectsData(variant))
      throw graphError(
        'OPERATION_NOT_PLANNABLE',
        '没有子图能返回所查的字段。 No subgraph can return the requested fields.',
      );
    variant.plan = plan;
    variant.size = Math.max(variant.size, sizeOfPlan(plan));
    variant.plannedText = toPlan.text;
    variant.position = toPlan.position;
    variant.toPlan = null;
    return plan;
  }

  /** Throws an OperationError for variables that do not fit their types. */
  coerced(variables: Readonly<Record<string, unknown>>): CoercedVariables {
    return this.#valid.coerced(variables);
  }

  /** The response's data, and the errors of completing it. */
  complete(runnable: Runnable, coerced: CoercedVariables, result: ExecutionResult): Completion {
    const { client, missingScopes } = runnable;
    const { root, introspection } = result;
    const writer = runnable.answerWriter();
    if (writer) {
      const data = writer(root, introspection);
      if (data !== null) return { data, errors: [] };
    } else if (missingScopes === noMissingScopes) {
      const completion = this.#completeValues(client, missingScopes, result);
      if (completion.errors.length === 0) return completion;
    }
    return this.#completeValues(this.located(coerced), missingScopes, result);
  }

  #completeValues(
    operation: ClientOperation,
    missingScopes: MissingScopes,
    result: ExecutionResult,
  ): Completion {
    const { root, introspection, hasSubgraphError } = result;
    const { maxResponseBytes: maxLength } = this.#options;
    return completeAnswer(root, { operation, missingScopes, introspection, hasSubgraphError, maxLength });
  }

  /** The client's operation with the locations of its nodes, which errors report. */
  located({ conditions }: CoercedVariables): ClientOperation {
    return this.#client(this.#valid.located(), conditions);
  }

  #client(
    { definition, fragments }: { definition: OperationDefinitionNode; fragments: Fragments },
    conditions: Conditions,
    position?: ResponsePosition | null,
  ): ClientOperation {
    const { aliasPrefix: prefix, plannerSelections, interfaceObjects, access } = this.#metadata;
    const [schema, rootType] = [this.#schema, this.#rootType];
    const document = { schema, fragments, conditions, prefix, plannerSelections, interfaceObjects };
    return {
      schema,
      rootType,
      access,
      position: position ?? rootResponsePosition(document, rootType, definition.selectionSet),
    };
  }

  #variant(
    name: string,
    { conditions, missingScopes }: Pick<Variant, 'conditions' | 'missingScopes'>,
  ): Variant {
    let variant = this.#variants.get(name);
    if (!variant) {
      if (this.#variants.size >= maxVariants) this.#variants.clear();
      variant = {
        conditions,
        missingScopes,
        toPlan: null,
        plan: null,
        plannedText: '',
        position: null,
        runs: 0,
        size: this.query.length + 1,
      };
      this.#variants.set(name, variant);
    }
    return variant;
  }

  #selectsData({ conditions, missingScopes }: Variant): boolean {
    const { rootType, position, access } = this.#client(this.#valid, conditions);
    return [...position.fieldsOf(rootType).values()].some(
      ({ nodes: [node] }) =>
        node.name.value !== '__typename' &&
        !isIntrospection(node) &&
        !isUnauthorized(access, missingScopes, rootType.name, node.name.value),
    );
  }

  /** Its introspection fields as an operation of their own; null where it has none. */
  introspection({ conditions, values }: CoercedVariables): Introspection | null {
    const { hasIntrospection, definition, fragments } = this.#valid;
    if (!hasIntrospection) return null;
    const { rootType, position } = this.#client(this.#valid, conditions);
    const fields = new Map<string, readonly [FieldNode, ...FieldNode[]]>();
    for (const [name, { nodes }] of position.fieldsOf(rootType))
      if (isIntrospection(nodes[0])) fields.set(name, nodes);
    return fields.size === 0 ? null : introspectionOf(fields, definition, fragments, values);
  }
}
