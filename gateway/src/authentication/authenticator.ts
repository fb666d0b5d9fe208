// Authenticates a client's request and creates its context for the engine: who the viewer is, and how subgraphs are called for them.
import type { IncomingHttpHeaders } from 'node:http';
import { clientAddress } from '@district-graph/kit/admission/client-address';
import type { ConnectedSubgraph } from '@district-graph/kit/config/foreign-subgraphs';
import type { IdentityConfig } from '@district-graph/kit/config/identity';
import { type ErrorCode, graphError, isErrorCode } from '@district-graph/kit/errors';
import { HttpError } from '@district-graph/kit/http-error';
import { authenticationFailure, Identity } from '@district-graph/kit/identity/identity';
import { isScope, ownerScopes, type Scope } from '@district-graph/kit/identity/roles';
import { anonymous, hasExpired, hasPermission, type Viewer } from '@district-graph/kit/identity/viewer';
import {
  addressText,
  claimsText,
  signViewer,
  viewerHeader,
} from '@district-graph/kit/identity/viewer-signature';
import type { Log } from '@district-graph/kit/log';
import { type GraphQLOperation, operationNameOf } from '@district-graph/kit/operation/graphql-operation';
import { Client, type Identification } from '../admission/client.ts';
import type { ClientRequest, ViewerKeyOf } from '../admission/viewer-key.ts';
import { toLatin1 } from '../answer/latin1.ts';
import type { RequestContext, UnauthorizedField } from '../engine/request-context.ts';
import type { ForwardedHeaders } from '../fetching/subgraph-client.ts';
import type { ReturnedHeaders, Subgraphs } from '../fetching/subgraphs.ts';
import type { HasPermission } from '../planning/field-authorization.ts';
import { isEnforced, requiredScope } from '../supergraph/enforced-scopes.ts';
import { ForeignCalls } from './foreign-calls.ts';
import { RefusalLog, type RefusedRequest } from './refusal-log.ts';
import type { SendRefusals } from './refusal-outbox.ts';

export interface AuthenticatorOptions {
  identity: IdentityConfig;
  subgraphs: Subgraphs;
  /** What clients are counted by. */
  keyOf: ViewerKeyOf;
  /** Whether identical queries of one viewer that run at the same time share one run. */
  shareIdentical: boolean;
  /** The number of trusted proxies in front of the gateway. */
  trustedProxies: number;
  /** The subgraphs whose access log records requests that were rejected as a whole. */
  auditedSubgraphs: () => readonly string[];
  /** The foreign subgraphs, by name; by default none. */
  foreign?: ReadonlyMap<string, ConnectedSubgraph>;
  log?: Log;
}

/** What the identification of a client results in where subgraphs verify tokens and keys themselves. */
const unverified: Identification = { viewer: null, error: null, isVerified: false };

export class Authenticator {
  #options: AuthenticatorOptions;
  #identity: Identity | null;
  #refusals: RefusalLog;
  #foreignCalls: ForeignCalls;
  /** A token that is used again results in the same viewer, whose claims are written once. */
  #claims = new WeakMap<Viewer, string>();

  /** Without keys to sign with, the gateway verifies nothing and forwards what the client sent. */
  constructor(options: AuthenticatorOptions) {
    const { tokens, apiKeys, viewerKeys, grantsSandboxScopes } = options.identity;
    const { log = () => {} } = options;
    this.#options = options;
    this.#identity = viewerKeys.size
      ? new Identity({ tokens, apiKeys, gateway: null, grantsSandboxScopes, log })
      : null;
    this.#refusals = new RefusalLog(this.#sendRefusals, log);
    this.#foreignCalls = new ForeignCalls(options.foreign ?? new Map());
  }

