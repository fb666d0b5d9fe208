// The feeds of changes: Atom (RFC 4287) and JSON Feed 1.1.
import { inOne, type Language } from '../page/language.ts';
import { siteName } from '../page/site.ts';
import { bureaus } from '../texts/catalogue.ts';
import { changesTexts } from '../texts/changes.ts';
import type { GraphChanges, ReleaseChanges } from './changes.ts';

export interface Feed {
  contentType: string;
  body: string;
}

interface FeedEntry {
  /** The same for ever. */
  id: string;
  url: string;
  title: string;
  updated: string;
  html: string;
}

export interface FeedOptions {
  language: Language;
  /** The gateway's own address as it was requested, such as `https://graph.example`. */
  origin: string;
}

type MakeFeed = (entries: readonly FeedEntry[], options: FeedOptions & { title: string }) => Feed;

export const feedPaths = ['/changes.atom', '/changes.json'] as const;

export function feedOf(
  path: (typeof feedPaths)[number],
  { releases }: GraphChanges,
  options: FeedOptions,
): Feed {
  const make: MakeFeed = path === '/changes.atom' ? atom : jsonFeed;
  const title = `${inOne(siteName, options.language)} · ${inOne({ zh: '变更', en: 'Changes' }, options.language)}`;
  return make(
    releases.map((release) => entryOf(release, options)),
    { ...options, title },
  );
}

/** The most that an entry lists for an owner: the page has the rest. */
const maxChanges = 40;

function entryOf(release: ReleaseChanges, { language, origin }: FeedOptions): FeedEntry {
  const { version, updated, counts, byOwner, sections, types, fields } = release;
  const anchor = version ?? 'unreleased';
  const text = (key: 'BREAKING' | 'DANGEROUS' | 'SAFE'): string => inOne(changesTexts[key], language);
  const ownerName = (owner: string): string =>
    owner
      ? inOne(bureaus[owner] ?? { zh: owner, en: owner }, language)
      : inOne(changesTexts.shared, language);
  const groups = byOwner.map(({ owner, changes }) => {
    const items = changes
      .slice(0, maxChanges)
      .map(
        ({ level, what, at, detail }) =>
          `<li>${level === 'SAFE' ? '' : `<strong>${text(level)}</strong> `}${escaped(inOne(what, language))} <code>${at}</code>${detail ? ` – ${escaped(inOne(detail, language))}` : ''}</li>`,
      );
    const rest = changes.length - items.length;
    return `<h3>${escaped(ownerName(owner))}</h3><ul>${items.join('')}${rest > 0 ? `<li>+${rest}</li>` : ''}</ul>`;
  });
  const platform = sections.map(
    ({ title, items }) =>
      `<h3>${escaped(title)}</h3><ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`,
  );
  const summary =
    release.before === null
      ? inOne(changesTexts.first, language)(String(types), String(fields))
      : (['BREAKING', 'DANGEROUS', 'SAFE'] as const)
          .map((level) => `${text(level)} ${counts[level]}`)
          .join(' · ');
  return {
    id: `tag:district-graph.cn,2026:changes/${anchor}`,
    url: `${origin}/changes#${anchor}`,
    title:
      version === null
        ? inOne(changesTexts.unreleased, language)
        : inOne(changesTexts.release, language)(version),
    updated,
    html: [`<p>${escaped(summary)}</p>`, ...groups, ...platform]
      .join('\n')
      .replaceAll('href="/', `href="${origin}/`),
  };
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character] ?? '');

const atom: MakeFeed = (entries, { language, origin, title }) => ({
  contentType: 'application/atom+xml; charset=utf-8',
  body: [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${language}">`,
    `<id>tag:district-graph.cn,2026:changes</id>`,
    `<title>${escaped(title)}</title>`,
    `<updated>${entries[0]?.updated ?? '2026-01-01T00:00:00Z'}</updated>`,
    `<author><name>${escaped(inOne(siteName, language))}</name></author>`,
    `<link rel="self" type="application/atom+xml" href="${origin}/changes.atom"/>`,
    `<link rel="alternate" type="text/html" href="${origin}/changes"/>`,
    ...entries.map((entry) =>
      [
        '<entry>',
        `<id>${entry.id}</id>`,
        `<title>${escaped(entry.title)}</title>`,
        `<updated>${entry.updated}</updated>`,
        `<link rel="alternate" type="text/html" href="${escaped(entry.url)}"/>`,
        `<content type="html">${escaped(entry.html)}</content>`,
        '</entry>',
      ].join('\n'),
    ),
    '</feed>',
    '',
  ].join('\n'),
});

const jsonFeed: MakeFeed = (entries, { language, origin, title }) => ({
  contentType: 'application/feed+json; charset=utf-8',
  body: JSON.stringify(
    {
      version: 'https://jsonfeed.org/version/1.1',
      title,
      language,
      home_page_url: `${origin}/changes`,
      feed_url: `${origin}/changes.json`,
      items: entries.map(({ id, url, title: name, updated, html }) => ({
        id,
        url,
        title: name,
        content_html: html,
        date_modified: updated,
      })),
    },
    null,
    2,
  ),
});
