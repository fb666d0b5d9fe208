// Authenticates requests: the viewer is signed by the gateway, named by a token or an API key, or anonymous.
import type { IncomingHttpHeaders } from 'node:http';
import { clientAddress } from '../admission/client-address.ts';
import { HttpError } from '../http-error.ts';
import type { Log } from '../log.ts';
import { type ApiKeySource, ApiKeys } from './api-keys.ts';
import { isPurpose } from './roles.ts';
import { type TokenOptions, TokenVerifier } from './token-verifier.ts';
import { anonymous, type Viewer, withPurpose } from './viewer.ts';
import { type SigningKeys, signedAddress, ViewerVerifier, viewerHeader } from './viewer-signature.ts';

export interface IdentityOptions {
  /** The issuer of tokens; null if none are accepted. */
  tokens: TokenOptions | null;
  /** The source of API keys; null if none are accepted. */
  apiKeys: ApiKeySource | null;
  /** The keys with which gateways sign viewers for this subgraph; null if viewers are not forwarded. */
  gateway: { keys: SigningKeys; subgraph: string } | null;
  /** The number of our own proxies in front. */
  trustedProxies?: number;
  /** Whether sandbox keys have their scopes: only where all data are synthetic. */
  grantsSandboxScopes?: boolean;
  log?: Log;
}

/** The viewer declared a purpose that their roles or key do not allow. */
class PurposeError extends HttpError {
  /** For the access record; with the declared purpose if it exists. */
  viewer: Viewer;

  constructor(viewer: Viewer, message: string) {
    super(403, 'FORBIDDEN', message, { keepsConnection: true });
    this.viewer = viewer;
  }
}

/** For the access record: the viewer and the header for which authentication failed. Null for other errors. */
export function authenticationFailure(
  error: unknown,
): { viewer: Viewer; header: 'authorization' | 'purpose' } | null {
  if (error instanceof PurposeError) return { viewer: error.viewer, header: 'purpose' };
  const isUnknown = error instanceof HttpError && error.status === 401;
  return isUnknown ? { viewer: anonymous, header: 'authorization' } : null;
}

export const purposeHeader = 'x-purpose';

export class Identity {
  #tokens: TokenVerifier | null;
  #apiKeys: ApiKeys | null;
  #signatures: ViewerVerifier | null;
  #trustedProxies: number;

  constructor({
    tokens,
    apiKeys,
    gateway,
    trustedProxies = 0,
    grantsSandboxScopes = false,
    log,
  }: IdentityOptions) {
    this.#trustedProxies = trustedProxies;
    this.#tokens = tokens && new TokenVerifier(tokens);
    this.#apiKeys = apiKeys && new ApiKeys({ ...apiKeys, grantsSandboxScopes, log });
    this.#signatures = gateway && new ViewerVerifier(gateway.keys, gateway.subgraph, grantsSandboxScopes);
  }

  /** The viewer of a request. Rejects with an HttpError if credentials are invalid: nobody becomes anonymous by mistake. */
  async authenticate(headers: IncomingHttpHeaders, body: string): Promise<Viewer> {
    const signature = headers[viewerHeader];
    if (this.#signatures && typeof signature === 'string') return this.#signatures.verify(signature, body);
    const { authorization } = headers;
    const viewer = authorization === undefined ? anonymous : await this.#verifyAuthorization(authorization);
    const purpose = headers[purposeHeader];
    return typeof purpose === 'string' ? declared(viewer, purpose) : viewer;
  }

  /** The client address of an authenticated request: as signed by the gateway, or as seen here. */
  addressOf(headers: IncomingHttpHeaders, address: string): string | null {
    const signature = headers[viewerHeader];
    if (this.#signatures && typeof signature === 'string') return signedAddress(signature);
    return clientAddress(headers, address, this.#trustedProxies);
  }

  /** The sender of a request authenticated as this viewer: 'gateway', or the viewer; null for anonymous clients. */
  senderOf(headers: IncomingHttpHeaders, viewer: Viewer): string | null {
    if (this.#signatures && typeof headers[viewerHeader] === 'string') return 'gateway';
    return viewer.id === anonymous.id ? null : `v:${viewer.id}`;
  }

  /** The viewer that the gateway signed with this body. Throws an HttpError for every other client. */
  forwardedViewer(headers: IncomingHttpHeaders, body: string): Viewer {
    const signature = headers[viewerHeader];
    if (this.#signatures && typeof signature === 'string') return this.#signatures.verify(signature, body);
    throw unauthenticated(
      '此地址只供网关使用（VIEWER_KEYS）。 Only the gateway may use this path (VIEWER_KEYS).',
    );
  }

  /** Throws an HttpError unless the gateway signed the request. */
  checkGateway(headers: IncomingHttpHeaders): void {
    this.forwardedViewer(headers, '');
  }

  /** Stops polling API keys. */
  async close(): Promise<void> {
    await this.#apiKeys?.close();
  }

  #verifyAuthorization(authorization: string): Promise<Viewer> {
    const [, scheme = '', credentials = ''] = authorizationForm.exec(authorization.trim()) ?? [];
    if (scheme.toLowerCase() === 'bearer') return this.#verifyToken(credentials);
    if (scheme.toLowerCase() === 'apikey') return this.#verifyApiKey(credentials);
    throw unauthenticated(
      '请以 Authorization: Bearer <令牌> 发送令牌，或以 Authorization: ApiKey <标识>.<密钥> 发送密钥。 Send a token as Authorization: Bearer <token>, or an API key as Authorization: ApiKey <id>.<secret>.',
    );
  }

  #verifyToken(token: string): Promise<Viewer> {
    if (!this.#tokens)
      throw unauthenticated(
        '此服务不接受令牌，未设置签发者（TOKEN_JWKS）。 Tokens are not accepted here: no issuer is configured (TOKEN_JWKS).',
      );
    return this.#tokens.verify(token);
  }

  #verifyApiKey(key: string): Promise<Viewer> {
    if (!this.#apiKeys)
      throw unauthenticated('此服务不接受 API 密钥（API_KEYS）。 API keys are not accepted here (API_KEYS).');
    return this.#apiKeys.verify(key);
  }
}

const authorizationForm = /^(bearer|apikey) +([\w.~+/=-]+)$/i;

function declared(viewer: Viewer, purpose: string): Viewer {
  const withIt = withPurpose(viewer, purpose);
  if (withIt) return withIt;
  const allowed = viewer.purposes;
  throw new PurposeError(
    isPurpose(purpose) ? { ...viewer, purpose } : viewer,
    `您的角色或密钥不能声明用途 ${purpose.slice(0, 50)}；可用：${allowed.join('、') || '无'}。 Your roles or key do not allow the purpose ${purpose.slice(0, 50)}; allowed: ${allowed.join(', ') || 'none'}.`,
  );
}

const unauthenticated = (message: string) =>
  new HttpError(401, 'UNAUTHENTICATED', message, { keepsConnection: true });
