// The nodes of a connection, page by page, as the gateway answers them to this caller.

import { print } from 'graphql';
import type { ExportOperation } from './operation.ts';

export interface Gateway {
  url: string;
  /** Sent as `authorization`. */
  token: string | undefined;
}

const pageSize = 100;
const timeoutMs = 60_000;

/** The gateway that `GATEWAY_URL` and `GATEWAY_TOKEN` name. */
export function gatewayOf(env: NodeJS.ProcessEnv): Gateway {
  const given = env.GATEWAY_URL || 'http://127.0.0.1:4000';
  if (!URL.canParse(given) || !/^https?:/.test(given))
    throw new Error('GATEWAY_URL 应为 http(s)://… 地址。 GATEWAY_URL: expected an http(s)://… URL.');
  const url = new URL(given);
  if (url.pathname === '/') url.pathname = '/graphql';
  const token = env.GATEWAY_TOKEN;
  return { url: url.href, token: token && !token.includes(' ') ? `Bearer ${token}` : token };
}

interface Connection {
  nodes: unknown[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** Throws for an answer that has errors, also beside data: what is exported is whole. */
export async function* pagesOf(
  gateway: Gateway,
  { document, path }: ExportOperation,
  variables: Record<string, unknown>,
  signal?: AbortSignal,
): AsyncGenerator<unknown[]> {
  const query = print(document);
  let after: string | null = null;
  for (;;) {
    const data = await ask(gateway, query, { ...variables, first: pageSize, after }, signal);
    const found = path.reduce<unknown>(
      (value, key) =>
        value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[key] : null,
      data,
    ) as Connection | null | undefined;
    if (!found?.nodes || !found.pageInfo)
      throw new Error(`答复中 ${path.join('.')} 处没有列表。 The answer has no list at ${path.join('.')}.`);
    yield found.nodes;
    const { hasNextPage, endCursor } = found.pageInfo;
    if (!hasNextPage) return;
    if (endCursor === null || endCursor === after)
      throw new Error(
        `翻页没有前进；查询须把 $after 用于 ${path.join('.')}。 The page does not turn: give $after to ${path.join('.')}.`,
      );
    after = endCursor;
  }
}

async function ask(
  { url, token }: Gateway,
  query: string,
  variables: object,
  signal?: AbortSignal,
): Promise<unknown> {
  const limits = [AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])];
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: token } : {}) },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.any(limits),
    redirect: 'error',
  }).catch((error: Error & { cause?: NodeJS.ErrnoException }) => {
    signal?.throwIfAborted();
    // What fetch says is that it failed; why, such as a certificate that is not trusted, is its cause.
    const reason = error.cause?.code ?? error.message;
    throw new Error(
      `无法访问网关 ${url}（${reason}）。 请检查 GATEWAY_URL。 The gateway ${url} cannot be reached (${reason}); check GATEWAY_URL.`,
    );
  });
  const text = await response.text();
  let answer: { data?: unknown; errors?: { message: string; path?: (string | number)[] }[] };
  try {
    answer = JSON.parse(text);
  } catch {
    throw new Error(
      `网关的答复不是 JSON（${response.status}）。 The gateway's answer is no JSON (${response.status}).`,
    );
  }
  const { errors } = answer;
  if (errors?.length)
    throw new Error(
      errors
        .slice(0, 5)
        .map(({ message, path }) => (path ? `${message}（${path.join('.')}）` : message))
        .join('\n'),
    );
  if (!response.ok) throw new Error(`网关答复 ${response.status}。 The gateway answered ${response.status}.`);
  return answer.data;
}
