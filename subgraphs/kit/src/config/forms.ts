// Forms of settings: how the text of an environment variable is checked and what it becomes.
import { existsSync } from 'node:fs';
import * as v from 'valibot';
import type { Bilingual } from '../errors.ts';

type Schema<Value> = v.GenericSchema<string | null | undefined, Value>;

export interface Form<Value> {
  /** Of the variable's text, or of undefined where the variable is not set. */
  schema: Schema<Value>;
  /** What the documentation and the fault of a value that is not accepted say. */
  expected: Bilingual;
  /** The default as the documentation shows it; null where there is none. */
  shownDefault: Bilingual | null;
  unit?: Bilingual;
  /** The value may be a secret or contain one: no message repeats it. */
  isSecret?: boolean;
  /** An empty text is a value, where it otherwise counts as not set. */
  acceptsEmpty?: boolean;
}

export const milliseconds: Bilingual = { zh: '毫秒', en: 'ms' };
export const bytes: Bilingual = { zh: '字节', en: 'bytes' };

const same = (text: string): Bilingual => ({ zh: text, en: text });
const listed = (values: readonly string[]): Bilingual => ({
  zh: values.join('、'),
  en: values.join(', '),
});

/** An integer within bounds, both included. */
export const wholeNumber = (
  fallback: number,
  [min, max]: readonly [min: number, max: number],
  unit?: Bilingual,
): Form<number> => ({
  schema: v.optional(
    v.pipe(v.string(), v.transform(Number), v.integer(), v.minValue(min), v.maxValue(max)),
    String(fallback),
  ),
  expected: { zh: `${min} 到 ${max} 的整数`, en: `a whole number, ${min} to ${max}` },
  shownDefault: same(String(fallback)),
  unit,
});

/** An integer within bounds, or undefined where something else decides. */
export const optionalWholeNumber = (
  bounds: readonly [min: number, max: number],
  shownDefault: Bilingual,
): Form<number | undefined> => {
  const { schema, expected } = wholeNumber(bounds[0], bounds);
  return {
    schema: v.union([v.undefined(), schema]) as Schema<number | undefined>,
    expected,
    shownDefault,
  };
};

export const oneOf = <const Value extends string>(
  values: readonly Value[],
  fallback: Value,
): Form<Value> => ({
  schema: v.optional(v.picklist(values), fallback) as Schema<Value>,
  expected: { zh: values.join(' 或 '), en: values.join(' or ') },
  shownDefault: same(fallback),
});

export const onOrOff = (fallback: 'on' | 'off'): Form<boolean> => ({
  ...oneOf(['on', 'off'], fallback),
  schema: v.optional(
    v.pipe(
      v.picklist(['on', 'off']),
      v.transform((value) => value === 'on'),
    ),
    fallback,
  ),
});

export const text = (expected: Bilingual, fallback: string): Form<string> => ({
  schema: v.optional(v.string(), fallback),
  expected,
  shownDefault: same(fallback),
});

export const optionalText = (expected: Bilingual): Form<string | null> => ({
  schema: v.nullish(v.string(), null),
  expected,
  shownDefault: null,
});

/** Names from a text with commas. */
const names = (value: string): string[] =>
  value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** A list with commas; `check` is what each entry has to pass. */
export const list = (
  expected: Bilingual,
  fallback: readonly string[],
  {
    isLowerCase = false,
    check = () => true,
  }: { isLowerCase?: boolean; check?: (name: string) => boolean } = {},
): Form<readonly string[]> => ({
  schema: v.optional(
    v.pipe(
      v.string(),
      v.transform((value) => names(isLowerCase ? value.toLowerCase() : value)),
      v.everyItem(check),
    ),
    fallback.join(','),
  ),
  expected,
  shownDefault: fallback.length ? listed(fallback) : null,
  acceptsEmpty: true,
});

/** A file or a folder that is there, as `resolve` names it. */
export const path = (
  kind: Bilingual,
  {
    fallback,
    shown,
    resolve = (value) => value,
  }: { fallback?: string; shown?: string; resolve?: (value: string) => string } = {},
): Form<string | null> => ({
  schema: v.nullish(
    v.pipe(
      v.string(),
      v.transform(resolve),
      v.check((value: string) => existsSync(value)),
    ),
    fallback ?? null,
  ),
  expected: { zh: `存在的${kind.zh}`, en: `${kind.en} that exists` },
  shownDefault: shown === undefined ? null : same(shown),
});

export const file: Bilingual = { zh: '文件', en: 'a file' };
export const folder: Bilingual = { zh: '文件夹', en: 'a folder' };

/** A URL, which may contain a password. */
export const url = (expected: Bilingual, protocols: RegExp = /./): Form<string | null> => ({
  schema: v.nullish(v.pipe(v.string(), v.check(URL.canParse), v.regex(protocols)), null),
  expected,
  shownDefault: null,
  isSecret: true,
});

/** A file that exists, or an http(s) URL that it is fetched from. */
export const fileOrUrl = (): Form<string | null> => ({
  schema: v.nullish(
    v.pipe(
      v.string(),
      v.check((value) => /^https?:\/\/./.test(value) || existsSync(value)),
    ),
    null,
  ),
  expected: { zh: '存在的文件或 http(s) 地址', en: 'a file that exists or an http(s) URL' },
  shownDefault: null,
  isSecret: true,
});
