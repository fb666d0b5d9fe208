// Variables of a saved query from the parameters of its URL, each read as the type that the operation declares.
import { HttpError } from '@district-graph/kit/http-error';
import {
  type GraphQLInputType,
  type GraphQLSchema,
  getNullableType,
  isInputObjectType,
  isListType,
  isScalarType,
  type OperationDefinitionNode,
  typeFromAST,
} from 'graphql';
import { optionNames } from '../table-answers/table-options.ts';

/**
 * The variables as JSON text, in which numbers stay as they were written. A list is given by commas or by repeating the parameter, the
 * members of an input object as `period.from=…`. Throws an HttpError for a parameter that the query does not have.
 */
export function variablesText(
  search: URLSearchParams,
  { variableDefinitions = [] }: OperationDefinitionNode,
  schema: GraphQLSchema,
): string {
  const unread = new Set([...search.keys()].filter((name) => !isOption(name)));
  const members = variableDefinitions.flatMap(({ variable, type }) => {
    const input = typeFromAST(schema, type as never) as GraphQLInputType | undefined;
    if (!input) return [];
    const json = new UrlValue(search, unread).json(variable.name.value, input);
    return json === null ? [] : [`${JSON.stringify(variable.name.value)}:${json}`];
  });
  const [unknown] = unread;
  if (unknown !== undefined) {
    const known = [...variableDefinitions.map(({ variable }) => variable.name.value), ...optionNames];
    throw badRequest(
      `没有参数 ${unknown.slice(0, 80)}；可用：${known.join('、')}。 There is no parameter ${unknown.slice(0, 80)}; there are: ${known.join(', ')}.`,
    );
  }
  return `{${members.join()}}`;
}

const isOption = (name: string): boolean => (optionNames as readonly string[]).includes(name);

class UrlValue {
  #search: URLSearchParams;
  #unread: Set<string>;

  constructor(search: URLSearchParams, unread: Set<string>) {
    this.#search = search;
    this.#unread = unread;
  }

  /** The value of a parameter as JSON; null where the URL does not have it. */
  json(name: string, type: GraphQLInputType): string | null {
    const inner = getNullableType(type);
    const texts = this.#search.getAll(name);
    this.#unread.delete(name);
    if (isInputObjectType(inner)) {
      const [whole] = texts;
      if (whole !== undefined) return jsonText(name, whole);
      const members = Object.values(inner.getFields()).flatMap((field) => {
        const json = this.json(`${name}.${field.name}`, field.type);
        return json === null ? [] : [`${JSON.stringify(field.name)}:${json}`];
      });
      return members.length ? `{${members.join()}}` : null;
    }
    if (texts.length === 0) return null;
    if (!isListType(inner)) return scalarJson(name, texts.at(-1) ?? '', inner);
    const entries = texts.flatMap((text) => (text === '' ? [] : text.split(',')));
    return `[${entries.map((text) => scalarJson(name, text.trim(), getNullableType(inner.ofType))).join()}]`;
  }
}

const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function scalarJson(name: string, text: string, type: GraphQLInputType): string {
  if (isInputObjectType(type)) return jsonText(name, text);
  const scalar = isScalarType(type) ? type.name : '';
  if (['Int', 'Float', 'Long'].includes(scalar)) {
    if (!number.test(text)) throw expected(name, '数', 'a number', text);
    return text;
  }
  if (scalar === 'Boolean') {
    if (text !== 'true' && text !== 'false') throw expected(name, ' true 或 false', 'true or false', text);
    return text;
  }
  return JSON.stringify(text);
}

function jsonText(name: string, text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    throw expected(name, ' JSON', 'JSON', text);
  }
}

const expected = (name: string, zh: string, en: string, text: string) =>
  badRequest(
    `参数 ${name} 应为${zh}，收到 ${text.slice(0, 80)}。 The parameter ${name} must be ${en}, received ${text.slice(0, 80)}.`,
  );

const badRequest = (message: string) => new HttpError(400, 'BAD_REQUEST', message, { keepsConnection: true });
