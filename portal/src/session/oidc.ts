// Signing in at an OpenID Connect provider: authorization code with PKCE, as RFC 9700 recommends for programs in browsers.

interface Provider {
  issuer: string;
  clientId: string;
}

interface Endpoints {
  authorization_endpoint: string;
  token_endpoint: string;
}

/** What must be the same when the provider sends the person back. */
interface Pending {
  state: string;
  verifier: string;
}

const pendingKey = 'district-graph.sign-in';

/** Leaves this page for that of the provider, which returns to the start page. */
export async function startSignIn(provider: Provider): Promise<void> {
  const endpoints = await discover(provider);
  const pending: Pending = { state: randomText(), verifier: randomText() };
  sessionStorage.setItem(pendingKey, JSON.stringify(pending));
  const address = new URL(endpoints.authorization_endpoint);
  const parameters = {
    response_type: 'code',
    client_id: provider.clientId,
    redirect_uri: redirectUri(),
    scope: 'openid',
    state: pending.state,
    code_challenge: await challengeOf(pending.verifier),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
  location.assign(address);
}

/** The access token, where the provider has just sent the person back with a code; null where it has not. Rejects where signing in failed. */
export async function finishSignIn(provider: Provider): Promise<string | null> {
  const search = new URLSearchParams(location.search);
  const [code, state, error] = [search.get('code'), search.get('state'), search.get('error')];
  if (!state || !(code || error)) return null;
  const pending = JSON.parse(sessionStorage.getItem(pendingKey) ?? 'null') as Pending | null;
  sessionStorage.removeItem(pendingKey);
  // The code is of use once, and stays in no history.
  history.replaceState(null, '', location.pathname);
  if (!pending || pending.state !== state) throw new Error('state');
  if (!code) throw new Error(search.get('error_description') ?? String(error));
  const { token_endpoint } = await discover(provider);
  const response = await fetch(token_endpoint, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: provider.clientId,
      redirect_uri: redirectUri(),
      code,
      code_verifier: pending.verifier,
    }),
  });
  const answer = (await response.json()) as { access_token?: string; error_description?: string };
  if (!answer.access_token) throw new Error(answer.error_description ?? `HTTP ${response.status}`);
  return answer.access_token;
}

async function discover({ issuer }: Provider): Promise<Endpoints> {
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response.json() as Promise<Endpoints>;
}

const redirectUri = (): string => `${location.origin}/`;

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

const randomText = (): string => base64url(crypto.getRandomValues(new Uint8Array(32)));

const challengeOf = async (verifier: string): Promise<string> =>
  base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
