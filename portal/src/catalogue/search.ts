// Finds types, fields, arguments and values by name, Chinese, pinyin or description. The same in the gateway and in browsers.
import type { TypeKind } from './catalogue.ts';

/** ENTITY is a type that other subgraphs refer to by a key. */
export type EntryKind =
  | TypeKind
  | 'ENTITY'
  | 'FIELD'
  | 'QUERY'
  | 'MUTATION'
  | 'SUBSCRIPTION'
  | 'ARGUMENT'
  | 'VALUE'
  | 'ERROR';

/** What the index file has of each element. */
export interface SearchEntry {
  /** `Elder`, `Elder.name`, `Query.elders(within:)`, `CareMode.HOME`, or an error code. */
  at: string;
  kind: EntryKind;
  zh: string;
  en: string;
  /** The pinyin of the Chinese label, its syllables apart: `yang lao fu wu`. */
  pinyin: string;
  /** The subgraph that resolves it; empty where there are several. */
  owner: string;
  isDeprecated?: true;
  /** What is preferred of equal matches: what a client begins with before what it meets on the way. */
  rank: number;
}

export interface SearchIndex {
  entries: readonly SearchEntry[];
}

export interface Filter {
  owner?: string;
  kind?: string;
}

interface Prepared {
  entry: SearchEntry;
  name: string;
  at: string;
  /** The words of the name: `elderly`, `care`. */
  words: readonly string[];
  label: string;
  zh: string;
  en: string;
  syllables: readonly string[];
  pinyin: string;
  initials: string;
}

const prepared = new WeakMap<SearchIndex, readonly Prepared[]>();

function prepare(index: SearchIndex): readonly Prepared[] {
  const known = prepared.get(index);
  if (known) return known;
  const all = index.entries.map((entry) => {
    const name = nameOf(entry.at);
    const syllables = entry.pinyin ? entry.pinyin.split(' ') : [];
    return {
      entry,
      name: name.toLowerCase(),
      at: entry.at.toLowerCase(),
      words: wordsOf(name),
      label: /^[^。；，（：]*/.exec(entry.zh)?.[0] ?? '',
      zh: entry.zh,
      en: entry.en.toLowerCase(),
      syllables,
      pinyin: syllables.join(''),
      initials: syllables.map((syllable) => syllable[0]).join(''),
    };
  });
  prepared.set(index, all);
  return all;
}

/** The last part of what it is called in the graph. */
export const nameOf = (at: string): string => /(\w+)(?:\(|:?\)?$)/.exec(at.replace(/^.*\(/, ''))?.[1] ?? at;

const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[ _]/)
    .map((word) => word.toLowerCase());

export interface Found {
  entry: SearchEntry;
  /** Other types with the same field, which they have from an interface. */
  alsoOn: readonly string[];
}

/** The elements that match every word of the text, the best first; without a text, types in the order of their names. */
export function search(index: SearchIndex, text: string, filter: Filter = {}): readonly Found[] {
  const terms = termsOf(text);
  const candidates = prepare(index).filter(({ entry }) => passes(entry, filter));
  if (terms.length === 0)
    return candidates
      .filter(({ entry }) => (filter.kind ? true : !['ARGUMENT', 'VALUE', 'FIELD'].includes(entry.kind)))
      .map(({ entry }) => ({ entry, alsoOn: [] }));
  const matches = candidates.flatMap((candidate) => {
    let points = 0;
    for (const term of terms) {
      const matched = pointsOf(candidate, term);
      if (matched === 0) return [];
      points += matched;
    }
    return [{ candidate, points: points + candidate.entry.rank }];
  });
  matches.sort((a, b) => b.points - a.points || (a.candidate.at < b.candidate.at ? -1 : 1));
  return withoutRepeats(matches.map(({ candidate }) => candidate.entry));
}

interface Term {
  term: string;
  isHan: boolean;
  /** Matches at the beginning of an English word. */
  inEnglish: RegExp;
}

const termsOf = (text: string): Term[] =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .split(/\s+/)
    .filter(Boolean)
    .map((term) => ({
      term,
      isHan: /\p{Script=Han}/u.test(term),
      inEnglish: new RegExp(`(^|[^a-z])${term.replace(/[^\p{L}\p{N}]/gu, '\\$&')}`),
    }));

const passes = (entry: SearchEntry, { owner, kind }: Filter): boolean =>
  (!owner || entry.owner === owner) && (!kind || entry.kind === kind);

/** 0 where it does not match. */
function pointsOf(candidate: Prepared, { term, isHan, inEnglish }: Term): number {
  const { at, name, words, label, zh, en, pinyin, initials, syllables } = candidate;
  if (term.includes('.') || term.includes('(')) return at.startsWith(term) ? 100 : at.includes(term) ? 40 : 0;
  if (isHan) {
    if (label === term) return 95;
    if (label.startsWith(term)) return 80;
    if (label.includes(term)) return 60;
    return zh.includes(term) ? 25 : 0;
  }
  if (name === term) return 100;
  if (name.startsWith(term)) return 80;
  if (words.includes(term)) return 62;
  if (initials === term && term.length > 1) return 66;
  if (term.length > 1 && initials.startsWith(term)) return 56;
  if (pinyin.startsWith(term) && endsSyllable(syllables, term)) return 58;
  if (words.some((word) => word.startsWith(term))) return 50;
  if (name.includes(term)) return 42;
  if (at.startsWith(term)) return 35;
  if (term.length > 1 && initials.includes(term)) return 28;
  if (term.length > 3 && pinyin.includes(term)) return 26;
  return inEnglish.test(en) ? 22 : 0;
}

/** Whether the term is whole syllables and the beginning of one more, not a part of the sound of another. */
const endsSyllable = (syllables: readonly string[], term: string): boolean =>
  term.length >= (syllables[0]?.length ?? 0);

/** Fields that types have from an interface are shown once, of the type that comes first. */
function withoutRepeats(entries: readonly SearchEntry[]): Found[] {
  const found = new Map<string, { entry: SearchEntry; alsoOn: string[] }>();
  for (const entry of entries) {
    const [parent = ''] = entry.at.split('.');
    const own = entry.at.slice(parent.length);
    const key = entry.kind === 'FIELD' || entry.kind === 'ARGUMENT' ? `${own} ${entry.zh}` : entry.at;
    const first = found.get(key);
    if (first) first.alsoOn.push(parent);
    else found.set(key, { entry, alsoOn: [] });
  }
  return [...found.values()];
}

/** Where an element is shown. */
export function addressOf({ at, kind }: SearchEntry): string {
  if (kind === 'ERROR') return `/catalogue/error-codes#${at}`;
  const [type = '', rest = ''] = at.split('.');
  const field = /^\w*/.exec(rest)?.[0];
  return `/catalogue/${type}${field ? `#${field}` : ''}`;
}
