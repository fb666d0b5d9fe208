// Cells of a table: values of the answer as the JSON text that arrived, so that no number is rounded.
import { parseExactly } from '@district-graph/kit/operation/exact-numbers';

type CellKind = 'text' | 'number' | 'boolean' | 'list' | 'json';

export interface Cell {
  kind: CellKind;
  /** The value as JSON text, on one line. */
  json: string;
}

/** Null for a JSON null. */
export function cellOf(json: string): Cell | null {
  switch (json.charCodeAt(0)) {
    case 110:
      return null;
    case 34:
      return { kind: 'text', json };
    case 116:
    case 102:
      return { kind: 'boolean', json };
    case 91:
      return listCell(json);
    case 123:
      return { kind: 'json', json: JSON.stringify(parseExactly(json)) };
    default:
      return { kind: 'number', json };
  }
}

function listCell(json: string): Cell {
  const values = parseExactly(json) as unknown[];
  const isFlat = !values.some((value) => Array.isArray(value) || isPlainObject(value));
  return { kind: isFlat ? 'list' : 'json', json: JSON.stringify(values) };
}

/** Not the raw JSON that `parseExactly` makes of numbers that a float cannot represent. */
const isPlainObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !isRawNumber(value);

const isRawNumber = (value: object): boolean =>
  (JSON as { isRawJSON?: (value: unknown) => boolean }).isRawJSON?.(value) ?? false;

/** Labels by value, for the values of an enum. */
export type Labels = Readonly<Record<string, string>>;

/** The text of a cell for people: lists joined with `; `, values of enums by their labels. */
export function textOf({ kind, json }: Cell, labels: Labels | null): string {
  if (kind === 'text') return labelled(stringOf(json), labels);
  if (kind !== 'list') return json;
  const values = parseExactly(json) as unknown[];
  return values
    .map((value) => {
      if (value === null) return '';
      return typeof value === 'string' ? labelled(value, labels) : JSON.stringify(value);
    })
    .join('; ');
}

const labelled = (value: string, labels: Labels | null): string =>
  labels !== null && Object.hasOwn(labels, value) ? (labels[value] as string) : value;

/** The string of a JSON string. */
const stringOf = (json: string): string =>
  json.includes('\\') ? (JSON.parse(json) as string) : json.slice(1, -1);
