// Who is signed in: the token and the purpose, kept for this tab only, and carried from page to page.
import { signal } from '@preact/signals';

export interface Session {
  token: string;
  /** The purpose that is declared with each request; null for none. */
  purpose: string | null;
  /** The name to show, such as `care-worker · 410105`. */
  name: string;
  /** When the token expires, in milliseconds since 1970; null if it does not say. */
  expiresAt: number | null;
}

const storageKey = 'district-graph.session';

/** Null without a token: public data only. */
export const session = signal<Session | null>(restore());

export function signIn(value: Session): void {
  sessionStorage.setItem(storageKey, JSON.stringify(value));
  session.value = value;
}

export function signOut(): void {
  sessionStorage.removeItem(storageKey);
  session.value = null;
}

/** There is no storage in the gateway, nor where a browser forbids it. */
function restore(): Session | null {
  try {
    const stored = JSON.parse(sessionStorage.getItem(storageKey) ?? 'null') as Session | null;
    return stored && !(stored.expiresAt !== null && stored.expiresAt <= Date.now()) ? stored : null;
  } catch {
    return null;
  }
}

/** The claims of a token, which the gateway verifies, not the page. Null where it is none. */
function claimsOf(token: string): Record<string, unknown> | null {
  try {
    const part = token.split('.')[1] ?? '';
    const bytes = Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), (each) =>
      each.charCodeAt(0),
    );
    return JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
  } catch {
    return null;
  }
}

/** The session of a token; null where the text is not a token. */
export function sessionOf(token: string, purpose: string | null): Session | null {
  const claims = claimsOf(token);
  if (!claims) return null;
  const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
  const shown = [...list(claims.roles), ...list(claims.divisions)].join(' · ');
  return {
    token,
    purpose,
    name: shown || String(claims.sub ?? 'token'),
    expiresAt: typeof claims.exp === 'number' ? claims.exp * 1000 : null,
  };
}
