// How long an answer may be kept that several subgraphs gave parts of: as the strictest of them says.

const forbidden = 'no-store';

interface Lifetimes {
  flags: Set<string>;
  /** Seconds by directive. */
  seconds: Map<string, number>;
}

/** Stated by all, or it does not hold. */
const permissions = ['public', 'immutable'];
/** Stated by one, it holds. */
const restrictions = ['no-cache', 'private', 'must-revalidate', 'proxy-revalidate', 'no-transform'];
/** Times for which stale answers may be used: only where all say so. */
const leniences = ['stale-while-revalidate', 'stale-if-error'];

/** Two Cache-Control headers as one that allows what both do; null is of one who says nothing, and so allows nothing. */
export function strictestCacheControl(one: string | null, other: string | null): string {
  if (one === null || other === null) return forbidden;
  if (one === other) return one;
  const [a, b] = [parsed(one), parsed(other)];
  if (a.flags.has(forbidden) || b.flags.has(forbidden)) return forbidden;
  const directives = [
    ...restrictions.filter((name) => a.flags.has(name) || b.flags.has(name)),
    ...permissions.filter((name) => a.flags.has(name) && b.flags.has(name)),
  ];
  const add = (name: string, ...seconds: (number | undefined)[]) => {
    const known = seconds.filter((each) => each !== undefined);
    if (known.length) directives.push(`${name}=${known.length < seconds.length ? 0 : Math.min(...known)}`);
  };
  add('max-age', a.seconds.get('max-age'), b.seconds.get('max-age'));
  // Without one of its own, a shared cache goes by the other.
  if (a.seconds.has('s-maxage') || b.seconds.has('s-maxage')) add('s-maxage', shared(a), shared(b));
  for (const name of leniences)
    if (a.seconds.has(name) && b.seconds.has(name)) add(name, a.seconds.get(name), b.seconds.get(name));
  return directives.join(', ') || forbidden;
}

const shared = ({ seconds }: Lifetimes) => seconds.get('s-maxage') ?? seconds.get('max-age');

function parsed(header: string): Lifetimes {
  const flags = new Set<string>();
  const seconds = new Map<string, number>();
  for (const part of header.split(',')) {
    const [name = '', value] = part.trim().toLowerCase().split('=');
    const number = value === undefined ? Number.NaN : Number(value.replaceAll('"', ''));
    if (Number.isInteger(number) && number >= 0)
      seconds.set(name, Math.min(number, seconds.get(name) ?? number));
    // A time that is none is no time at all.
    else if (name.endsWith('age')) seconds.set(name, 0);
    else if (name) flags.add(name);
  }
  return { flags, seconds };
}
