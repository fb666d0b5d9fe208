// The documents of docs/, rendered in place, with search as you type.
import type { Heading } from '../../build/render-document.ts';
import { usePage, useTexts } from '../page/page-context.ts';
import { definePage, type Preparation, type Prepared } from '../page/page-definition.ts';
import { docsTexts } from '../texts/docs.ts';
import './docs.css';
import { DocumentSearch } from './document-search.tsx';
import { loadSections } from './load-sections.ts';
import { type Hit, search } from './search.ts';

interface DocsData {
  slug: string;
  /** Empty in the browser, which keeps what the gateway rendered. */
  html: string;
  headings: readonly Heading[];
  list: readonly { slug: string; title: string }[];
  query: string;
  /** What was found by the gateway, for browsers without JavaScript. */
  hits: readonly Hit[] | null;
}

async function prepareDocs({ path, parameters, language }: Preparation): Promise<Prepared<DocsData>> {
  // Browsers never run this, and must not load it.
  if (!import.meta.env.SSR) throw new Error('documents are rendered by the gateway');
  const { documents } = await import('virtual:documents');
  const { sections } = await loadSections(language);
  const inLanguage = documents[language] ?? [];
  const slug = path.replace(/^\/docs\/?/, '');
  const document = inLanguage.find((each) => each.slug === slug);
  const query = parameters.q ?? '';
  const data: DocsData = {
    slug,
    html: document?.html ?? '',
    headings: document?.headings ?? [],
    list: inLanguage.map((each) => ({ slug: each.slug, title: each.title })),
    query,
    hits: query ? search(sections, query) : null,
  };
  return document ? { data, title: document.title } : { data, status: 404 };
}

const addressOf = (slug: string): string => (slug ? `/docs/${slug}` : '/docs');

function Docs({ data: { slug, html, headings, list, query, hits } }: { data: DocsData }) {
  const texts = useTexts(docsTexts);
  const { path } = usePage();
  const inPage = headings.filter(({ level }) => level === 2);
  return (
    <div class="docs">
      <div class="docs-main">
        <DocumentSearch query={query} hits={hits} />
        <a class="docs-to-list" href={`${path}#all-documents`}>
          {texts.allDocuments}
        </a>
        {inPage.length > 2 && (
          <nav class="docs-contents" aria-labelledby="docs-contents-title">
            <h2 id="docs-contents-title">{texts.onThisPage}</h2>
            <ul class="docs-links">
              {inPage.map(({ anchor, text }) => (
                <li key={anchor}>
                  <a href={`${path}#${anchor}`}>{text}</a>
                </li>
              ))}
            </ul>
          </nav>
        )}
        {/* Rendered from this repository's documents, without raw HTML. */}
        <article class="prose panel" dangerouslySetInnerHTML={{ __html: html }} />
      </div>
      <nav class="docs-list" aria-labelledby="all-documents">
        <h2 id="all-documents">{texts.allDocuments}</h2>
        <ul class="docs-links">
          {list.map((document) => (
            <li key={document.slug}>
              <a href={addressOf(document.slug)} aria-current={document.slug === slug ? 'page' : undefined}>
                {document.title}
              </a>
            </li>
          ))}
        </ul>
      </nav>
    </div>
  );
}

export const docsPage = definePage<DocsData>({
  name: 'docs',
  path: '/docs/*',
  title: { zh: '文档', en: 'Documents' },
  summary: {
    zh: '如何使用、接入、运行和修改本平台。',
    en: 'How to use, join, run and change the platform.',
  },
  parameters: ['q'],
  freshSeconds: Number.POSITIVE_INFINITY,
  prepare: prepareDocs,
  dataForBrowser: (data) => ({ ...data, html: '' }),
  ownHead: true,
  Component: Docs,
});
