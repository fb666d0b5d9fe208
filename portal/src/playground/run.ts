// Sends the operation of the editors, and shows what comes back as it is: answers, events of subscriptions, and errors of both.
import { signal } from '@preact/signals';
import { session } from '../session/session.ts';
import { eventsOf, textOf } from './event-stream.ts';
import { type Draft, remember, variablesOf } from './workspace.ts';

interface QueryPlan {
  planner: string;
  planningMs: number;
  fetches: number;
  stages: number;
  estimatedCost: number;
  text: string;
}

export interface Run {
  state: 'running' | 'done';
  status: number | null;
  ms: number;
  bytes: number;
  /** The answer, or the events of a subscription, the latest last. */
  texts: readonly string[];
  isSubscription: boolean;
  hasErrors: boolean;
  plan: QueryPlan | null;
}

export const run = signal<Run | null>(null);
/** Whether the next run asks for its plan. */
export const wantsPlan = signal(false);

let abort: AbortController | null = null;

export const stop = (): void => abort?.abort();

/** The kind of the operation, also of a document that has fragments before it. */
export const isSubscriptionIn = (query: string): boolean =>
  /(^|[}\s])subscription\b[^{]*\{/.test(query.replace(/#[^\n]*/g, '').replace(/"(\\.|[^"\\])*"/g, '""'));

const maxEvents = 100;

/** Resolves when the answer is complete, or the subscription has ended. `faultOf` says what is wrong with the variables. */
export async function send(draft: Draft, invalidVariables: string): Promise<void> {
  abort?.abort();
  const controller = new AbortController();
  abort = controller;
  const isSubscription = isSubscriptionIn(draft.query);
  const startedAt = performance.now();
  let current: Run = {
    state: 'running',
    status: null,
    ms: 0,
    bytes: 0,
    texts: [],
    isSubscription,
    hasErrors: false,
    plan: null,
  };
  const update = (change: Partial<Run>): void => {
    current = { ...current, ...change, ms: performance.now() - startedAt };
    if (abort === controller) run.value = current;
  };
  update({});
  const variables = variablesOf(draft.variables);
  if (!variables) {
    update({ state: 'done', hasErrors: true, texts: [invalidVariables] });
    return;
  }
  try {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: headersFor(isSubscription),
      body: JSON.stringify({ query: draft.query, variables }),
      signal: controller.signal,
    });
    update({ status: response.status });
    if (isSubscription && response.body && /event-stream/.test(response.headers.get('content-type') ?? ''))
      await readEvents(response.body, () => current, update);
    else await readAnswer(response, update);
  } catch (error) {
    if (!controller.signal.aborted) update({ hasErrors: true, texts: [...current.texts, String(error)] });
  }
  update({ state: 'done' });
  remember({
    ...draft,
    at: Date.now(),
    ms: Math.round(current.ms),
    status: current.status === null ? 'failed' : current.hasErrors ? 'errors' : 'ok',
  });
}

function headersFor(isSubscription: boolean): Record<string, string> {
  const { token, purpose } = session.value ?? {};
  return {
    'content-type': 'application/json',
    accept: isSubscription
      ? 'text/event-stream, application/graphql-response+json'
      : 'application/graphql-response+json, application/json',
    ...(token && { authorization: `Bearer ${token}` }),
    ...(purpose && { 'x-purpose': purpose }),
    ...(wantsPlan.value && !isSubscription && { 'x-query-plan': 'on' }),
  };
}

interface ReceivedAnswer {
  errors?: unknown[];
  extensions?: { queryPlan?: QueryPlan };
}

async function readAnswer(response: Response, update: (change: Partial<Run>) => void): Promise<void> {
  const text = await response.text();
  const bytes = new TextEncoder().encode(text).length;
  try {
    const answer = JSON.parse(text) as ReceivedAnswer;
    const plan = answer.extensions?.queryPlan ?? null;
    // The plan has a view of its own.
    if (plan && answer.extensions) delete answer.extensions.queryPlan;
    if (answer.extensions && Object.keys(answer.extensions).length === 0) delete answer.extensions;
    update({
      bytes,
      plan,
      hasErrors: Boolean(answer.errors?.length),
      texts: [JSON.stringify(answer, null, 2)],
    });
  } catch {
    update({ bytes, hasErrors: true, texts: [text] });
  }
}

async function readEvents(
  body: ReadableStream<Uint8Array>,
  current: () => Run,
  update: (change: Partial<Run>) => void,
): Promise<void> {
  for await (const { event, data } of eventsOf(textOf(body))) {
    if (event === 'complete') return;
    const { texts, bytes, hasErrors } = current();
    update({
      bytes: bytes + data.length,
      hasErrors: hasErrors || /"errors"\s*:/.test(data),
      texts: [...texts, indented(data)].slice(-maxEvents),
    });
  }
}

function indented(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
