// Combines the Cache-Control headers of several subgraphs into the strictest policy for the answer.

const forbidden = 'no-store';

interface Directives {
  flags: Set<string>;
  /** Seconds by directive. */
  seconds: Map<string, number>;
}

/** Directives that apply only when all headers have them. */
const commonDirectives = ['public', 'immutable'];
/** Directives that apply when one header has them. */
const restrictiveDirectives = ['no-cache', 'private', 'must-revalidate', 'proxy-revalidate', 'no-transform'];
/** How long stale answers may be used: only when all headers say so. */
const staleDirectives = ['stale-while-revalidate', 'stale-if-error'];

/** One Cache-Control header that allows what both allow; a missing header (null) allows nothing. */
export function strictestCacheControl(one: string | null, other: string | null): string {
  if (one === null || other === null) return forbidden;
  if (one === other) return one;
  const [a, b] = [parseHeader(one), parseHeader(other)];
  if (a.flags.has(forbidden) || b.flags.has(forbidden)) return forbidden;
  const directives = [
    ...restrictiveDirectives.filter((name) => a.flags.has(name) || b.flags.has(name)),
    ...commonDirectives.filter((name) => a.flags.has(name) && b.flags.has(name)),
  ];
  const add = (name: string, ...seconds: (number | undefined)[]) => {
    const known = seconds.filter((each) => each !== undefined);
    if (known.length) directives.push(`${name}=${known.length < seconds.length ? 0 : Math.min(...known)}`);
  };
  add('max-age', a.seconds.get('max-age'), b.seconds.get('max-age'));
  // Without s-maxage, a shared cache uses max-age.
  if (a.seconds.has('s-maxage') || b.seconds.has('s-maxage'))
    add('s-maxage', sharedMaxAge(a), sharedMaxAge(b));
  for (const name of staleDirectives)
    if (a.seconds.has(name) && b.seconds.has(name)) add(name, a.seconds.get(name), b.seconds.get(name));
  return directives.join(', ') || forbidden;
}

const sharedMaxAge = ({ seconds }: Directives) => seconds.get('s-maxage') ?? seconds.get('max-age');

function parseHeader(header: string): Directives {
  const flags = new Set<string>();
  const seconds = new Map<string, number>();
  for (const part of header.split(',')) {
    const [name = '', value] = part.trim().toLowerCase().split('=');
    const number = value === undefined ? Number.NaN : Number(value.replaceAll('"', ''));
    if (Number.isInteger(number) && number >= 0)
      seconds.set(name, Math.min(number, seconds.get(name) ?? number));
    // An invalid age counts as 0.
    else if (name.endsWith('age')) seconds.set(name, 0);
    else if (name) flags.add(name);
  }
  return { flags, seconds };
}
