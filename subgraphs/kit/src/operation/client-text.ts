// Checks the text that a client sent, before it is parsed or stored: nesting depth and forbidden characters.
import { HttpError } from '../http-error.ts';

/** Deeper than any real operation. Every recursive function that walks an operation or its variables handles this depth. */
const maxDepth = 200;

/** Throws an HttpError for JSON or a GraphQL document with brackets nested too deep. */
export function checkNestingDepth(text: string): void {
  if (text.length <= maxDepth) return;
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 34) {
      // Skips a string, up to its closing quote.
      for (index += 1; index < text.length && text.charCodeAt(index) !== 34; index += 1)
        if (text.charCodeAt(index) === 92) index += 1;
    } else if (code === 123 || code === 91 || code === 40) {
      depth += 1;
      if (depth > maxDepth) {
        throw new HttpError(
          400,
          'OPERATION_TOO_DEEP',
          `嵌套不得超过 ${maxDepth} 层。 Nothing may be nested more than ${maxDepth} levels deep.`,
          { keepsConnection: true, extensions: { limit: maxDepth } },
        );
      }
    } else if (code === 125 || code === 93 || code === 41) depth -= 1;
  }
}

/**
 * Refuses NUL, which PostgreSQL's text cannot store; lone surrogates, which UTF-8 cannot encode; and characters that change the
 * writing direction (U+202A to U+202E, U+2066 to U+2069), which make a name look like another one.
 */
export const forbiddenCharacter = () =>
  new HttpError(
    400,
    'BAD_USER_INPUT',
    '文本中含有 NUL、不成对的代理字符或改变书写方向的控制字符，请去除。 The text contains NUL, a lone surrogate or a character that changes the writing direction. Remove it.',
    { keepsConnection: true },
  );

const forbidden = /[\0\u202a-\u202e\u2066-\u2069]/;
const forbiddenEscape = /^(?:0000|20(?:2[a-e]|6[6-9]))$/i;
const forbiddenInQuery = /\\u(?:0000|20(?:2[a-eA-E]|6[6-9])|\{0*(?:0|20(?:2[a-eA-E]|6[6-9]))\})/;
const highSurrogate = /^d[89ab]/i;
const lowSurrogate = /^\\ud[c-f]/i;

/** Whether text has a forbidden character as such. */
export const hasForbiddenCharacter = (text: string): boolean => forbidden.test(text);

/** Whether a GraphQL document has an escape for one in its string values, which the text of the body does not show. */
export const hasForbiddenEscape = (query: string): boolean => forbiddenInQuery.test(query);

/** Whether the strings of valid JSON have no forbidden characters, neither as such nor as escapes. */
export function isCleanJson(text: string): boolean {
  if (forbidden.test(text)) return false;
  if (!text.includes('\\u')) return true;
  for (let at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', at + 2)) {
    if (text.charCodeAt(at + 1) !== 117) continue;
    const code = text.slice(at + 2, at + 6);
    if (forbiddenEscape.test(code) || lowSurrogate.test(text.slice(at, at + 4))) return false;
    if (!highSurrogate.test(code)) continue;
    at += 6;
    if (!lowSurrogate.test(text.slice(at, at + 4))) return false;
    at += 4;
  }
  return true;
}
