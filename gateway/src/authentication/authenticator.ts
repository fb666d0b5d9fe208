// From a client's request to the caller that the engine runs an operation for: who it is, and how subgraphs are told.
import type { IncomingHttpHeaders } from 'node:http';
import { clientAddress } from '@district-graph/kit/admission/client-address';
import type { IdentityConfig } from '@district-graph/kit/config/identity';
import { type ErrorCode, graphError, isErrorCode } from '@district-graph/kit/errors';
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
import type { ClientRequest } from '../admission/viewer-key.ts';
import { encoded } from '../answer/read-answer.ts';
import type { RequestContext } from '../execution/request-context.ts';
import type { ForwardedHeaders } from '../fetching/subgraph-client.ts';
import type { ReturnedHeaders, Subgraphs } from '../fetching/subgraphs.ts';
import type { HasPermission } from '../planning/field-authorization.ts';
import { RefusalLog, type SendRefusals } from './refusal-log.ts';

export interface AuthenticatorOptions {
  identity: IdentityConfig;
  subgraphs: Subgraphs;
  /** Whether the same query of the same viewer, asked again while it runs, shares the run. */
  shareIdentical: boolean;
  /** How many proxies of ours stand in front. */
  trustedProxies: number;
  /** The subgraphs on whose record requests are put that were refused whole. */
  recordedBy: () => readonly string[];
  log?: Log;
}

export class Authenticator {
  #options: AuthenticatorOptions;
  #identity: Identity | null;
  #refusals: RefusalLog;
  #claims = new WeakMap<Viewer, string>();
  /** Of a request each token or key is looked at once. */
  #viewers = new WeakMap<IncomingHttpHeaders, Promise<Viewer>>();

  /** Without keys to sign with, viewers are the subgraphs' matter: what the client sent goes on to them. */
  constructor(options: AuthenticatorOptions) {
    const { tokens, apiKeys, viewerKeys } = options.identity;
    const { log = () => {} } = options;
    this.#options = options;
    this.#identity = viewerKeys.size ? new Identity({ tokens, apiKeys, gateway: null, log }) : null;
    this.#refusals = new RefusalLog(this.#sendRefusals, log);
  }

  /** Rejects with a refusal, which is on record, for a token that is not valid, or a purpose that is not the viewer's. */
  async authenticate(
    { headers, address: seen }: ClientRequest,
    operation?: GraphQLOperation,
  ): Promise<RequestContext> {
    const { subgraphs, shareIdentical, trustedProxies } = this.#options;
    const forwarded = subgraphs.forwardedHeaders(headers);
    const returned: ReturnedHeaders = {};
    if (!this.#identity)
      return {
        call: (subgraph, body, isMutation, lifetime) =>
          subgraphs.call(subgraph, body, isMutation, forwarded, returned, lifetime),
        viewer: shareIdentical ? forwarded.join('\n') : null,
        headers: returned,
      };
    const address = clientAddress(headers, seen, trustedProxies);
    const viewer = await this.#viewerOf(headers, this.#identity).catch((error: unknown) => {
      this.#recordRefused(error, headers, address, operation);
      throw error;
    });
    const claims = this.#claimsOf(viewer);
    const from = addressText(address);
    // The subgraphs take our word for who it is; the client's own token stays here.
    const passedOn = forwarded.flatMap((text, index) =>
      index % 2 || text === 'authorization' ? [] : [text, forwarded[index + 1] ?? ''],
    );
    return {
      call: (subgraph, body, isMutation, lifetime) => {
        if (hasExpired(viewer)) return Promise.reject(ended());
        const signature = signViewer(this.#options.identity.viewerKeys, claims, subgraph, body, from);
        const signed = [...passedOn, viewerHeader, signature];
        return subgraphs.call(subgraph, body, isMutation, signed, returned, lifetime);
      },
      // From elsewhere it is another request, for the record.
      viewer: shareIdentical ? `${claims}\n${from}\n${passedOn.join('\n')}` : null,
      hasPermission: permissionsOf(viewer),
      hasPurpose: viewer.purpose !== null,
      hasEnded: () => hasExpired(viewer),
      reportRefused: (operation, fields) =>
        this.#refusals.add({ viewer, claims, requestId: requestIdOf(passedOn), address }, operation, fields),
      headers: returned,
    };
  }

