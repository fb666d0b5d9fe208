// The entries of CHANGELOG.md by release, as HTML.
import MarkdownIt from 'markdown-it';

export interface ChangelogRelease {
  /** Null for what is not released. */
  version: string | null;
  date: string | null;
  sections: { title: string; items: string[] }[];
}

/** Only documents have a page of their own. Other links lead into the repository, which a reader of the pages may not have. */
function markdown() {
  const parser = new MarkdownIt();
  const isDocument = (href: string): boolean => /^docs\/[\w/-]+\.md(#[\w-]+)?$/.test(href);
  const open: boolean[] = [];
  parser.renderer.rules.link_open = (tokens, index) => {
    const href = String(tokens[index]?.attrGet('href') ?? '');
    open.push(isDocument(href));
    return isDocument(href) ? `<a href="/${href.replace('.md', '')}">` : '';
  };
  parser.renderer.rules.link_close = () => (open.pop() ? '</a>' : '');
  return parser;
}

export function changelogReleases(text: string): ChangelogRelease[] {
  const parser = markdown();
  return text
    .split(/^## /m)
    .slice(1)
    .map((part) => {
      const [heading = '', ...lines] = part.split('\n');
      const [, version = '', date] = /^\[([^\]]+)\](?: – (\d{4}-\d\d-\d\d))?/.exec(heading) ?? [];
      return {
        version: version === 'Unreleased' ? null : version,
        date: date ?? null,
        sections: sectionsOf(lines).map(({ title, items }) => ({
          title,
          items: items.map((item) => parser.renderInline(item)),
        })),
      };
    });
}

function sectionsOf(lines: readonly string[]): { title: string; items: string[] }[] {
  const sections: { title: string; items: string[] }[] = [];
  for (const line of lines) {
    const heading = /^#{3,4} (.+)$/.exec(line)?.[1];
    const items = sections.at(-1)?.items;
    if (heading !== undefined) sections.push({ title: heading, items: [] });
    else if (line.startsWith('- ')) items?.push(line.slice(2));
    else if (/^ {2}\S/.test(line) && items?.length) items[items.length - 1] += ` ${line.trim()}`;
  }
  return sections.filter(({ items }) => items.length > 0);
}