  /** Verifies the token or key of a request. Never rejects: the client's identification says what is wrong with it. */
  identify(request: ClientRequest): Client | Promise<Client> {
    if (!this.#identity) return new Client(request, unverified, this.#options.keyOf);
    return this.#identify(request, this.#identity);
  }

  async #identify(request: ClientRequest, identity: Identity): Promise<Client> {
    let identification: Identification;
    try {
      const viewer = await identity.authenticate(request.headers, '');
      identification = { viewer, error: null, isVerified: true };
    } catch (error) {
      identification = { viewer: null, error, isVerified: true };
    }
    return new Client(request, identification, this.#options.keyOf);
  }

  /**
   * The context to run an operation of the client in. Throws why its token, key or purpose was rejected, and puts that in
   * the access log.
   */
  contextFor(client: Client, operation?: GraphQLOperation): RequestContext {
    const { subgraphs, shareIdentical, trustedProxies } = this.#options;
    const { headers, address: remoteAddress, identification } = client;
    const { viewer } = identification;
    const forwarded = subgraphs.forwardedHeaders(headers);
    const foreignHeaders = this.#foreignCalls.clientHeaders(headers);
    if (!identification.isVerified) return this.#unverifiedContext(forwarded, foreignHeaders);
    const returned: ReturnedHeaders = {};
    const address = clientAddress(headers, remoteAddress, trustedProxies);
    // A socket may send an operation long after its token was verified.
    if (viewer === null || hasExpired(viewer)) {
      const error = identification.error ?? expiredSinceIdentified();
      this.#recordRejected(error, headers, address, operation);
      throw error;
    }
    const claims = this.#claimsOf(viewer);
    const from = addressText(address);
    // Subgraphs trust the gateway's signature; the client's own token is not forwarded.
    const passedOn = withoutToken(forwarded);
    const signedHeaders = (subgraph: string, body: string): ForwardedHeaders => {
      const foreign = subgraphs.foreignNamed(subgraph);
      if (foreign)
        return this.#foreignCalls.headersFor(foreign, foreignHeaders, body, { claims, address: from });
      const signature = signViewer(this.#options.identity.viewerKeys, claims, subgraph, body, from);
      return [...passedOn, viewerHeader, signature];
    };
    const request = { viewer, claims, requestId: requestIdOf(passedOn), address };
    return {
      call: (subgraph, body, isMutation, lifetime) =>
        hasExpired(viewer)
          ? Promise.reject(expired())
          : subgraphs.call(subgraph, body, isMutation, signedHeaders(subgraph, body), returned, lifetime),
      // The access log records the address: the same query from another address is another request. What is shared ends with its token.
      viewer: shareIdentical
        ? [claims, viewer.expiresAt, from, ...passedOn, '', ...foreignHeaders].join('\n')
        : null,
      hasPermission: permissionsOf(viewer),
      hasPurpose: viewer.purpose !== null,
      hasEnded: () => hasExpired(viewer),
      reportRefused: (operation, fields) => this.#reportRefused(request, operation, fields),
      headers: returned,
    };
  }

  /**
   * The headers of a client's request that is no operation, for a subgraph of this repository. The signature covers the ASCII text
   * `signed`. Throws why the client was rejected.
   */
  headersFor(client: Client, subgraph: string, signed: string): ForwardedHeaders {
    this.contextFor(client);
    const { subgraphs, trustedProxies, identity } = this.#options;
    const { headers, address, identification } = client;
    const forwarded = subgraphs.forwardedHeaders(headers);
    if (identification.viewer === null) return forwarded;
    const claims = this.#claimsOf(identification.viewer);
    const from = addressText(clientAddress(headers, address, trustedProxies));
    const signature = signViewer(identity.viewerKeys, claims, subgraph, signed, from);
    return [...withoutToken(forwarded), viewerHeader, signature];
  }

  /** Subgraphs get what the client sent, foreign ones what their entries allow. */
  #unverifiedContext(forwarded: ForwardedHeaders, foreignHeaders: ForwardedHeaders): RequestContext {
    const { subgraphs, shareIdentical } = this.#options;
    const returned: ReturnedHeaders = {};
    return {
      call: (subgraph, body, isMutation, lifetime) => {
        const foreign = subgraphs.foreignNamed(subgraph);
        const sent = foreign ? this.#foreignCalls.headersFor(foreign, foreignHeaders, body, null) : forwarded;
        return subgraphs.call(subgraph, body, isMutation, sent, returned, lifetime);
      },
      viewer: shareIdentical ? [...forwarded, '', ...foreignHeaders].join('\n') : null,
      hasPermission: permissionsOfUnverified,
      headers: returned,
    };
  }

  /** A foreign subgraph learns nothing of the viewer from refusals: those of its fields are only counted. */
  #reportRefused(
    request: RefusedRequest,
    operation: string | null,
    fields: readonly UnauthorizedField[],
  ): void {
    const { subgraphs } = this.#options;
    const own = fields.filter(({ subgraph }) => !subgraphs.foreignNamed(subgraph));
    this.#refusals.add(request, operation, own, fields.length - own.length);
  }

