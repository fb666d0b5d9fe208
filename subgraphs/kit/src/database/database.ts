// A subgraph's connection pool: its settings, and the TypeScript types of PostgreSQL's values.
import postgres from 'postgres';
import { connectionOf } from './database-tls.ts';

/** Columns arrive in camelCase; dates as YYYY-MM-DD, instants as RFC 3339 at +08:00, bigint and numeric as numbers. */
interface Types extends Record<string, unknown> {
  date: string;
  instant: string;
  bigint: number;
  numeric: number;
}

/** What statements are run with: the pool, or a transaction on one of its connections. */
export type Sql = postgres.ISql<Types>;
export type Database = postgres.Sql<Types>;

export const defaultConnections = 10;

export interface DatabaseOptions {
  /** The size of the pool of one subgraph process; five of them share the server's 120 connections. */
  maxConnections?: number;
  statementTimeoutMs?: number;
  /** Called with every statement, for tests that count them. */
  onStatement?: (text: string, parameters: readonly unknown[]) => void;
  applicationName?: string;
}

/** Opens the pool lazily: no connection is made before the first statement. */
export function openDatabase(url: string, options: DatabaseOptions = {}): Database {
  const {
    maxConnections = defaultConnections,
    statementTimeoutMs = 10_000,
    onStatement,
    applicationName = 'district-graph',
  } = options;
  const { address, options: tls } = connectionOf(url);
  return postgres(address, {
    ...tls,
    max: maxConnections,
    idle_timeout: 300,
    connect_timeout: 5,
    onnotice: () => {},
    transform: { column: { from: postgres.toCamel } },
    debug: onStatement ? (_connection, text, parameters) => onStatement(text, parameters) : undefined,
    // Every statement is prepared once per connection; a custom plan would be no better for arrays of keys.
    connection: {
      application_name: applicationName,
      TimeZone: 'Asia/Shanghai',
      DateStyle: 'ISO, YMD',
      statement_timeout: statementTimeoutMs,
      plan_cache_mode: 'force_generic_plan',
      // Pages are in memory or on a solid-state disk; at the default of 4 small tables are scanned sequentially.
      random_page_cost: 1.1,
    },
    types: {
      date: { to: 1082, from: [1082], serialize: (value: string) => value, parse: (text: string) => text },
      instant: {
        to: 1184,
        from: [1184],
        serialize: (value: string) => value,
        // '2026-01-31 08:00:00.123+08' -> '2026-01-31T08:00:00.123+08:00': fractions stay, because cursors must be exact.
        parse: (text: string) => `${text.slice(0, 10)}T${text.slice(11)}:00`,
      },
      bigint: { to: 20, from: [20], serialize: String, parse: Number },
      numeric: { to: 1700, from: [1700], serialize: String, parse: Number },
    },
  }) as unknown as Database;
}

/** A row's values by the names of their columns, for `sql(columnsOf(row))`, without those that are undefined. */
export const columnsOf = (row: object): Record<string, postgres.SerializableParameter> =>
  Object.fromEntries(
    Object.entries(row)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [postgres.fromCamel(name), value]),
  );

const lostCodes =
  /^(CONNECTION_(CLOSED|DESTROYED)|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENET(DOWN|UNREACH))$/;

/** Whether the error means that the connection was lost, or that PostgreSQL is closing it. */
export function isLost(error: unknown): boolean {
  const { code, severity } = error as { code?: unknown; severity?: unknown };
  return severity === 'FATAL' || severity === 'PANIC' || (typeof code === 'string' && lostCodes.test(code));
}
