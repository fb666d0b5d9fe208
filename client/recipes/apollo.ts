// Apollo Client's cache for the district graph: divisions by their code, everything else by its id, and the pages of a list as one list.
import type { FieldPolicy, InMemoryCacheConfig, Reference, TypePolicies } from '@apollo/client';
import { connections, keyFields } from '../src/generated/cache-policies.ts';
import { possibleTypes } from '../src/generated/possible-types.ts';

interface Connection {
  nodes?: readonly (Reference | object | null)[];
  edges?: readonly { node?: Reference | object | null }[];
  pageInfo?: object;
}

/** Pass it to `new InMemoryCache()`. */
export const cacheConfig: InMemoryCacheConfig = { possibleTypes, typePolicies: typePolicies() };

function typePolicies(): TypePolicies {
  const policies: TypePolicies = {};
  for (const [type, key] of Object.entries(keyFields))
    policies[type] = {
      ...policies[type],
      ...(key === null ? { keyFields: false, merge: true } : { keyFields: [key] }),
    };
  for (const [type, fields] of Object.entries(connections))
    policies[type] = {
      ...policies[type],
      fields: Object.fromEntries(
        Object.entries(fields).map(([field, keyArgs]) => [field, connectionPolicy(keyArgs)]),
      ),
    };
  return policies;
}

/** The pages of a connection with the same arguments besides `first` and `after` are one list. */
function connectionPolicy(keyArgs: readonly string[]): FieldPolicy<Connection> {
  return {
    keyArgs: [...keyArgs],
    merge: (existing, incoming, { args }) => {
      // Without a cursor it is the first page, which starts the list anew.
      if (!existing || !args?.after) return incoming;
      return {
        ...existing,
        ...incoming,
        ...(incoming.nodes && { nodes: joined(existing.nodes, incoming.nodes, (node) => node) }),
        ...(incoming.edges && { edges: joined(existing.edges, incoming.edges, ({ node }) => node) }),
      };
    },
  };
}

/** The entries of both; one that is read again takes the place that it has. */
function joined<Entry>(
  existing: readonly Entry[] = [],
  incoming: readonly Entry[],
  nodeOf: (entry: Entry) => unknown,
): Entry[] {
  const entries = [...existing];
  const places = new Map(entries.map((entry, place) => [referenceIn(nodeOf(entry)), place]));
  for (const entry of incoming) {
    const reference = referenceIn(nodeOf(entry));
    const place = reference === undefined ? undefined : places.get(reference);
    if (place === undefined) entries.push(entry);
    else entries[place] = entry;
  }
  return entries;
}

const referenceIn = (node: unknown): string | undefined => (node as Reference | null)?.__ref;
