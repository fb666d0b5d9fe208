// The address that a request comes from: as trusted proxies report it, in one canonical form.
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

const { IPv6 } = ipaddr;

/** The address that the outermost of our proxies saw. Entries of `x-forwarded-for` further to the left can be forged. */
export function forwardedFor(headers: IncomingHttpHeaders, trustedProxies: number): string | null {
  if (trustedProxies === 0) return null;
  const hops = String(headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((hop) => hop.trim())
    .filter((hop) => hop !== '');
  return hops.at(-trustedProxies) ?? hops[0] ?? null;
}

/** The address of the client as it goes on record. What a proxy sends counts only if it is an IP address. */
export function clientAddress(
  headers: IncomingHttpHeaders,
  address: string,
  trustedProxies: number,
): string | null {
  const forwarded = forwardedFor(headers, trustedProxies);
  const seen = forwarded !== null && isIP(forwarded) ? forwarded : address;
  return seen.replace(/^::ffff:(?=\d+\.)/, '') || null;
}

/**
 * Joins repeated `Authorization` headers, as Node does for other headers. Node keeps the first one, while a proxy may have checked
 * the last. Joined, they are neither a valid token nor a valid key, so the request is refused.
 */
export function joinAuthorization({ headers, rawHeaders }: IncomingMessage): void {
  if (headers.authorization === undefined) return;
  let joined: string | null = null;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length !== 13 || name.toLowerCase() !== 'authorization') continue;
    const value = rawHeaders[index + 1] ?? '';
    joined = joined === null ? value : `${joined}, ${value}`;
  }
  if (joined !== null) headers.authorization = joined;
}

/** The address as it is; of an IPv6 address the first 64 bits, which one household or server has to itself. */
export function networkOf(address: string): string {
  // A zone, such as `%eth0.100`, is no part of the network, and the parser refuses some that Node accepts.
  const [plain = ''] = address.replace(/^::ffff:/, '').split('%', 1);
  if (!IPv6.isValid(plain)) return plain.slice(0, 64);
  const network = IPv6.parse(plain).parts.slice(0, 4);
  return `${network.map((part) => part.toString(16)).join(':')}::/64`;
}

/** The request target in origin form. Clients of proxies send it with a scheme and host in front (absolute form). */
export const originForm = (url = '/'): string =>
  url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/?]*/i, '') || '/';
