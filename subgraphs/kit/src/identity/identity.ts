// From a request to its viewer: signed by the gateway, by a token or key of their own, or anonymous.
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
  /** Who signs the tokens; null where none are accepted. */
  tokens: TokenOptions | null;
  /** Where the API keys are; null where none are accepted. */
  apiKeys: ApiKeySource | null;
  /** Of those who pass on viewers, for the named subgraph; null where nobody may. */
  gateway: { keys: SigningKeys; subgraph: string } | null;
  /** How many proxies of ours stand in front. */
  trustedProxies?: number;
  log?: Log;
}

/** A purpose that is not the viewer's to declare. */
class PurposeRefused extends HttpError {
  /** With that purpose, for the record, where it is one that there is. */
  viewer: Viewer;

  constructor(viewer: Viewer, message: string) {
    super(403, 'FORBIDDEN', message, true);
    this.viewer = viewer;
  }
}

/** Why a request was refused before there was an operation, for the record: whose, if that is known, and by which header. */
export function authenticationFailure(
  error: unknown,
): { viewer: Viewer; header: 'authorization' | 'purpose' } | null {
  if (error instanceof PurposeRefused) return { viewer: error.viewer, header: 'purpose' };
  const isUnknown = error instanceof HttpError && error.status === 401;
  return isUnknown ? { viewer: anonymous, header: 'authorization' } : null;
}

export const purposeHeader = 'x-purpose';

export class Identity {
  #tokens: TokenVerifier | null;
  #apiKeys: ApiKeys | null;
  #signed: ViewerVerifier | null;
  #trustedProxies: number;

  constructor({ tokens, apiKeys, gateway, trustedProxies = 0, log }: IdentityOptions) {
    this.#trustedProxies = trustedProxies;
    this.#tokens = tokens && new TokenVerifier(tokens);
    this.#apiKeys = apiKeys && new ApiKeys({ ...apiKeys, log });
    this.#signed = gateway && new ViewerVerifier(gateway.keys, gateway.subgraph);
  }

  /** Who sends these headers and this body. Rejects with a refusal for what is not valid: nobody becomes anonymous by mistake. */
  async authenticate(headers: IncomingHttpHeaders, body: string): Promise<Viewer> {
    const signature = headers[viewerHeader];
    if (this.#signed && typeof signature === 'string') return this.#signed.verify(signature, body);
    const { authorization } = headers;
    const viewer = authorization === undefined ? anonymous : await this.#authorized(authorization);
    const purpose = headers[purposeHeader];
    return typeof purpose === 'string' ? declared(viewer, purpose) : viewer;
  }

  /** From where the sender of these headers asks, whom `viewerOf` has let in: as the gateway says, or as it is seen here. */
  addressOf(headers: IncomingHttpHeaders, address: string): string | null {
    const signature = headers[viewerHeader];
    if (this.#signed && typeof signature === 'string') return signedAddress(signature);
    return clientAddress(headers, address, this.#trustedProxies);
  }

  /** Who sends these headers, whom `viewerOf` has let in as this viewer: the gateway, or the viewer; null for nobody known. */
  senderOf(headers: IncomingHttpHeaders, viewer: Viewer): string | null {
    if (this.#signed && typeof headers[viewerHeader] === 'string') return 'gateway';
    return viewer.id === anonymous.id ? null : `v:${viewer.id}`;
  }

  /** Whom the gateway speaks of with this body. Refuses whoever is not the gateway, or another who has its keys. */
  forwardedViewer(headers: IncomingHttpHeaders, body: string): Viewer {
    const signature = headers[viewerHeader];
    if (this.#signed && typeof signature === 'string') return this.#signed.verify(signature, body);
    throw unauthenticated(
      '此地址只供网关使用（VIEWER_KEYS）。 This address is for the gateway alone (VIEWER_KEYS).',
    );
  }

  /** Refuses whoever is not the gateway. */
  checkGateway(headers: IncomingHttpHeaders): void {
    this.forwardedViewer(headers, '');
  }

  /** Ends the looking after keys. */
  async close(): Promise<void> {
    await this.#apiKeys?.close();
  }

  #authorized(authorization: string): Promise<Viewer> {
    const [, scheme = '', credentials = ''] = authorizationForm.exec(authorization.trim()) ?? [];
    if (scheme.toLowerCase() === 'bearer') return this.#bearer(credentials);
    if (scheme.toLowerCase() === 'apikey') return this.#keyed(credentials);
    throw unauthenticated(
      '请以 Authorization: Bearer <令牌> 发送令牌，或以 Authorization: ApiKey <标识>.<密钥> 发送密钥。 Send a token as Authorization: Bearer <token>, or a key as Authorization: ApiKey <id>.<secret>.',
    );
  }

  #bearer(token: string): Promise<Viewer> {
    if (!this.#tokens)
      throw unauthenticated(
        '此服务未设置令牌签发者（TOKEN_JWKS）。 No issuer of tokens is set here (TOKEN_JWKS).',
      );
    return this.#tokens.verify(token);
  }

  #keyed(key: string): Promise<Viewer> {
    if (!this.#apiKeys)
      throw unauthenticated('此服务不接受 API 密钥（API_KEYS）。 No API keys are accepted here (API_KEYS).');
    return this.#apiKeys.verify(key);
  }
}

const authorizationForm = /^(bearer|apikey) +([\w.~+/=-]+)$/i;

function declared(viewer: Viewer, purpose: string): Viewer {
  const withIt = withPurpose(viewer, purpose);
  if (withIt) return withIt;
  const allowed = viewer.purposes;
  throw new PurposeRefused(
    isPurpose(purpose) ? { ...viewer, purpose } : viewer,
    `您的角色或密钥不能声明用途 ${purpose.slice(0, 50)}；可用：${allowed.join('、') || '无'}。 Your roles or key may not declare the purpose ${purpose.slice(0, 50)}; they may: ${allowed.join(', ') || 'none'}.`,
  );
}

const unauthenticated = (message: string) => new HttpError(401, 'UNAUTHENTICATED', message, true);
