// Renders a document from Markdown. Links lead to other documents of the site; all other addresses are shown as text.
import { posix } from 'node:path';
import MarkdownIt, { type Token } from 'markdown-it';

export interface Heading {
  level: number;
  anchor: string;
  text: string;
}

export interface RenderedDocument {
  /** Its address below /docs; empty for the list of documents. */
  slug: string;
  title: string;
  html: string;
  headings: Heading[];
}

/** What is found by searching: the text under one heading. */
export interface Section {
  slug: string;
  title: string;
  anchor: string;
  heading: string;
  text: string;
}

const markdown = new MarkdownIt({ html: false, linkify: false });

/** `file` is its path in its language's folder, such as `tasks/import.md`. */
export function renderDocument(
  file: string,
  source: string,
): { document: RenderedDocument; sections: Section[] } {
  const slug = slugOf(file);
  // Comments say how the documents are tested, and the other language is in the header.
  const text = source.replace(/^<!--.*?-->\n?/gms, '').replace(/^\[(English|简体中文)\]\([^)]*\)\n/m, '');
  const tokens = markdown.parse(text, {});
  const headings: Heading[] = [];
  const sections: Section[] = [];
  const anchors = new Set<string>();
  for (const [index, token] of tokens.entries()) {
    if (token.type === 'heading_open') {
      const content = textOf(tokens[index + 1]);
      const anchor = uniqueAnchor(content, anchors);
      token.attrSet('id', anchor);
      headings.push({ level: Number(token.tag.slice(1)), anchor, text: content });
      sections.push({ slug, title: headings[0]?.text ?? '', anchor, heading: content, text: '' });
    } else if (token.type === 'inline') {
      for (const child of token.children ?? []) resolveLink(child, file);
      if (tokens[index - 1]?.type !== 'heading_open') append(sections.at(-1), textOf(token));
    } else if (token.type === 'fence' || token.type === 'code_block') append(sections.at(-1), token.content);
  }
  replaceOutsideLinks(tokens);
  const html = markdown.renderer.render(tokens, markdown.options, {});
  return {
    document: { slug, title: headings[0]?.text ?? file, html, headings },
    sections,
  };
}

const slugOf = (file: string): string => file.replace(/(^README)?\.md$/, '');

const append = (section: Section | undefined, text: string): void => {
  if (section) section.text = `${section.text} ${text.replace(/\s+/g, ' ').trim()}`.trim();
};

/** The text of inline content, without its marks. */
const textOf = (token: Token | undefined): string =>
  (token?.children ?? []).map((child) => (child.type === 'softbreak' ? ' ' : child.content)).join('');

/** As GitHub makes them, so that links in the documents are the same there. */
function uniqueAnchor(text: string, taken: Set<string>): string {
  const base = text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
  let anchor = base;
  for (let number = 1; taken.has(anchor); number++) anchor = `${base}-${number}`;
  taken.add(anchor);
  return anchor;
}

/** The address of another document of the site; null for files elsewhere and other sites. */
function siteAddress(href: string, file: string): string | null {
  const [path = '', anchor] = href.split('#');
  if (/^[a-z]+:/i.test(href)) return null;
  const target = path === '' ? file : posix.join(posix.dirname(file), path);
  // Links to the other language lead to the same document in this one.
  const own = target.replace(/^(\.\.\/|zh-CN\/)+(?=([a-z-]+|README|tasks\/[a-z-]+)\.md$)/, '');
  const isDocument = !target.startsWith('../') && /^(tasks\/)?[\w-]+\.md$/.test(own);
  if (!isDocument) return null;
  const slug = slugOf(own);
  return `/docs${slug && `/${slug}`}${anchor ? `#${anchor}` : ''}`;
}

function resolveLink(token: Token, file: string): void {
  if (token.type !== 'link_open') return;
  const href = String(token.attrGet('href') ?? '');
  const local = /^http:\/\/127\.0\.0\.1:4000(\/.*)?$/.exec(decodeURI(href));
  const address = local ? (local[1] ?? '/') : siteAddress(decodeURI(href), file);
  if (address) token.attrSet('href', address);
  else token.meta = { outside: href };
}

/** Links that lead elsewhere become their text, followed by the address. */
function replaceOutsideLinks(tokens: readonly Token[]): void {
  for (const { children } of tokens) {
    let outside: string | null = null;
    for (const child of children ?? []) {
      if (child.type === 'link_open' && child.meta?.outside) {
        outside = child.meta.outside as string;
        toText(child, '');
      } else if (child.type === 'link_close' && outside !== null) {
        toText(child, ` (${outside.replace(/^(\.\.\/)+/, '')})`);
        outside = null;
      }
    }
  }
}

function toText(token: Token, content: string): void {
  token.type = 'text';
  token.tag = '';
  token.nesting = 0;
  token.content = content;
}

const codeBlock = (text: string): string =>
  `<pre class="code" tabindex="0"><code translate="no">${markdown.utils.escapeHtml(text)}</code></pre>\n`;

const { rules } = markdown.renderer;
rules.table_open = () => '<div class="table-scroll" tabindex="0"><table class="table">\n';
rules.table_close = () => '</table></div>\n';
rules.fence = (tokens, index) => codeBlock(tokens[index]?.content ?? '');
rules.code_block = rules.fence;
rules.image = (tokens, index) => markdown.utils.escapeHtml(tokens[index]?.content ?? '');
