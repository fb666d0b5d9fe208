// An operation of a client, parsed and validated once, with everything compiled for it.

import { graphError } from '@district-graph/kit/errors';
import type { Conditions, Fragments } from '@district-graph/kit/operation/collect-fields';
import { rootFieldsOf } from '@district-graph/kit/operation/document-limits';
import {
  type CoercedVariables,
  isIntrospection,
  OperationError,
  type OperationLimits,
  ValidOperation,
} from '@district-graph/kit/operation/valid-operation';
import {
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import type { LRUCache } from 'lru-cache';
import type { ClientOperation } from '../answer/answered-operation.ts';
import { type Completion, completeAnswer } from '../answer/complete-value.ts';
import { markRawCopies } from '../answer/raw-copy.ts';
import type { ResponsePath } from '../answer/response-path.ts';
import type { MergedObject } from '../answer/shapes.ts';
import { type AnswerWriter, compileAnswerWriter } from '../answer/write-answer.ts';
import type { OperationToPlan } from '../planning/client-operation.ts';
import { type RequestedAccess, requestedAccess } from '../planning/field-authorization.ts';
import type { QueryPlan } from '../planning/query-plan.ts';
import { rootPosition } from '../planning/response-positions.ts';
import { isWithheld, nothing, type Withheld } from '../supergraph/access-metadata.ts';
import type { SupergraphMetadata } from '../supergraph/supergraph-metadata.ts';
import { type Introspection, introspectionOf } from './introspection.ts';
import { compilePlan, type RunnablePlan } from './run-plan.ts';

/** How many combinations of @skip and @include are kept planned for one operation. */
const maxVariants = 64;

export interface PrepareOptions {
  limits: OperationLimits;
  /** Whether the document is known to be valid and within the limits. */
  isChecked: boolean;
  /** Bytes of an answer. */
  maxResponseBytes: number;
  generated: Generated;
  /** How often an operation is run before code is generated for it: for one that does not come again it is a waste. */
  generateAfter: number;
  /** How long an answer of a subgraph is at least that is read by generated code from the first run on: reading it otherwise takes longer than generating the code. */
  generateFromBytes: number;
}

/** What is made for one combination of @skip and @include, and of what is withheld from the viewer. */
export interface Variant {
  conditions: Conditions;
  withheld: Withheld;
  /** As it is planned. */
  written: string | null;
  plan: QueryPlan | null;
  runs: number;
}

export interface Runnable {
  client: ClientOperation;
  plan: RunnablePlan;
  withheld: Withheld;
  /** Null where the answer is completed the whole way. */
  writeAnswer: () => AnswerWriter | null;
}

/** What has generated code: it is much larger than what it was made from. */
export type Generated = LRUCache<Variant, Runnable>;

/** The answers to `__schema` and `__type` by response name, as JSON in latin1. */
export type Introspected = ReadonlyMap<string, string>;

let prepared = 0;

/** Makes plans for one requester. */
export interface PlanMaker {
  write: (operation: OperationToPlan) => string;
  plan: (written: string) => Promise<QueryPlan>;
}

export class PreparedOperation {
  /** Of no other in this process. */
  readonly id = ++prepared;
  readonly query: string;
  readonly operationName: string | null;
  /** What the client calls it. */
  readonly name: string | null;
  /** How often it was asked for: the most used are planned first for a new supergraph. */
  uses = 0;
  /** What its fields ask of a viewer. */
  readonly access: RequestedAccess;
  /** Fields of the operation itself. */
  readonly rootFields: number;
  #rootType: GraphQLObjectType;
  #options: PrepareOptions;
  #schema: GraphQLSchema;
  #facts: SupergraphMetadata;
  #valid: ValidOperation;
  #variants = new Map<string, Variant>();

  /** Throws Refused for what is not valid on the schema. */
  constructor(
    query: string,
    operationName: string | null,
    schema: GraphQLSchema,
    facts: SupergraphMetadata,
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
    this.access = requestedAccess(definition, fragments, schema, facts.access);
    this.#valid = valid;
    this.#schema = schema;
    this.#facts = facts;
    this.#options = options;
    this.#rootType = rootType;
  }

  get isMutation(): boolean {
    return this.#valid.definition.operation === OperationTypeNode.MUTATION;
  }

  /** What it takes to keep: its text, for each plan. */
  get size(): number {
    return (this.query.length + 1) * Math.max(1, this.#variants.size);
  }

  /** What runs it: written for this once at first, then generated and kept. What is kept is there at once. */
  runnable(
    { variant: name, conditions }: Pick<CoercedVariables, 'variant' | 'conditions'>,
    withheld: Withheld,
    maker: PlanMaker,
  ): Runnable | Promise<Runnable> {
    const variant = this.#variant(withheld === nothing ? name : `${name} ${withheld.join(' ')}`, {
      conditions,
      withheld,
    });
    return this.#options.generated.get(variant) ?? this.#made(variant, maker);
  }

  async #made(variant: Variant, maker: PlanMaker): Promise<Runnable> {
    const { generated, generateAfter, generateFromBytes: fromBytes } = this.#options;
    const { conditions, withheld } = variant;
    const { node } = await this.#plan(variant, maker);
    variant.runs += 1;
    const known = generated.get(variant);
    if (known) return known;
    const client = this.#client(this.#valid, conditions);
    // What is refused is told with its place: that takes the whole way.
    const compiled = () =>
      withheld === nothing ? compileAnswerWriter(client, this.#options.maxResponseBytes) : null;
    if (variant.runs <= generateAfter) {
      let isLong = false;
      const onLong = () => {
        if (!isLong) markRawCopies(client, plan.root);
        isLong = true;
      };
      const plan = compilePlan(node, this.name, this.#facts, { fromBytes, onLong });
      return { client, plan, withheld, writeAnswer: () => (isLong ? compiled() : null) };
    }
    const plan = compilePlan(node, this.name, this.#facts, null);
    markRawCopies(client, plan.root);
    const writer = compiled();
    const runnable = { client, plan, withheld, writeAnswer: () => writer };
    generated.set(variant, runnable, { size: this.query.length });
    return runnable;
  }

  /** Plans what is planned for the same operation on another supergraph. */
  async planLike(other: PreparedOperation, maker: PlanMaker): Promise<void> {
    for (const [name, made] of other.#variants) await this.#plan(this.#variant(name, made), maker);
  }

  /** The plan that is made once; while it is, each who needs it asks for it. */
  async #plan(variant: Variant, maker: PlanMaker): Promise<QueryPlan> {
    if (variant.plan) return variant.plan;
    const { conditions, withheld } = variant;
    const { definition, fragments } = this.#valid;
    variant.written ??= maker.write({ definition, fragments, conditions, withheld });
    const plan = await maker.plan(variant.written);
    if (!plan.node && this.#selectsData(variant))
      throw graphError(
        'OPERATION_NOT_PLANNABLE',
        '没有子图能给出所查的字段。 No subgraph can give the fields that are asked for.',
      );
    variant.plan = plan;
    variant.written = null;
    return plan;
  }

  /** Throws Refused for variables that do not fit their types. */
  coerced(variables: Readonly<Record<string, unknown>>): CoercedVariables {
    return this.#valid.coerced(variables);
  }

  /** The client's data, as JSON in latin1, and the errors of completing it. */
  complete(
    root: MergedObject,
    { client, writeAnswer, withheld }: Runnable,
    coerced: CoercedVariables,
    introspected: Introspected,
    explained: (path: ResponsePath) => boolean,
  ): Completion {
    const { maxResponseBytes } = this.#options;
    const writer = writeAnswer();
    const completed = (operation: ClientOperation) =>
      completeAnswer(operation, root, withheld, introspected, explained, maxResponseBytes);
    if (writer) {
      const data = writer(root, introspected);
      if (data !== null) return { data, errors: [] };
    } else if (withheld === nothing) {
      const completion = completed(client);
      if (completion.errors.length === 0) return completion;
    }
    return completed(this.located(coerced));
  }

  /** The client's operation, for telling where in its text something happened. */
  located({ conditions }: CoercedVariables): ClientOperation {
    return this.#client(this.#valid.located(), conditions);
  }

  #client(
    { definition, fragments }: { definition: OperationDefinitionNode; fragments: Fragments },
    conditions: Conditions,
  ): ClientOperation {
    const { aliasPrefix: prefix, objectsTaken, interfaceObjects, access } = this.#facts;
    const [schema, rootType] = [this.#schema, this.#rootType];
    const document = { schema, fragments, conditions, prefix, objectsTaken, interfaceObjects };
    return { schema, rootType, access, position: rootPosition(document, rootType, definition.selectionSet) };
  }

  #variant(name: string, { conditions, withheld }: Pick<Variant, 'conditions' | 'withheld'>): Variant {
    let variant = this.#variants.get(name);
    if (!variant) {
      if (this.#variants.size >= maxVariants) this.#variants.clear();
      variant = { conditions, withheld, written: null, plan: null, runs: 0 };
      this.#variants.set(name, variant);
    }
    return variant;
  }

  #selectsData({ conditions, withheld }: Variant): boolean {
    const { rootType, position, access } = this.#client(this.#valid, conditions);
    return [...position.fieldsOf(rootType).values()].some(
      ({ nodes: [node] }) =>
        node.name.value !== '__typename' &&
        !isIntrospection(node) &&
        !isWithheld(access, withheld, rootType.name, node.name.value),
    );
  }

  /** What it asks of the schema itself, or null. */
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
