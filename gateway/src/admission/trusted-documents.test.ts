import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HttpError } from '@district-graph/kit/http-error';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readDocuments, sha256Of } from './document-set.ts';
import { TrustedDocuments, type TrustMode } from './trusted-documents.ts';

const road = 'query Road {\n  road {\n    id\n  }\n}';
const both = `${road}\n\nquery Name {\n  road {\n    ...N\n  }\n}\n\nfragment N on Road {\n  name\n}\n`;
const name = 'query Name {\n  road {\n    ...N\n  }\n}\n\nfragment N on Road {\n  name\n}';
const unknown = '{ secrets }';

let folder: string;
let logged: Record<string, unknown>[];
let opened: TrustedDocuments[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'documents-test-'));
  logged = [];
  opened = [];
  writeFileSync(join(folder, 'roads.graphql'), both);
  writeFileSync(
    join(folder, 'apollo.json'),
    JSON.stringify({ operations: [{ id: 'a1', body: '{ roads { id } }' }] }),
  );
  writeFileSync(join(folder, 'plain.json'), JSON.stringify({ p1: '{ crews { id } }' }));
  writeFileSync(join(folder, 'README.md'), 'no document');
});
afterEach(() => {
  for (const documents of opened) documents.close();
  rmSync(folder, { recursive: true });
});

function open(mode: TrustMode): TrustedDocuments {
  const documents = new TrustedDocuments({ mode, folder, log: (event) => logged.push(event) });
  opened.push(documents);
  return documents;
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof HttpError) return error.code;
    throw error;
  }
  return 'runs';
}

const hashed = (text: string) => ({ persistedQuery: { version: 1, sha256Hash: sha256Of(text) } });

describe('in enforce mode', () => {
  it('runs a trusted text with any spacing', () => {
    const { textOf } = open('enforce');
    expect(textOf(both, null, undefined)).toBe(both);
    expect(textOf(road, null, undefined)).toBe(road);
    expect(textOf('query Road { road { id, } } # spaced', null, undefined)).toBe(road);
    expect(textOf(name, null, undefined)).toBe(name);
  });

  it('runs a trusted document by its identifier or hash', () => {
    const { textOf } = open('enforce');
    expect(textOf(undefined, null, 'a1')).toBe('{ roads { id } }');
    expect(textOf(undefined, null, 'p1')).toBe('{ crews { id } }');
    expect(textOf(undefined, null, `sha256:${sha256Of(road)}`)).toBe(road);
    expect(textOf(undefined, hashed(road), undefined)).toBe(road);
    // The identifier decides, not a text that is sent with it.
    expect(textOf(unknown, null, 'a1')).toBe('{ roads { id } }');
  });

  it('refuses any other document, and never keeps it by its hash', () => {
    const { textOf } = open('enforce');
    expect(codeOf(() => textOf(unknown, null, undefined))).toBe('DOCUMENT_NOT_TRUSTED');
    expect(codeOf(() => textOf('{', null, undefined))).toBe('DOCUMENT_NOT_TRUSTED');
    expect(codeOf(() => textOf(undefined, null, 'nothing'))).toBe('DOCUMENT_NOT_TRUSTED');
    expect(codeOf(() => textOf(unknown, hashed(unknown), undefined))).toBe('DOCUMENT_NOT_TRUSTED');
    expect(codeOf(() => textOf(undefined, hashed(unknown), undefined))).toBe('PERSISTED_QUERY_NOT_FOUND');
    // A trusted text with the hash of another is refused too.
    expect(codeOf(() => textOf(road, hashed(unknown), undefined))).toBe('BAD_REQUEST');
    expect(codeOf(() => textOf(undefined, hashed(unknown), undefined))).toBe('PERSISTED_QUERY_NOT_FOUND');
  });

  it('says in the refusal what to do', () => {
    const { textOf } = open('enforce');
    expect(() => textOf(unknown, null, undefined)).toThrow(/可信文档.*not trusted/);
  });

  it('does not run a document that was removed from the folder', async () => {
    const { textOf } = open('enforce');
    const spaced = 'query Road { road { id } }';
    expect(textOf(spaced, hashed(spaced), undefined)).toBe(road);
    writeFileSync(join(folder, 'roads.graphql'), 'query Other { road { name } }');
    await vi.waitFor(
      () => expect(codeOf(() => textOf(undefined, hashed(spaced), undefined))).toBe('DOCUMENT_NOT_TRUSTED'),
      { timeout: 20_000, interval: 20 },
    );
  });
});

it('in log-unknown mode runs unknown documents and logs each once, by its hash', () => {
  const { textOf } = open('log-unknown');
  expect(textOf(unknown, null, undefined)).toBe(unknown);
  expect(textOf(unknown, hashed(unknown), undefined)).toBe(unknown);
  expect(textOf(undefined, hashed(unknown), undefined)).toBe(unknown);
  expect(textOf(road, null, undefined)).toBe(road);
  expect(logged).toEqual([
    { event: 'document not trusted', sha256: sha256Of(unknown), characters: unknown.length },
  ]);
});

it('in off mode runs everything and reads no folder', () => {
  const documents = new TrustedDocuments({ mode: 'off', folder: '/nowhere', log: () => {} });
  opened.push(documents);
  expect(documents.textOf(unknown, null, undefined)).toBe(unknown);
});

describe('the folder', () => {
  it('is read again when it changes; an invalid file leaves the last good set in use', async () => {
    const { textOf } = open('enforce');
    writeFileSync(join(folder, 'more.graphql'), 'query More { more }');
    await vi.waitFor(() => expect(textOf('query More { more }', null, undefined)).toBeTruthy(), {
      timeout: 20_000,
      interval: 20,
    });
    writeFileSync(join(folder, 'broken.graphql'), 'query {');
    const refused = 'trusted documents rejected, the last good ones are kept';
    await vi.waitFor(() => expect(logged.map(({ event }) => event)).toContain(refused), {
      timeout: 20_000,
      interval: 20,
    });
    expect(logged.at(-1)?.error).toMatch(/broken\.graphql/);
    expect(textOf('query More { more }', null, undefined)).toBeTruthy();
  });

  it.each([
    ['text.graphql', 'no graphql', /text\.graphql/],
    ['only.graphql', 'fragment N on Road { name }', /expected an operation/],
    ['list.json', '["{ a }"]', /list\.json/],
    ['number.json', '{ "a": 1 }', /number\.json/],
    ['twice.json', '{ "a1": "{ other }" }', /two documents with the identifier a1/],
  ])('is rejected with %s, naming the file', (file, text, expected) => {
    writeFileSync(join(folder, file), text);
    expect(() => readDocuments(folder)).toThrow(expected);
    expect(() => open('enforce')).toThrow(expected);
  });
});
