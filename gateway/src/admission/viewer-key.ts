// The key that a client's requests are counted by: one for each viewer, or, while no viewer is known, one for each address.
import { hash } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { forwardedFor, networkOf } from '@district-graph/kit/admission/client-address';

/** Where a request comes from, before anything in it is verified. */
export interface ClientRequest {
  headers: IncomingHttpHeaders;
  /** The remote address of the connection. */
  address: string;
}

export const clientRequestOf = ({ headers, socket }: IncomingMessage): ClientRequest => ({
  headers,
  address: socket.remoteAddress ?? '',
});

/** Returns the same key for requests that are counted together. `viewer` is the id that a verified token or key proves. */
export type ViewerKeyOf = (request: ClientRequest & { viewer?: string | undefined }) => string;

/**
 * By the viewer where one is known, by the `authorization` header where there is one, otherwise by the address. Behind
 * `trustedProxies` proxies the address is the one that the outermost of them saw: anything further left in
 * `x-forwarded-for` can be forged.
 */
export const viewerKeyBy =
  (trustedProxies: number): ViewerKeyOf =>
  ({ headers, address, viewer }) => {
    if (viewer !== undefined) return `v:${viewer}`;
    const { authorization } = headers;
    if (authorization) return `a:${hash('sha256', authorization, 'base64url')}`;
    return `i:${networkOf(forwardedFor(headers, trustedProxies) ?? address)}`;
  };
