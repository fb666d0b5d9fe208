// The custom scalars of base.graphql: which input they accept, and how they serialize values.

import { GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { firstDay, isDate, isDay, lastDay } from '../calendar.ts';
import { BadInput, type Bilingual, graphError } from '../errors.ts';

const range: Bilingual = { zh: `，${firstDay} 到 ${lastDay}`, en: `, ${firstDay} to ${lastDay}` };

const dateTimePattern =
  /^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-](0\d|1[0-4]):[0-5]\d)$/;

function parseDate(value: unknown): string {
  if (typeof value === 'string' && isDate(value)) return value;
  throw refusal('Date', { zh: '真实存在的日期 YYYY-MM-DD', en: 'a real day YYYY-MM-DD' }, range);
}

function parseDateTime(value: unknown): string {
  if (typeof value === 'string' && dateTimePattern.test(value) && isDay(value.slice(0, 10))) {
    const instant = new Date(value);
    if (isDate(showDateTime(instant).slice(0, 10))) return instant.toISOString();
  }
  throw refusal(
    'DateTime',
    { zh: 'RFC 3339 时刻（如 2026-01-31T08:00:00+08:00）', en: 'an RFC 3339 instant' },
    range,
  );
}

/** RFC 3339 in Asia/Shanghai, whose offset has not changed since 1991; in whole seconds. */
export function showDateTime(value: unknown): string {
  if (typeof value === 'string' && value.endsWith('+08:00')) return `${value.slice(0, 19)}+08:00`;
  const instant = value instanceof Date ? value : new Date(value as string);
  return `${new Date(instant.getTime() + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`;
}

function parseLong(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw refusal('Long', { zh: '±(2^53−1) 内的整数', en: 'an integer within ±(2^53−1)' });
}

/** A sum can exceed the range of its terms. An error is better than a number that has lost digits. */
function showLong(value: unknown): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw graphError(
    'NUMBER_OUT_OF_RANGE',
    '此数超出 ±(2^53−1)，无法准确表示。 This number exceeds ±(2^53−1) and cannot be represented exactly.',
  );
}

function parsePartialDate(value: unknown): string {
  const first =
    typeof value === 'string' && /^\d{4}(-\d{2}){0,2}$/.test(value) && `${value}-01-01`.slice(0, 10);
  if (first && isDate(first)) return value as string;
  throw refusal(
    'PartialDate',
    { zh: 'YYYY、YYYY-MM 或 YYYY-MM-DD', en: 'YYYY, YYYY-MM or YYYY-MM-DD' },
    range,
  );
}

/** Names only what was expected: the received value may be long, and personal data. */
const refusal = (scalar: string, { zh, en }: Bilingual, more: Bilingual = { zh: '', en: '' }) =>
  new BadInput(scalar, { zh: `${zh}${more.zh}`, en: `${en}${more.en}` });

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
  Long: scalar('Long', parseLong, showLong),
};