  /** No subgraph learns of a request that was rejected as a whole, unless the gateway reports it. */
  #recordRejected(
    error: unknown,
    headers: IncomingHttpHeaders,
    address: string | null,
    operation?: GraphQLOperation,
  ): void {
    const failure = authenticationFailure(error);
    if (!failure) return;
    const { viewer, header } = failure;
    const requestId = requestIdOf(this.#options.subgraphs.forwardedHeaders(headers));
    const request = { viewer, claims: this.#claimsOf(viewer), requestId, address };
    const name = operation ? operationNameOf(operation) : null;
    this.#refusals.addRequest(request, name, header, this.#options.auditedSubgraphs());
  }

  /** Reports outstanding refusals to the subgraphs; to be called before the subgraphs are closed. */
  async close(): Promise<void> {
    await this.#refusals.stop();
    await this.#identity?.close();
  }

  /** The headers by which a subgraph recognizes the gateway itself. */
  ownHeaders(subgraph: string): Record<string, string> {
    const { viewerKeys } = this.#options.identity;
    const foreign = this.#options.subgraphs.foreignNamed(subgraph);
    if (foreign) {
      const viewer = { claims: this.#claimsOf(anonymous), address: '' };
      const sent = [...foreign.headers, ...this.#foreignCalls.headersFor(foreign, [], '', viewer)];
      return Object.fromEntries(
        sent.flatMap((name, index) => (index % 2 ? [] : [[name, sent[index + 1] ?? '']])),
      );
    }
    if (viewerKeys.size === 0) return {};
    return { [viewerHeader]: signViewer(viewerKeys, this.#claimsOf(anonymous), subgraph, '') };
  }

  #sendRefusals: SendRefusals = async (subgraph, claims, text) => {
    const { subgraphs, identity } = this.#options;
    const body = toLatin1(text);
    const signature = signViewer(identity.viewerKeys, claims, subgraph, body);
    const answer = await subgraphs.reportRefusals(subgraph, body, [viewerHeader, signature]);
    return answer === '' ? null : codeOf(answer);
  };

  #claimsOf(viewer: Viewer): string {
    let claims = this.#claims.get(viewer);
    if (claims === undefined) {
      claims = claimsText(viewer);
      this.#claims.set(viewer, claims);
    }
    return claims;
  }
}

const withoutToken = (headers: ForwardedHeaders): string[] =>
  headers.flatMap((text, index) =>
    index % 2 || text === 'authorization' ? [] : [text, headers[index + 1] ?? ''],
  );

/**
 * Only its subgraph can decide whether a record is about the viewer or belongs to them. Without a division, a field that may
 * return such a record is therefore not refused here.
 */
const permissionsOf =
  (viewer: Viewer): HasPermission =>
  (required, within) => {
    const { scope, division = within, isEnforced: isFinal } = requiredScope(required);
    if (!isScope(scope)) return false;
    if (hasPermission(viewer, scope, division)) return true;
    return !isFinal && division === undefined && mayBeOwned(viewer, scope);
  };

/** Subgraphs verify tokens themselves here, so the gateway knows of no permission: what only it enforces is refused, and query plans, too. */
const permissionsOfUnverified: HasPermission = (scope) => !isEnforced(scope) && scope !== 'operation:explain';

const mayBeOwned = ({ id, elderId }: Viewer, scope: Scope): boolean =>
  elderId !== null || (id !== anonymous.id && ownerScopes.includes(scope));

/** The request id in the form in which subgraphs receive it. */
function requestIdOf(passedOn: ForwardedHeaders): string | null {
  for (let index = 0; index < passedOn.length; index += 2)
    if (passedOn[index] === 'x-request-id') return passedOn[index + 1] || null;
  return null;
}

/** The code of the first error in an answer. */
function codeOf(answer: string): ErrorCode {
  const code = /"code":"([A-Z_]+)"/.exec(answer)?.[1];
  return isErrorCode(code) ? code : 'SUBGRAPH_BAD_RESPONSE';
}

const expiredSinceIdentified = () =>
  new HttpError(
    401,
    'UNAUTHENTICATED',
    '令牌或密钥已过期或已撤销，请以新令牌重新连接。 The token or key has expired or was revoked; connect again with a new one.',
    { keepsConnection: true },
  );

const expired = () =>
  graphError(
    'UNAUTHENTICATED',
    '令牌或密钥已过期或已撤销，请重新登录。 The token or key has expired or was revoked; sign in again.',
  );
