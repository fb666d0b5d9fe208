// The resolvers of the scalars in base.graphql: what is accepted, and what is shown.
import { GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { badInput } from './errors.ts';

const datePattern = /^(\d{4})-(\d{2})-(\d{2})$/;
const dateTimePattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** Whether the text is a day that exists: 2024-02-29 is, 2023-02-29 is not. */
export function isDate(text: string): boolean {
  if (!datePattern.test(text) || text.startsWith('0000')) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

function parseDate(value: unknown): string {
  if (typeof value === 'string' && isDate(value)) return value;
  throw badInput('Date', { zh: '真实存在的日期 YYYY-MM-DD', en: 'a real day YYYY-MM-DD' }, value);
}

function parseDateTime(value: unknown): string {
  if (typeof value === 'string' && dateTimePattern.test(value) && isDate(value.slice(0, 10))) {
    const instant = new Date(value);
    if (!Number.isNaN(instant.getTime())) return instant.toISOString();
  }
  const expected = { zh: 'RFC 3339 时刻（如 2026-01-31T08:00:00+08:00）', en: 'an RFC 3339 instant' };
  throw badInput('DateTime', expected, value);
}

/** RFC 3339 in Asia/Shanghai, which has had one offset since 1991; whole seconds. */
export function showDateTime(value: unknown): string {
  if (typeof value === 'string' && value.endsWith('+08:00')) return `${value.slice(0, 19)}+08:00`;
  const instant = value instanceof Date ? value : new Date(value as string);
  return `${new Date(instant.getTime() + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`;
}

function parseLong(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw badInput('Long', { zh: '±(2^53−1) 内的整数', en: 'a whole number within ±(2^53−1)' }, value);
}

function parsePartialDate(value: unknown): string {
  if (typeof value === 'string' && (/^\d{4}(-(0[1-9]|1[0-2]))?$/.test(value) || isDate(value))) return value;
  throw badInput(
    'PartialDate',
    { zh: 'YYYY、YYYY-MM 或 YYYY-MM-DD', en: 'YYYY, YYYY-MM or YYYY-MM-DD' },
    value,
  );
}

const literal = (node: ValueNode): unknown => {
  if (node.kind === Kind.STRING) return node.value;
  if (node.kind === Kind.INT) return Number(node.value);
  return node.kind;
};

function scalar<T>(name: string, parse: (value: unknown) => T, serialize: (value: unknown) => unknown) {
  return new GraphQLScalarType({
    name,
    parseValue: parse,
    parseLiteral: (node) => parse(literal(node)),
    serialize,
  });
}

export const scalarResolvers = {
  Date: scalar('Date', parseDate, String),
  DateTime: scalar('DateTime', parseDateTime, showDateTime),
  PartialDate: scalar('PartialDate', parsePartialDate, String),
  Long: scalar('Long', parseLong, Number),
};
