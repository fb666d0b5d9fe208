// Reads the nodes of a connection from the gateway, page by page.

import { Environment } from '@district-graph/kit/config/environment';
import { print } from 'graphql';
import { gatewaySettings } from '../settings/command-settings.ts';
import type { ExportOperation } from './operation.ts';

export interface Gateway {
  url: string;
  /** The value of the `authorization` header. */
  token: string | undefined;
}

const pageSize = 100;
const timeoutMs = 60_000;

/** The gateway of `GATEWAY_URL`, with the token of `GATEWAY_TOKEN`. */
export function gatewayOf(env: NodeJS.ProcessEnv): Gateway {
  const { gatewayUrl: text, gatewayToken } = new Environment(env).read(gatewaySettings);
  if (!URL.canParse(text) || !/^https?:/.test(text))
    throw new Error('GATEWAY_URL 应为 http(s)://… 地址。 GATEWAY_URL: expected an http(s)://… URL.');
  const url = new URL(text);
  if (url.pathname === '/') url.pathname = '/graphql';
  const token = gatewayToken ?? undefined;
  return { url: url.href, token: token && !token.includes(' ') ? `Bearer ${token}` : token };
}

interface Connection {
  nodes: unknown[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** A page of the list: the response, and how many nodes it has. */
export interface Page {
  body: Buffer;
  nodes: number;
}

/** Throws when a response has errors, even beside data: an export is never incomplete. */
export async function* pagesOf(
  gateway: Gateway,
  { document, path }: ExportOperation,
  variables: Record<string, unknown>,
  signal?: AbortSignal,
): AsyncGenerator<Page> {
  const query = print(document);
  let after: string | null = null;
  for (;;) {
    const { data, text } = await request(gateway, query, { ...variables, first: pageSize, after }, signal);
    const found = path.reduce<unknown>(
      (value, key) =>
        value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[key] : null,
      data,
    ) as Connection | null | undefined;
    if (!found?.nodes || !found.pageInfo)
      throw new Error(`响应中 ${path.join('.')} 处没有列表。 The response has no list at ${path.join('.')}.`);
    yield { body: Buffer.from(text), nodes: found.nodes.length };
    const { hasNextPage, endCursor } = found.pageInfo;
    if (!hasNextPage) return;
    if (endCursor === null || endCursor === after)
      throw new Error(
        `翻页没有前进；请在查询中把 $after 传给 ${path.join('.')}。 The same page came again: pass $after to ${path.join('.')} in the query.`,
      );
    after = endCursor;
  }
}

async function request(
  { url, token }: Gateway,
  query: string,
  variables: object,
  signal?: AbortSignal,
): Promise<{ data: unknown; text: string }> {
  const limits = [AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])];
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: token } : {}) },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.any(limits),
    redirect: 'error',
  }).catch((error: Error & { cause?: NodeJS.ErrnoException }) => {
    signal?.throwIfAborted();
    // The message of fetch says only that it failed; the reason, such as an untrusted certificate, is in the cause.
    const reason = error.cause?.code ?? error.message;
    throw new Error(
      `无法访问网关 ${url}（${reason}）；请检查 GATEWAY_URL。 The gateway ${url} cannot be reached (${reason}); check GATEWAY_URL.`,
    );
  });
  const text = await response.text();
  let answer: { data?: unknown; errors?: { message: string; path?: (string | number)[] }[] };
  try {
    answer = JSON.parse(text);
  } catch {
    throw new Error(
      `网关的响应不是 JSON（${response.status}）；请检查 GATEWAY_URL。 The gateway's response is not JSON (${response.status}); check GATEWAY_URL.`,
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
  if (!response.ok) throw new Error(`网关返回 ${response.status}。 The gateway returned ${response.status}.`);
  return { data: answer.data, text };
}
