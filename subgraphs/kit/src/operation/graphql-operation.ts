// An operation as a client sent it, and its answer, whatever they are carried by.

export interface GraphQLOperation {
  query: string;
  operationName: string | null;
  variables: Record<string, unknown> | null;
  /** The variables as `JSON.stringify` writes them as they were, where floats cannot hold all their numbers. */
  exactVariables?: Record<string, unknown>;
  extensions: Record<string, unknown> | null;
  method: 'GET' | 'POST';
}

const namedFirst = /^[\s,]*(?:query|mutation|subscription)[\s,]+([_A-Za-z]\w*)/;

/** The name of the operation as far as it is seen without parsing: that asked for, or of the first in the document. */
export const operationNameOf = ({ query, operationName }: GraphQLOperation): string | null =>
  operationName ?? namedFirst.exec(query)?.[1] ?? null;

export interface GraphQLAnswer {
  /** False when refused before execution (syntax, validation, variables, limits): the status follows the media type. */
  executed: boolean;
  /** Overrides the status, for both media types (405 for a mutation over GET, 503, …). */
  status?: number;
  /** A list is as many headers of the name. */
  headers?: Record<string, string | readonly string[]>;
  /** The response document as JSON: bytes of UTF-8, or text. */
  body: string | Buffer;
  /** 'latin1' for text that has one character for each byte of UTF-8. */
  encoding?: 'utf8' | 'latin1';
}

/** The answer to a mutation that was sent by GET. */
export const mutationOverGet: GraphQLAnswer = {
  executed: false,
  status: 405,
  headers: { allow: 'POST' },
  body: JSON.stringify({
    errors: [
      {
        message: '变更只能以 POST 发送。 Mutations are sent by POST only.',
        extensions: { code: 'METHOD_NOT_ALLOWED' },
      },
    ],
  }),
};
