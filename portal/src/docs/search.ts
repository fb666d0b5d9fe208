// Searches the sections of the documents for all words of a query. Chinese needs no word boundaries: any part of a text is found.
import type { Section } from '../../build/render-document.ts';

export interface Hit {
  address: string;
  title: string;
  heading: string;
  /** The text around the first word that was found. */
  before: string;
  match: string;
  after: string;
}

const maxHits = 15;
const [leading, trailing] = [30, 110];

/** The sections that contain all words, those with words in their headings first. */
export function search(sections: readonly Section[], query: string): Hit[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  return sections
    .map((section) => ({ section, score: scoreOf(section, words) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, maxHits)
    .map(({ section }) => hitOf(section, words));
}

function scoreOf({ title, heading, text }: Section, words: readonly string[]): number {
  let score = 0;
  for (const word of words) {
    const inHeading = heading.toLowerCase().includes(word);
    const inTitle = title.toLowerCase().includes(word);
    const inText = text.toLowerCase().includes(word);
    if (!inHeading && !inTitle && !inText) return 0;
    score += (inHeading ? 8 : 0) + (inTitle ? 4 : 0) + (inText ? 1 : 0);
  }
  return score;
}

function hitOf({ slug, title, anchor, heading, text }: Section, words: readonly string[]): Hit {
  const lower = text.toLowerCase();
  const word = words.find((each) => lower.includes(each));
  const at = word === undefined ? 0 : lower.indexOf(word);
  const start = Math.max(0, at - leading);
  const matchEnd = at + (word?.length ?? 0);
  return {
    address: `/docs${slug && `/${slug}`}#${anchor}`,
    title,
    heading,
    before: `${start > 0 ? '…' : ''}${text.slice(start, at)}`,
    match: text.slice(at, matchEnd),
    after: text.slice(matchEnd, matchEnd + trailing),
  };
}
