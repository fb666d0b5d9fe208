// Content negotiation of GraphQL over HTTP: chooses the media type of the response from the Accept header.
import { HttpError } from '../http-error.ts';

export type MediaType = 'application/json' | 'application/graphql-response+json';

/** Forms of an answer as a table. */
export type TableFormat = 'csv' | 'ndjson' | 'xlsx';

export const tableMediaTypes: Readonly<Record<TableFormat, readonly string[]>> = {
  csv: ['text/csv'],
  ndjson: ['application/x-ndjson', 'application/jsonl', 'application/ndjson'],
  xlsx: ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
};

/** Server-sent events, for clients that accept no other media type or also subscribe. */
export const eventStream = 'text/event-stream';

/** The choice for each Accept header seen. Null where a header accepts neither media type. */
const known = new Map<string, MediaType | null>();

/** The media type of the response; JSON if everything is accepted. Throws an HttpError with status 406 if neither is. */
export function negotiateMediaType(accept: string | undefined): MediaType {
  const mediaType = accept === undefined || accept === '*/*' ? 'application/json' : preferredOf(accept);
  if (mediaType === null) {
    throw new HttpError(
      406,
      'NOT_ACCEPTABLE',
      '请接受 application/graphql-response+json 或 application/json。 Accept application/graphql-response+json or application/json.',
    );
  }
  return mediaType;
}

/** Whether the client accepts server-sent events. */
export const acceptsEvents = (accept = ''): boolean =>
  accept.includes(eventStream) && /text\/event-stream(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(accept);

/** The media type of a single response to a client that accepts events: JSON if it accepts that too. */
export const negotiateMediaTypeOrEvents = (accept = ''): MediaType | typeof eventStream =>
  preferredOf(accept) ?? eventStream;

/** The media type of an error, which is also sent to clients that accept neither. */
export const mediaTypeOfError = (accept = '*/*'): MediaType => preferredOf(accept) ?? 'application/json';

function preferredOf(accept: string): MediaType | null {
  let mediaType = known.get(accept);
  if (mediaType === undefined) {
    mediaType = preferred(accept);
    if (known.size > 1000) known.clear();
    known.set(accept, mediaType);
  }
  return mediaType;
}

/** The choice of a table for each Accept header seen. */
const knownTables = new Map<string, TableFormat | null>();

/** The form of table that a client prefers to JSON. It has to name the media type: a wildcard means JSON. */
export function tableFormatOf(accept: string | undefined): TableFormat | null {
  if (accept === undefined || accept === '*/*' || accept === 'application/json') return null;
  let format = knownTables.get(accept);
  if (format === undefined) {
    format = preferredTable(accept);
    if (knownTables.size > 1000) knownTables.clear();
    knownTables.set(accept, format);
  }
  return format;
}

const formatByMediaType = new Map<string, TableFormat>(
  (Object.keys(tableMediaTypes) as TableFormat[]).flatMap((format) =>
    tableMediaTypes[format].map((mediaType) => [mediaType, format] as const),
  ),
);

function preferredTable(accept: string): TableFormat | null {
  const ranges = rangesOf(accept);
  const tables = ranges.filter(({ name, weight }) => formatByMediaType.has(name) && weight > 0);
  const best = tables.reduce<AcceptedRange | null>(
    (chosen, range) => (chosen === null || range.weight > chosen.weight ? range : chosen),
    null,
  );
  if (best === null) return null;
  const json = ranges.find(({ name, weight }) => isNamedJson.test(name) && weight >= best.weight);
  const isPreferred = !json || (json.weight === best.weight && ranges.indexOf(json) > ranges.indexOf(best));
  return isPreferred ? (formatByMediaType.get(best.name) ?? null) : null;
}

const isNamedJson = /^application\/(graphql-response\+)?json$/;

interface AcceptedRange {
  name: string;
  weight: number;
}

const rangesOf = (accept: string): AcceptedRange[] =>
  accept.split(',').flatMap((range) => {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const charset = parameters.find((parameter) => parameter.startsWith('charset='));
    if (charset && !/^charset="?utf-?8"?$/.test(charset)) return [];
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    return [{ name, weight: q ? Number(q.slice(2)) || 0 : 1 }];
  });

function preferred(accept: string): MediaType | null {
  const ranges = rangesOf(accept);
  const rangeOf = (name: string) => ranges.find((range) => range.name === name);
  // The most specific range takes precedence, even with q=0.
  const weightOf = (mediaType: MediaType) =>
    (rangeOf(mediaType) ?? rangeOf('application/*') ?? rangeOf('*/*'))?.weight ?? 0;
  const [plain, graphql] = [weightOf('application/json'), weightOf('application/graphql-response+json')];
  if (plain === 0 && graphql === 0) return null;
  if (plain !== graphql) return plain > graphql ? 'application/json' : 'application/graphql-response+json';
  const named = ranges.find(({ name }) => isNamedJson.test(name));
  return (named?.name as MediaType | undefined) ?? 'application/json';
}
