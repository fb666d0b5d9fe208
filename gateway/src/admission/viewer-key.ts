// Whose requests are counted together: one viewer's, or, while nobody is known by name, one address's.
import { hash } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { forwardedFor, networkOf } from '@district-graph/kit/admission/client-address';
import type { Rate } from '@district-graph/kit/identity/api-key';

export interface ClientRequest {
  headers: IncomingHttpHeaders;
  /** Of the connection's other end. */
  address: string;
  /** The id of one whose token or key was verified. */
  viewer?: string;
  /** What was agreed for that key alone. */
  rate?: Rate | null;
}

export const clientRequestOf = ({ headers, socket }: IncomingMessage): ClientRequest => ({
  headers,
  address: socket.remoteAddress ?? '',
});

/** The same text, the same viewer. */
export type ViewerKeyOf = (asking: ClientRequest) => string;

/**
 * By the viewer where one is known, by the authorization where there is one, by the address otherwise. Behind that many proxies of ours the address is the
 * one that the outermost of them saw; what stands further left in `x-forwarded-for` anybody can write.
 */
export const viewerKeyBy =
  (trustedProxies: number): ViewerKeyOf =>
  ({ headers, address, viewer }) => {
    if (viewer !== undefined) return `v:${viewer}`;
    const { authorization } = headers;
    if (authorization) return `a:${hash('sha256', authorization, 'base64url')}`;
    return `i:${networkOf(forwardedFor(headers, trustedProxies) ?? address)}`;
  };
