// Serializes the values of scalars and enums as JSON text (the GraphQL specification's result coercion).
import { type GraphQLLeafType, isEnumType } from 'graphql';
import type { CompleteValue, WritePlain } from './execution-state.ts';

export function completeLeaf(type: GraphQLLeafType): CompleteValue {
  const serialize = serializer(type);
  return (_state, value, _path, set) => set(serialize(value));
}

/** Null for values that only `completeLeaf` handles, such as promises, and for values that fail, whose error it reports. */
export function writePlainLeaf(type: GraphQLLeafType): WritePlain {
  const serialize = serializer(type);
  return (_state, value) => {
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return null;
    try {
      return serialize(value);
    } catch {
      return null;
    }
  };
}

function serializer(type: GraphQLLeafType): (value: unknown) => string {
  if (isEnumType(type)) {
    const texts = new Map(
      type.getValues().map(({ value, name }) => [value as unknown, JSON.stringify(name)]),
    );
    return (value) => texts.get(value) ?? JSON.stringify(type.serialize(value));
  }
  if (type.name === 'String' || type.name === 'ID')
    return (value) => JSON.stringify(typeof value === 'string' ? value : type.serialize(value));
  return (value) => {
    const serialized = type.serialize(value);
    if (Number.isFinite(serialized)) return String(serialized);
    // JSON has no text for undefined, functions and symbols.
    const text: string | undefined = serialized === null ? undefined : JSON.stringify(serialized);
    if (text !== undefined) return text;
    throw new Error(`Expected \`${type.name}.serialize\` to return a value, received ${String(serialized)}.`);
  };
}
