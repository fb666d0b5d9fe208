// Estimates the cost of an operation by the schema's @cost and @listSize before it is executed; compiled once for a document.
import {
  type ArgumentNode,
  type DirectiveNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isListType,
  isNonNullType,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import { graphError } from '../errors.ts';
import type { Fragments } from './collect-fields.ts';
import { CostDirectives, type ListSize } from './cost-directives.ts';

type Values = Readonly<Record<string, unknown>>;

/** A number, or a function of the variables. Everything that does not depend on variables is summed up in advance. */
export type Estimate = number | ((values: Values) => number);

/** Of a mutation, besides its fields, as Apollo's gateway counts. */
export const mutationCost = 10;

export const evaluate = (estimate: Estimate, values: Values): number =>
  typeof estimate === 'number' ? estimate : estimate(values);

function sum(estimates: readonly Estimate[]): Estimate {
  let fixed = 0;
  const variable: ((values: Values) => number)[] = [];
  for (const estimate of estimates)
    if (typeof estimate === 'number') fixed += estimate;
    else variable.push(estimate);
  if (variable.length === 0) return fixed;
  return (values) => variable.reduce((total, each) => total + each(values), fixed);
}

function times(one: Estimate, other: Estimate): Estimate {
  if (typeof one === 'number' && typeof other === 'number') return one * other;
  if (one === 0 || other === 0) return 0;
  return (values) => evaluate(one, values) * evaluate(other, values);
}

function most(estimates: readonly Estimate[]): Estimate {
  if (estimates.length === 0) return 0;
  if (estimates.every((estimate) => typeof estimate === 'number')) return Math.max(...estimates);
  return (values) => Math.max(...estimates.map((estimate) => evaluate(estimate, values)));
}

export interface OperationToEstimate {
  schema: GraphQLSchema;
  definition: OperationDefinitionNode;
  fragments: Fragments;
  /** The length of a list for which the schema declares none. */
  assumedListSize: number;
}

/**
 * An upper bound, provided that lists are no longer than declared: each object weighs 1 and each scalar 0 unless @cost declares
 * otherwise, times the lengths of the lists around it. Of fragments on different types the most expensive counts.
 */
export function compileCost(operation: OperationToEstimate): Estimate {
  const { schema, definition } = operation;
  const rootType = schema.getRootType(definition.operation);
  if (!rootType) return 0;
  const base = definition.operation === OperationTypeNode.MUTATION ? mutationCost : 0;
  return sum([base, new Estimating(operation).selections(rootType, definition.selectionSet, null)]);
}

/** The lengths of lists that the parent field declares (sizedFields), by field. */
type Sizes = ReadonlyMap<string, Estimate>;

class Estimating {
  #operation: OperationToEstimate;
  #directives: CostDirectives;
  #ofFragments = new Map<Sizes | null, Map<string, Estimate>>();

  constructor(operation: OperationToEstimate) {
    this.#operation = operation;
    this.#directives = CostDirectives.of(operation.schema);
  }

  selections(parent: GraphQLCompositeType, { selections }: SelectionSetNode, sizes: Sizes | null): Estimate {
    const { schema } = this.#operation;
    const always: Estimate[] = [];
    const byType = new Map<string, Estimate[]>();
    for (const selection of selections) {
      const fragment = selection.kind === Kind.FIELD ? null : this.#fragment(selection, parent, sizes);
      const estimate = conditional(
        selection,
        selection.kind === Kind.FIELD ? this.#field(parent, selection, sizes) : (fragment?.estimate ?? 0),
      );
      if (!fragment || !isAbstractType(parent) || fragment.on === parent) {
        always.push(estimate);
        continue;
      }
      const possible = isAbstractType(fragment.on) ? schema.getPossibleTypes(fragment.on) : [fragment.on];
      for (const { name } of possible) {
        const estimates = byType.get(name);
        if (estimates) estimates.push(estimate);
        else byType.set(name, [estimate]);
      }
    }
    return sum([...always, most([...byType.values()].map(sum))]);
  }

  #fragment(
    selection: Exclude<SelectionNode, FieldNode>,
    parent: GraphQLCompositeType,
    sizes: Sizes | null,
  ): { on: GraphQLCompositeType; estimate: Estimate } {
    const { schema, fragments } = this.#operation;
    const onType = (name: string | undefined): GraphQLCompositeType => {
      const type = name === undefined ? parent : schema.getType(name);
      return isCompositeType(type) ? type : parent;
    };
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const on = onType(selection.typeCondition?.name.value);
      return { on, estimate: this.selections(on, selection.selectionSet, sizes) };
    }
    const name = selection.name.value;
    const fragment = fragments.get(name);
    if (!fragment) return { on: parent, estimate: 0 };
    const on = onType(fragment.typeCondition.name.value);
    let known = this.#ofFragments.get(sizes);
    if (!known) {
      known = new Map();
      this.#ofFragments.set(sizes, known);
    }
    let estimate = known.get(name);
    if (estimate === undefined) {
      estimate = this.selections(on, fragment.selectionSet, sizes);
      known.set(name, estimate);
    }
    return { on, estimate };
  }

  #field(parent: GraphQLCompositeType, node: FieldNode, sizes: Sizes | null): Estimate {
    // Introspection fields are not found here; they have limits of their own.
    const field = isUnionType(parent) ? undefined : parent.getFields()[node.name.value];
    if (!field) return 0;
    const { weight, isList, listSize, argumentWeights } = this.#directives.of(parent, field);
    const length = listSize && this.#length(field, node, listSize);
    const innerSizes =
      length !== null && listSize?.sizedFields.length
        ? new Map(listSize.sizedFields.map((name) => [name, length]))
        : null;
    const size: Estimate = !isList
      ? 1
      : (sizes?.get(field.name) ??
        (field.name === '_entities' ? requestedEntities(node) : null) ??
        (innerSizes ? null : length) ??
        this.#operation.assumedListSize);
    const type = getNamedType(field.type);
    const each = sum([
      weight,
      node.selectionSet && isCompositeType(type) ? this.selections(type, node.selectionSet, innerSizes) : 0,
    ]);
    const args = (node.arguments ?? []).reduce(
      (total, { name }) => total + (argumentWeights.get(name.value) ?? 0),
      0,
    );
    return sum([times(size, each), args]);
  }

  /** The length of the list in the field or its sized fields: by the slicing arguments, or as assumed. */
  #length(
    field: GraphQLField<unknown, unknown>,
    node: FieldNode,
    { slicingArguments, requiresOne, assumedSize }: ListSize,
  ): Estimate {
    const otherwise = assumedSize ?? this.#operation.assumedListSize;
    if (slicingArguments.length === 0)
      return requestedKeys(field, node) ?? seriesLength(field, node, otherwise);
    const slices = slicingArguments.map((name) => {
      const argument = node.arguments?.find((each) => each.name.value === name);
      return intOf(argument, field.args.find((each) => each.name === name)?.defaultValue);
    });
    const lengthOf = (sizes: readonly (number | null)[]): number => {
      const known = sizes.filter((size) => size !== null);
      if (requiresOne && known.length !== 1) throw notOne(field.name, slicingArguments);
      return known.length ? Math.max(0, ...known) : otherwise;
    };
    if (slices.every((each) => typeof each !== 'function')) return lengthOf(slices);
    return (values) => lengthOf(slices.map((each) => (typeof each === 'function' ? each(values) : each)));
  }
}

