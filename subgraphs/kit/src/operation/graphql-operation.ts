// A GraphQL operation as a client sent it, and its answer, independent of the transport.

export interface GraphQLOperation {
  query: string;
  operationName: string | null;
  variables: Record<string, unknown> | null;
  /** The variables in a form that `JSON.stringify` writes with the original numbers; set if floats cannot represent all of them. */
  exactVariables?: Record<string, unknown>;
  extensions: Record<string, unknown> | null;
  method: 'GET' | 'POST';
}

const namedFirst = /^[\s,]*(?:query|mutation|subscription)[\s,]+([_A-Za-z]\w*)/;

/** The name of the operation as far as it is known without parsing: the requested one, or that of the document's first operation. */
export const operationNameOf = ({ query, operationName }: GraphQLOperation): string | null =>
  operationName ?? namedFirst.exec(query)?.[1] ?? null;

export interface GraphQLAnswer {
  /** False if the operation was refused before execution (syntax, validation, variables, limits): the status then depends on the media type. */
  executed: boolean;
  /** The status for either media type (405 for a mutation over GET, 503, …). */
  status?: number;
  /** A list stands for several headers of the same name. */
  headers?: Record<string, string | readonly string[]>;
  /** The response document as JSON: bytes of UTF-8, or text. */
  body: string | Buffer;
  /** 'latin1' for text with one character for each byte of UTF-8. */
  encoding?: 'utf8' | 'latin1';
}

/** The answer to a mutation sent by GET. */
export const mutationOverGet: GraphQLAnswer = {
  executed: false,
  status: 405,
  headers: { allow: 'POST' },
  body: JSON.stringify({
    errors: [
      {
        message: '变更只能以 POST 发送。 Send mutations by POST.',
        extensions: { code: 'METHOD_NOT_ALLOWED' },
      },
    ],
  }),
};
