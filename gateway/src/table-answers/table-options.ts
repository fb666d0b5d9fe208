// How a client wants a table: form, language of its headers, list that becomes its rows, pages, whether it may be incomplete.
import { type TableFormat, tableMediaTypes } from '@district-graph/kit/http/content-negotiation';
import { HttpError } from '@district-graph/kit/http-error';
import type { HeaderForm } from '../table-formats/table-spec.ts';

export interface TableOptions {
  format: TableFormat;
  headers: HeaderForm;
  /** Paths of lists; empty where the answer has one. */
  rows: readonly string[];
  /** Whether rows are written although some fields have errors. */
  isPartial: boolean;
  /** How many pages of a connection are written at most. */
  pages: number;
  /** Whether it is an error if more pages follow. */
  isWhole: boolean;
}

/** The parameters that are options of a table. A saved query has no variables with these names. */
export const optionNames = ['format', 'headers', 'lang', 'rows', 'partial', 'pages'] as const;

/** 100 entries each. Longer lists are exported by the command, which may take hours. */
export const maxPages = 1000;

const oneOf = (name: string, expected: string, received: string) =>
  new HttpError(
    400,
    'BAD_REQUEST',
    `${name} 应为 ${expected}，收到 ${received.slice(0, 80)}。 ${name}: expected ${expected}, received ${received.slice(0, 80)}.`,
    { keepsConnection: true },
  );

const formats: Readonly<Record<string, TableFormat | null>> = {
  csv: 'csv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  xlsx: 'xlsx',
  json: null,
};

/** The form that the `format` parameter names: null for JSON, undefined where there is none. Throws an HttpError for others. */
export function formatIn(search: URLSearchParams): TableFormat | null | undefined {
  const format = search.get('format');
  if (format === null) return undefined;
  if (!Object.hasOwn(formats, format)) throw oneOf('format', 'csv, ndjson, xlsx, json', format);
  return formats[format] ?? null;
}

/** Throws an HttpError for an option that has another value than those it may have. */
export function tableOptions(
  format: TableFormat,
  search: URLSearchParams,
  acceptLanguage: string | undefined,
): TableOptions {
  const headers = search.get('headers');
  if (headers !== null && !isHeaderForm(headers)) throw oneOf('headers', 'zh, en, path', headers);
  const partial = search.get('partial');
  if (partial !== null && partial !== 'true' && partial !== 'false')
    throw oneOf('partial', 'true, false', partial);
  return {
    format,
    headers: headers ?? (format === 'ndjson' ? 'path' : languageOf(search, acceptLanguage)),
    rows: search
      .getAll('rows')
      .flatMap((paths) => paths.split(','))
      .filter(Boolean),
    isPartial: partial === 'true',
    pages: pagesIn(search),
    isWhole: search.get('pages') === 'all',
  };
}

const isHeaderForm = (text: string): text is HeaderForm => ['zh', 'en', 'path'].includes(text);

function pagesIn(search: URLSearchParams): number {
  const pages = search.get('pages');
  if (pages === null) return 1;
  if (pages === 'all') return maxPages;
  if (!/^[1-9]\d{0,3}$/.test(pages) || Number(pages) > maxPages)
    throw oneOf('pages', `1–${maxPages}, all`, pages);
  return Number(pages);
}

function languageOf(search: URLSearchParams, acceptLanguage = ''): 'zh' | 'en' {
  const lang = search.get('lang');
  if (lang !== null) {
    if (/^zh(-|$)/i.test(lang)) return 'zh';
    if (/^en(-|$)/i.test(lang)) return 'en';
    throw oneOf('lang', 'zh, en', lang);
  }
  const languages = acceptLanguage
    .split(',')
    .map((range) => {
      const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
      const q = parameters.find((parameter) => parameter.startsWith('q='));
      return { name, weight: q ? Number(q.slice(2)) || 0 : 1 };
    })
    .filter(({ name, weight }) => /^(zh|en)(-|$)/.test(name) && weight > 0)
    .sort((one, other) => other.weight - one.weight);
  return languages[0]?.name.startsWith('en') ? 'en' : 'zh';
}

export function contentTypeOf({ format }: TableOptions): string {
  const [mediaType = ''] = tableMediaTypes[format];
  if (format === 'csv') return `${mediaType}; charset=utf-8; header=present`;
  return format === 'ndjson' ? `${mediaType}; charset=utf-8` : mediaType;
}