/**
 * The length of a time series is the number of intervals in its period, which no slicing argument can express. Its arguments are
 * recognized by their types, which the shared SDL defines. A week counts with the seven days that are read for it. In a daily
 * series the points are most of the work, and each takes as much as four objects elsewhere. Other lists have the assumed length.
 */
function seriesLength(field: GraphQLField<unknown, unknown>, node: FieldNode, otherwise: number): Estimate {
  const argumentOf = (type: string): ArgumentNode | undefined => {
    const name = field.args.find((each) => getNamedType(each.type).name === type)?.name;
    return node.arguments?.find((each) => each.name.value === name);
  };
  const [period, interval] = [argumentOf('DateRange'), argumentOf('TrendInterval')];
  if (!period || !interval) return otherwise;
  return (values) => {
    const { from, to } = (valueFromASTUntyped(period.value, values) ?? {}) as Record<string, unknown>;
    const days = (Date.parse(String(to)) - Date.parse(String(from))) / 86_400_000 + 1;
    if (!(days > 0)) return otherwise;
    const name = valueFromASTUntyped(interval.value, values);
    if (name === 'DAY') return days * dayWeight;
    const daysEach = shortest.get(String(name)) ?? 1;
    return Math.ceil(days / daysEach) + (daysEach > 1 ? 1 : 0);
  };
}

