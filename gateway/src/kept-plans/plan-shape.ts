// Checks that data which was read from a file is a query plan, before anything relies on it.
import type { FetchNode, PlanNode, Requirement, Rewrite } from '../query-planner/query-plan.ts';

type Fields = Record<string, unknown>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isText = (value: unknown): value is string => typeof value === 'string';

const isListOf = <Entry>(
  value: unknown,
  isEntry: (entry: unknown) => entry is Entry,
): value is readonly Entry[] => Array.isArray(value) && value.every(isEntry);

const isNullOr = <Value>(
  value: unknown,
  isValue: (value: unknown) => value is Value,
): value is Value | null => value === null || isValue(value);

export const isTouchedParts = (value: unknown): value is Readonly<Record<string, readonly string[]>> =>
  isObject(value) && Object.values(value).every((fields) => isListOf(fields, isText));

export function isPlanNode(value: unknown): value is PlanNode {
  if (!isObject(value)) return false;
  if (value.kind === 'Sequence' || value.kind === 'Parallel') return isListOf(value.nodes, isPlanNode);
  return value.kind === 'Fetch' && isFetch(value);
}

const isFetch = (value: Fields): boolean =>
  isText(value.subgraph) &&
  isListOf(value.path, isText) &&
  typeof value.isMutation === 'boolean' &&
  isNullOr(value.keyOnly, isRequest) &&
  isListOf(value.inputRewrites, isRewrite) &&
  isListOf(value.outputRewrites, isRewrite) &&
  isRequest(value);

const isRequest = (value: unknown): value is NonNullable<FetchNode['keyOnly']> =>
  isObject(value) &&
  isText(value.operation) &&
  isListOf(value.variables, isText) &&
  isNullOr(value.requires, isRequirements);

const isRequirements = (value: unknown): value is Requirement[] => isListOf(value, isRequirement);

function isRequirement(value: unknown): value is Requirement {
  if (!isObject(value)) return false;
  if (value.kind === 'Fragment') return isNullOr(value.type, isText) && isRequirements(value.selections);
  const { kind, from, to, selections } = value;
  return kind === 'Field' && isText(from) && isText(to) && isNullOr(selections, isRequirements);
}

function isRewrite(value: unknown): value is Rewrite {
  if (!isObject(value) || !isListOf(value.path, isText)) return false;
  return value.kind === 'Set' ? 'value' in value : value.kind === 'Rename' && isText(value.to);
}
