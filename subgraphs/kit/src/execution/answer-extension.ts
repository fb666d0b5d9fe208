// Adds an entry to `extensions` of an answer that is already text.
import type { GraphQLAnswer } from '../operation/graphql-operation.ts';

interface ParsedAnswer {
  data?: unknown;
  extensions?: Record<string, unknown>;
}

/** The answer with the extension, whose value `describe` makes of its data. The answer to an operation that was not executed stays as it is. */
export function withExtension(
  answer: GraphQLAnswer,
  name: string,
  describe: (data: unknown) => unknown,
): GraphQLAnswer {
  const { executed, body, encoding } = answer;
  if (!executed) return answer;
  const text = (typeof body === 'string' ? Buffer.from(body, encoding) : body).toString('utf8');
  const parsed: ParsedAnswer = JSON.parse(text);
  const extensions = JSON.stringify({ ...parsed.extensions, [name]: describe(parsed.data) });
  // The rest of the text is kept as it is: a number that is parsed and written again may have another text.
  const end = parsed.extensions ? text.lastIndexOf(',"extensions":') : text.length - 1;
  // Clients that do not ask for the extension, or may not see it, send the same request.
  const headers = { ...answer.headers, 'cache-control': 'no-store' };
  return { ...answer, headers, body: `${text.slice(0, end)},"extensions":${extensions}}`, encoding: 'utf8' };
}
