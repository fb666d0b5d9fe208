// The innocent client of npm run bench:hostile: small requests, one after the other, and how long each takes.
import { setTimeout as delay } from 'node:timers/promises';

/** What it sends to the gateway over the benchmark's own graph. */
export const innocentBody =
  '{"query":"{ topProducts(first: 2) { name inStock reviews { body author { name } } } }"}';

/** What it sends to the whole graph. */
export const innocentWholeGraphBody = JSON.stringify({
  query:
    '{ division(code: "410104") { name security { cameras openIncidents } elderlyCare { institutionBeds } } }',
});

/** The cases that attack planning. The innocent client then sends small operations that have no plan yet. */
const planningCases = new Set([
  'type conditions, under new names',
  'type conditions that differ',
  'more type conditions than are planned',
  'ordinary operations, never the same',
]);
let serial = 0;

/** Returns what makes the innocent client's next body during a case. */
export const innocentBodyOf = (caseName: string, body: string): (() => string) =>
  planningCases.has(caseName)
    ? () => JSON.stringify({ query: `{ i${serial++}: topProducts(first: 2) { name inStock } }` })
    : () => body;

export async function post(
  port: number,
  body: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string }> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: response.status, text: await response.text() };
}

/** Sends requests for a while; returns the quantiles of their durations in milliseconds, and how many answers were wrong. */
export async function measureInnocent(port: number, seconds: number, nextBody: () => string) {
  const durations: number[] = [];
  let wrong = 0;
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const sent = performance.now();
    const { status, text } = await post(port, nextBody());
    if (status !== 200 || text.includes('"errors"')) wrong += 1;
    durations.push(performance.now() - sent);
    await delay(15);
  }
  durations.sort((a, b) => a - b);
  const quantile = (share: number) => (durations[Math.floor((durations.length - 1) * share)] ?? 0).toFixed(1);
  return { p50: quantile(0.5), p99: quantile(0.99), max: quantile(1), wrong };
}
