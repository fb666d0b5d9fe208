// Reads a subgraph's response into merged values: objects and lists are parsed, leaves stay JSON text. Uses generated code where that
// pays, and a general reader for everything the generated code does not expect.
import { parseExactly } from '@district-graph/kit/operation/exact-numbers';
import type { FetchSelection } from './fetch-selections.ts';
import { JsonCursor } from './json-text.ts';
import { fromLatin1 } from './latin1.ts';
import type { MergedValue } from './merged-result.ts';
import { unexpected } from './raw-copy.ts';
import { generateReader } from './reader-code.ts';

export interface SubgraphError {
  message?: unknown;
  path?: unknown;
  extensions?: unknown;
}

export interface SubgraphResponse {
  /** The root object, or the list of entities; null or undefined where there is none. */
  data: MergedValue;
  errors: SubgraphError[];
}

export type ReadResponse = (text: string) => SubgraphResponse;

/** Long responses are read by generated code even where nothing else of their operation is generated. */
export interface LongResponses {
  /** Their length in bytes, at least. */
  fromBytes: number;
  /** Called before one is read. */
  onLong: () => void;
}

/** After this many responses that the generated reader does not expect, such as those with IDs written as numbers, nothing is copied raw any more. */
const maxUnexpected = 3;

/**
 * The reader of one fetch's responses: generated for all of them, or with `long` only for long ones. It takes latin1 text and
 * throws a SyntaxError for invalid JSON.
 */
export function compileReader(
  selection: FetchSelection,
  isEntities: boolean,
  long: LongResponses | null,
): ReadResponse {
  const generated = generatedReader(selection, isEntities);
  if (!long) return generated;
  return (text) => {
    if (text.length < long.fromBytes) return readGenerally(text, selection, isEntities);
    long.onLong();
    return generated(text);
  };
}

function generatedReader(selection: FetchSelection, isEntities: boolean): ReadResponse {
  let read: ((text: string) => MergedValue) | null = null;
  let unexpectedCount = 0;
  return (text) => {
    read ??= generateReader(selection, isEntities, unexpectedCount < maxUnexpected);
    try {
      return { data: read(text), errors: [] };
    } catch (error) {
      if (error !== unexpected) throw error;
      unexpectedCount += 1;
      if (unexpectedCount === maxUnexpected) read = null;
      return readGenerally(text, selection, isEntities);
    }
  };
}

/** Reads any JSON. Throws a SyntaxError for text that is not a GraphQL response, or has neither data nor errors. */
function readGenerally(text: string, selection: FetchSelection, isEntities: boolean): SubgraphResponse {
  JSON.parse(text);
  const body = new JsonCursor(text);
  if (!body.isObject) throw new SyntaxError('not an object');
  let data: MergedValue;
  let errors: SubgraphError[] = [];
  body.members((name) => {
    if (name === 'errors') errors = errorsOf(body.raw());
    else if (name !== 'data' || body.isNull) body.raw();
    else if (!body.isObject) throw new SyntaxError('data is not an object');
    else data = isEntities ? entitiesOf(body, selection) : readValue(body, selection);
  });
  if (!data && errors.length === 0) throw new SyntaxError('neither data nor errors');
  return { data, errors };
}

function entitiesOf(data: JsonCursor, selection: FetchSelection): MergedValue {
  let entities: MergedValue;
  data.members((name) => {
    if (name !== '_entities' || data.isNull) data.raw();
    else if (!data.isList) throw new SyntaxError('_entities is not a list');
    else entities = readValue(data, selection);
  });
  return entities;
}

function errorsOf(text: string): SubgraphError[] {
  const errors: unknown = parseExactly(fromLatin1(text));
  if (errors === null) return [];
  // A value that is not a list of errors still says that something failed.
  return [errors].flat().map((error) => (error && typeof error === 'object' ? error : {}));
}

/** A leaf where an object belongs stays text: completing the value reports it. */
function readValue(from: JsonCursor, selection: FetchSelection): MergedValue {
  if (from.isList) {
    const list: MergedValue[] = [];
    from.entries(() => list.push(readValue(from, selection)));
    return list;
  }
  if (!from.isObject) return readLeaf(from);
  const object = selection.shape.make();
  from.members((name) => {
    const field = selection.fields.get(name);
    if (!field) from.raw();
    else object[field.mergedName] = field.child ? readValue(from, field.child) : readLeaf(from);
  });
  return object;
}

function readLeaf(from: JsonCursor): string | null {
  const text = from.raw();
  return text === 'null' ? null : text;
}
