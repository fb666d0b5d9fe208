// Whether a database answers, checked before work that would fail half-way.
import postgres from 'postgres';
import { connectionOf } from './database-tls.ts';

const connectTimeoutSeconds = 10;

/** Rejects, with the variable that has the URL and the reason, if the database cannot be reached. */
export async function checkReachable(databaseUrl: string, variable: string): Promise<void> {
  const { address, options: tls } = connectionOf(databaseUrl);
  const client = postgres(address, {
    ...tls,
    max: 1,
    connect_timeout: connectTimeoutSeconds,
    onnotice: () => {},
  });
  try {
    await client`select 1`;
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    // For a host name with several addresses the error has a code only.
    const reason = message || code;
    throw new Error(
      `无法连接数据库，请检查 ${variable}：${reason}。 The database cannot be reached, check ${variable}: ${reason}.`,
    );
  } finally {
    await client.end({ timeout: 0 });
  }
}
