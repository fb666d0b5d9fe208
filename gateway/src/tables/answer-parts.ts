// The parts of an answer's JSON: where its data is, and its errors.
import type { GraphQLFormattedError } from 'graphql';
import { JsonReader } from './json-reader.ts';

export interface AnswerParts {
  reader: JsonReader;
  /** The offset of the data; null where the answer has none. */
  data: number | null;
  errors: readonly GraphQLFormattedError[];
}

/** Reads what stands before the data, and no further: both servers write errors first, as the specification recommends. */
export function answerParts(body: Buffer): AnswerParts {
  const reader = new JsonReader(body);
  let data: number | null = null;
  let errors: readonly GraphQLFormattedError[] = [];
  reader.members(reader.start(0), (key, value) => {
    if (key === 'data') {
      data = reader.isNull(value) ? null : value;
      return -1;
    }
    if (key !== 'errors') return undefined;
    const end = reader.end(value);
    errors = JSON.parse(reader.text(value, end)) as GraphQLFormattedError[];
    return end;
  });
  return { reader, data, errors };
}
