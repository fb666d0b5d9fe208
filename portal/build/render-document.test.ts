import { expect, it } from 'vitest';
import { renderDocument } from './render-document.ts';

const html = (source: string, file = 'analyst.md') => renderDocument(file, source).document.html;

it('leads to other documents of the site, also from a folder', () => {
  expect(html('[a](front-end.md#sign-in) [b](README.md)')).toContain('href="/docs/front-end#sign-in"');
  expect(html('[b](README.md)')).toContain('href="/docs"');
  expect(html('[c](../settings.md) [d](import.md)', 'tasks/export.md')).toMatch(
    /href="\/docs\/settings".*href="\/docs\/tasks\/import"/,
  );
  expect(html('[e](#投产之前)')).toContain('href="/docs/analyst#投产之前"');
});

it('shows addresses outside of the site as text', () => {
  expect(html('[rules](https://semver.org/)')).toBe('<p>rules (https://semver.org/)</p>\n');
  expect(html('[access](../schema/access.md)')).toBe('<p>access (schema/access.md)</p>\n');
});

it('leads to this gateway where a document names its local address', () => {
  expect(html('<http://127.0.0.1:4000/playground/>')).toContain('href="/playground/"');
});

it('leaves out the comments for tests and the link to the other language', () => {
  expect(html('# T\n\n[English](../analyst.md)\n\n<!-- not run: two\nlines -->\n```sh\nls\n```\n')).toBe(
    '<h1 id="t">T</h1>\n<pre class="code" tabindex="0"><code translate="no">ls\n</code></pre>\n',
  );
});

it('executes nothing that a document contains', () => {
  expect(html('<script>alert(1)</script> [x](javascript:alert(1))')).not.toMatch(/<script|href="javascript/);
});

it('has a section for each heading, with the text under it', () => {
  const { sections } = renderDocument('a.md', '# One\ntext `code`\n\n## Two\n- item\n\n## Two\n');
  expect(sections.map(({ anchor, text }) => [anchor, text])).toEqual([
    ['one', 'text code'],
    ['two', 'item'],
    ['two-1', ''],
  ]);
});
