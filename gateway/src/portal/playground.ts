// Sends browsers to the playground, which is one of the pages.
import type { IncomingMessage, ServerResponse } from 'node:http';

const address = '/playground/';

export const isOfPlayground = (path: string): boolean => path === '/playground' || path.startsWith(address);

/** Redirects from /playground, and browsers that open /graphql without an operation; false for any other request. */
export function redirectToPlayground(
  { headers, url }: IncomingMessage,
  response: ServerResponse,
  path: string,
): boolean {
  const opensGraph =
    path === '/graphql' && /text\/html/.test(headers.accept ?? '') && !url?.includes('query=');
  if (path !== '/playground' && !opensGraph) return false;
  response.writeHead(302, { location: address }).end();
  return true;
}
