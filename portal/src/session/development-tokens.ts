// Tokens for made-up viewers, which the gateway issues in development.
import { GraphError } from '../graph/graph-error.ts';
import { sessionOf, signIn } from './session.ts';

const path = '/development/tokens';

/** The roles with the purposes that each may declare. */
export type RolePurposes = Readonly<Record<string, readonly string[]>>;

export async function loadRoles(): Promise<RolePurposes> {
  const { roles } = (await answerOf(fetch(path))) as { roles: RolePurposes };
  return roles;
}

/** Signs in a made-up viewer and resolves with its name. Rejects with a `GraphError` whose message says which choice there is not. */
export async function signInAs(role: string, division: string, purpose: string | null): Promise<string> {
  const made = sessionOf(await requestToken(role, division), purpose);
  if (!made) throw new GraphError('the gateway issued no token', 'INTERNAL_SERVER_ERROR');
  signIn(made);
  return made.name;
}

async function requestToken(role: string, division: string): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ role, division });
  const { token } = (await answerOf(fetch(path, { method: 'POST', headers, body }))) as { token: string };
  return token;
}

async function answerOf(fetched: Promise<Response>): Promise<unknown> {
  const response = await fetched.catch((error: unknown) => {
    throw new GraphError(String(error), 'OFFLINE');
  });
  const answer = (await response.json()) as { errors?: { message: string }[] };
  if (response.ok) return answer;
  throw new GraphError(answer.errors?.[0]?.message ?? `HTTP ${response.status}`, 'BAD_USER_INPUT');
}