  /** Of a request that was refused whole no subgraph hears otherwise. */
  #recordRefused(
    error: unknown,
    headers: IncomingHttpHeaders,
    address: string | null,
    operation?: GraphQLOperation,
  ): void {
    const refused = authenticationFailure(error);
    if (!refused) return;
    const { viewer, header } = refused;
    const requestId = requestIdOf(this.#options.subgraphs.forwardedHeaders(headers));
    const request = { viewer, claims: this.#claimsOf(viewer), requestId, address };
    const name = operation ? operationNameOf(operation) : null;
    this.#refusals.addRequest(request, name, header, this.#options.recordedBy());
  }

  /**
   * Who is to be counted: one with a valid token or key by their id, everybody else by where they come from. A token that
   * was made up does not make its bearer somebody else.
   */
  async counted(asking: ClientRequest): Promise<ClientRequest> {
    if (!this.#identity || asking.headers.authorization === undefined) return asking;
    const viewer = await this.#viewerOf(asking.headers, this.#identity).catch(() => anonymous);
    if (viewer !== anonymous) return { ...asking, viewer: viewer.id, rate: viewer.key?.rate ?? null };
    return { ...asking, headers: { ...asking.headers, authorization: undefined } };
  }

  #viewerOf(headers: IncomingHttpHeaders, identity: Identity): Promise<Viewer> {
    let viewer = this.#viewers.get(headers);
    if (!viewer) {
      viewer = identity.authenticate(headers, '');
      this.#viewers.set(headers, viewer);
    }
    return viewer;
  }

  /** Tells subgraphs what was refused so far, before they are closed. */
  async close(): Promise<void> {
    await this.#refusals.stop();
    await this.#identity?.close();
  }

  /** What makes the gateway itself known to a subgraph. */
  ownHeaders(subgraph: string): Record<string, string> {
    const { viewerKeys } = this.#options.identity;
    if (viewerKeys.size === 0) return {};
    return { [viewerHeader]: signViewer(viewerKeys, this.#claimsOf(anonymous), subgraph, '') };
  }

  #sendRefusals: SendRefusals = async (subgraph, claims, text) => {
    const { subgraphs, identity } = this.#options;
    const body = encoded(text);
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

/**
 * Whether a record is about the viewer or theirs, only its subgraph can say: where no division is named nothing is refused ahead
 * to an elder, nor to anybody what may be their own.
 */
const permissionsOf =
  (viewer: Viewer): HasPermission =>
  (scope, division) =>
    isScope(scope) &&
    (hasPermission(viewer, scope, division) || (division === undefined && mayBeOwn(viewer, scope)));

const mayBeOwn = ({ id, elderId }: Viewer, scope: Scope): boolean =>
  elderId !== null || (id !== anonymous.id && ownerScopes.includes(scope));

/** As the subgraphs get it. */
function requestIdOf(passedOn: ForwardedHeaders): string | null {
  for (let index = 0; index < passedOn.length; index += 2)
    if (passedOn[index] === 'x-request-id') return passedOn[index + 1] || null;
  return null;
}

/** The code of the first error of an answer. */
function codeOf(answer: string): ErrorCode {
  const code = /"code":"([A-Z_]+)"/.exec(answer)?.[1];
  return isErrorCode(code) ? code : 'SUBGRAPH_BAD_RESPONSE';
}

const ended = () =>
  graphError(
    'UNAUTHENTICATED',
    '令牌或密钥已过期或已撤销，请重新登录。 The token or key has expired or was revoked; sign in again.',
  );