const dayWeight = 4;

/** The fewest days in an interval. Days and weeks are read day by day. */
const shortest = new Map([
  ['MONTH', 28],
  ['QUARTER', 90],
  ['YEAR', 365],
]);

type Int = number | null | ((values: Values) => number | null);

function intOf(argument: ArgumentNode | undefined, defaultValue: unknown): Int {
  const otherwise = typeof defaultValue === 'number' ? defaultValue : null;
  const value = argument?.value;
  if (value?.kind === Kind.INT) return Number(value.value);
  if (value?.kind !== Kind.VARIABLE) return value ? null : otherwise;
  const name = value.name.value;
  return (values) => {
    const value = values[name];
    if (value === undefined) return otherwise;
    return typeof value === 'number' ? value : null;
  };
}

/** The number of representations passed to an `_entities` field. */
export const requestedEntities = (node: FieldNode): Estimate => lengthOfArgument(node, 'representations');

/**
 * A list by keys, `divisionsByCode(codes: [ID!]!)`, has as many entries as keys, which no slicing argument can express; null for
 * other lists.
 */
function requestedKeys(field: GraphQLField<unknown, unknown>, node: FieldNode): Estimate | null {
  const keys = field.args.find(({ type }) => isNonNullType(type) && isListType(type.ofType));
  return keys && getNamedType(keys.type).name === 'ID' ? lengthOfArgument(node, keys.name) : null;
}

/** The length of an argument that is a list; a single value stands for a list of one. */
function lengthOfArgument(node: FieldNode, argument: string): Estimate {
  const value = node.arguments?.find(({ name }) => name.value === argument)?.value;
  if (value?.kind === Kind.LIST) return value.values.length;
  if (value?.kind !== Kind.VARIABLE) return 1;
  const name = value.name.value;
  return (values) => {
    const list = values[name];
    return Array.isArray(list) ? list.length : 1;
  };
}

/** The estimate, or 0 if @skip or @include exclude the selection. */
function conditional({ directives }: SelectionNode, estimate: Estimate): Estimate {
  if (estimate === 0) return 0;
  return (directives ?? []).reduce<Estimate>((left, directive) => {
    const isSkip = directive.name.value === 'skip';
    if (!isSkip && directive.name.value !== 'include') return left;
    const condition = conditionOf(directive);
    if (typeof condition === 'boolean') return condition === isSkip ? 0 : left;
    return (values) => ((values[condition] === true) === isSkip ? 0 : evaluate(left, values));
  }, estimate);
}

function conditionOf({ arguments: args }: DirectiveNode): boolean | string {
  const value = args?.[0]?.value;
  if (value?.kind === Kind.VARIABLE) return value.name.value;
  return value?.kind === Kind.BOOLEAN && value.value;
}

const notOne = (field: string, names: readonly string[]) =>
  graphError(
    'BAD_USER_INPUT',
    `${field} 须且只须给出其一：${names.join('、')}。 ${field} requires exactly one of ${names.join(', ')}.`,
    { argument: names[0] },
  );
