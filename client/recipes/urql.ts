// The configuration of urql's normalised cache for the district graph: divisions by their code, everything else by its id, and pages as one list.
import type { CacheExchangeOpts, KeyingConfig, ResolverConfig } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { connections, keyFields } from '../src/generated/cache-policies.ts';
import { possibleTypes } from '../src/generated/possible-types.ts';

const keys: KeyingConfig = Object.fromEntries(
  Object.entries(keyFields).map(([type, key]) => [
    type,
    (data: Record<string, unknown>) => (key === null ? null : ((data[key] as string | undefined) ?? null)),
  ]),
);

const resolvers: ResolverConfig = Object.fromEntries(
  Object.entries(connections).map(([type, fields]) => [
    type,
    Object.fromEntries(Object.keys(fields).map((field) => [field, relayPagination()])),
  ]),
);

/** Pass it to `cacheExchange()`. In development it warns of the fields of members of a union that a result is not; they do no harm. */
export const cacheConfig: Pick<CacheExchangeOpts, 'keys' | 'resolvers' | 'possibleTypes'> = {
  keys,
  resolvers,
  possibleTypes,
};
