// A Vite plugin with the documents of docs/ as modules: rendered for the gateway, and as an index of their sections for searching.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { type RenderedDocument, renderDocument, type Section } from './render-document.ts';
import { rootFolder } from './sources.ts';

const languages = { 'zh-CN': 'docs/zh-CN', en: 'docs' } as const;
type Language = keyof typeof languages;

/** `virtual:documents`, `virtual:sections/zh-CN` and `virtual:sections/en`; declared in src/docs/virtual-modules.d.ts. */
export const documentsPlugin = (): Plugin => ({
  name: 'documents',
  resolveId: (id) => (id.startsWith('virtual:') ? `\0${id}` : null),
  load: (id) => {
    if (id === '\0virtual:documents') {
      const documents = mapLanguages((language) => readDocuments(language).map(({ document }) => document));
      return `export const documents = ${JSON.stringify(documents)};`;
    }
    const language = id.replace('\0virtual:sections/', '');
    if (!(language in languages)) return null;
    const sections = readDocuments(language as Language).flatMap((each) => each.sections);
    return `export const sections = ${JSON.stringify(sections)};`;
  },
});

const mapLanguages = <Value>(read: (language: Language) => Value): Record<string, Value> =>
  Object.fromEntries(Object.keys(languages).map((language) => [language, read(language as Language)]));

interface ReadDocument {
  document: RenderedDocument;
  sections: Section[];
}

/** The documents of a language: the list of all documents first, then in the order of that list. */
function readDocuments(language: Language): ReadDocument[] {
  const folder = languages[language];
  const files = globSync('{*.md,tasks/*.md}', { cwd: join(rootFolder, folder) }).sort();
  const read = (file: string) => readFileSync(join(rootFolder, folder, file), 'utf8');
  const list = read('README.md');
  const position = (file: string) =>
    file === 'README.md' ? -1 : (list.indexOf(`(${file}`) + list.length + 1) % (list.length + 1);
  return files.toSorted((a, b) => position(a) - position(b)).map((file) => renderDocument(file, read(file)));
}
