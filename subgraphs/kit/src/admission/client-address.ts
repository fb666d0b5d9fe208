// From where a request comes: past the proxies that are ours, and under one name only.
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isIP, isIPv6 } from 'node:net';

/** What the outermost of that many proxies of ours saw; what stands further left in `x-forwarded-for` anybody can write. */
export function forwardedFor(headers: IncomingHttpHeaders, trustedProxies: number): string | null {
  if (trustedProxies === 0) return null;
  const hops = String(headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((hop) => hop.trim())
    .filter((hop) => hop !== '');
  return hops.at(-trustedProxies) ?? hops[0] ?? null;
}

/** The address of the client, as it stands on record; of what a proxy says only an address is one. */
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
 * Node keeps the first of several `Authorization` headers, a proxy perhaps the last. Together, as it gives other headers, they
 * are no token and no key, and so the request is nobody's.
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

/** An IPv6 address by its first 64 bits, which one household or server has to itself. */
export function networkOf(address: string): string {
  const plain = address.startsWith('::ffff:') ? address.slice(7) : address;
  if (!isIPv6(plain)) return plain.slice(0, 64);
  const [before = '', after] = plain.split('%')[0]?.split('::') ?? [];
  const groups = (text: string | undefined) => (text ? text.split(':') : []);
  const head = groups(before);
  const filled =
    after === undefined
      ? head
      : [...head, ...Array(Math.max(0, 8 - head.length - groups(after).length)).fill('0'), ...groups(after)];
  return `${filled.slice(0, 4).join(':')}::/64`;
}

/** What a request asks for, without the scheme and host that clients of proxies write in front. */
export const originForm = (url = '/'): string =>
  url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/?]*/i, '') || '/';
