// The schema of the graph for completion and checks in the editor, read from the graph itself.
import { signal } from '@preact/signals';
import type { GraphQLSchema, IntrospectionQuery } from 'graphql';
import { request } from '../../graph/request.ts';

/** Null until it is read, and where the graph does not answer introspection. */
export const schema = signal<GraphQLSchema | null>(null);

export async function loadSchema(): Promise<void> {
  const { buildClientSchema, getIntrospectionQuery } = await import('graphql');
  try {
    const { data } = await request<IntrospectionQuery>(getIntrospectionQuery({ descriptions: true }));
    if (data) schema.value = buildClientSchema(data);
  } catch {
    schema.value = null;
  }
}
