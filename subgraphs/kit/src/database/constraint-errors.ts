// Errors of the database's constraints as messages to clients, which never name a constraint.
import type { Bilingual } from '../errors.ts';

/** By SQLSTATE. */
const refusals = new Map<string, Bilingual>([
  ['23502', { zh: '缺少必填的值', en: 'a required value is missing' }],
  [
    '23503',
    {
      zh: '所指的记录不存在，或仍被引用',
      en: 'a record that it refers to does not exist, or is still referred to',
    },
  ],
  ['23505', { zh: '另一条记录已有相同的值', en: 'another record already has the same value' }],
  ['23514', { zh: '有值超出记录所允许的范围', en: 'a value is out of range' }],
  ['23P01', { zh: '与另一条记录重叠', en: 'it overlaps with another record' }],
]);

/** What is wrong with input that a constraint of the database has refused; null for any other error. */
export function constraintRefusal(error: unknown): Bilingual | null {
  const { code } = error as { code?: unknown };
  return (typeof code === 'string' && refusals.get(code)) || null;
}

/** The field of the input that a constraint is about, by its name: `road_length_metres` is about `lengthMetres`. */
export function constrainedField(error: unknown, input: object): string | null {
  const { constraint_name: constraint = '', column_name: column = '' } = error as {
    constraint_name?: string;
    column_name?: string;
  };
  const name = column || constraint;
  const inName = (field: string) =>
    `_${name}_`.includes(`_${field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}_`);
  return Object.keys(input).find(inName) ?? null;
}
