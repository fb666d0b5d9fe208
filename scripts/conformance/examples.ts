// What the conformance command cannot know of a subgraph by itself: keys of its entities, input of a mutation, queries of guarded fields.
import { readFileSync } from 'node:fs';
import { isPurpose } from '@district-graph/kit/identity/roles';
import { anonymous, type Claims, type Viewer, viewerFromClaims } from '@district-graph/kit/identity/viewer';
import * as v from 'valibot';

const operation = v.strictObject({
  query: v.string(),
  variables: v.optional(v.record(v.string(), v.unknown()), {}),
});

const mutation = v.strictObject({
  ...operation.entries,
  /** The same variables with the same idempotencyKey, but another input. */
  otherVariables: v.record(v.string(), v.unknown()),
});

const form = v.strictObject({
  /** Representations of entities that exist. */
  entities: v.optional(v.array(v.looseObject({ __typename: v.string() })), []),
  mutations: v.optional(v.array(mutation), []),
  /** Operations that an anonymous client is refused. */
  guarded: v.optional(v.array(operation), []),
  /** The claims of the viewer that is signed; by default an anonymous client. */
  viewer: v.optional(v.looseObject({ id: v.string() })),
});

export type ConformanceExamples = Omit<v.InferOutput<typeof form>, 'viewer'> & { viewer: Viewer };
export type MutationExample = v.InferOutput<typeof mutation>;
export type Representation = { __typename: string } & Record<string, unknown>;

/** Throws one error with a line for each fault in the file. */
export function readExamples(path: string | undefined): ConformanceExamples {
  const input: unknown = path === undefined ? {} : jsonOf(path);
  const parsed = v.safeParse(form, input);
  if (!parsed.success)
    throw new Error(
      parsed.issues.map((issue) => `${path}：${v.getDotPath(issue) ?? ''}: ${issue.message}`).join('\n'),
    );
  const { viewer, ...examples } = parsed.output;
  return { ...examples, viewer: viewer ? viewerOf(viewer) : anonymous };
}

function jsonOf(path: string): unknown {
  const text = readFileSync(path, 'utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${path}：应为 JSON。 ${path}: expected JSON. ${(error as Error).message}`);
  }
}

function viewerOf(claims: Claims & { purpose?: unknown }): Viewer {
  const { purpose } = claims;
  const isKnown = typeof purpose === 'string' && isPurpose(purpose);
  return { ...viewerFromClaims(claims), purpose: isKnown ? purpose : null };
}
