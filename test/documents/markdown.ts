// The Markdown documents of the project, read as far as their tests need: code blocks, headings, links.
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export const documents: readonly string[] = globSync('**/*.md', {
  cwd: root,
  exclude: ['**/node_modules/**', '.data/**', 'dist/**'],
});

export const read = (file: string): string => readFileSync(`${root}${file}`, 'utf8');

export interface CodeBlock {
  language: string;
  text: string;
  /** The HTML comment in the line before the block, or null. */
  comment: string | null;
  /** The text of a JSON block right after it: what it prints. */
  answer: string | null;
  line: number;
}

const fence = /^```(\w*)$/;

/** The fenced blocks of a document, in their order. */
export function codeBlocks(text: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const opening = fence.exec(lines[at] ?? '');
    if (!opening) continue;
    const start = at;
    at += 1;
    while (at < lines.length && lines[at] !== '```') at += 1;
    const body = lines.slice(start + 1, at).join('\n');
    const [language = ''] = opening.slice(1);
    const before = lines[start - 1] ?? '';
    const previous = blocks.at(-1);
    if (language === 'json' && before === '```' && previous) previous.answer = body;
    const comment = /^<!-- (.*) -->$/.exec(before)?.[1] ?? null;
    blocks.push({ language, text: body, comment, answer: null, line: start + 1 });
  }
  return blocks;
}

/** The document without its fenced blocks and comments. */
const prose = (text: string): string =>
  text.replaceAll(/^```\w*\n[\s\S]*?^```$/gm, '').replaceAll(/<!--[\s\S]*?-->/g, '');

export interface Heading {
  level: number;
  title: string;
  /** What a link after # names it by. */
  anchor: string;
}

/** The headings of a document, with the anchors that GitHub gives them. */
export function headings(text: string): Heading[] {
  const seen = new Map<string, number>();
  return [...prose(text).matchAll(/^(#{1,6}) (.+)$/gm)].map(([, marks = '', title = '']) => {
    const slug = title
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{Letter}\p{Mark}\p{Number}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return { level: marks.length, title, anchor: count ? `${slug}-${count}` : slug };
  });
}

/** Where the links and pictures of a document lead, those in code left out. */
export const links = (text: string): string[] =>
  [
    ...prose(text)
      .replaceAll(/`[^`\n]*`/g, '')
      .matchAll(/\]\(([^)\s]+)\)/g),
  ].map(([, target = '']) => target);

/** What stands between backticks. */
export const inlineCode = (text: string): string[] =>
  [...prose(text).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
