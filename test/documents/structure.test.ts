// Documents agree with each other and with the repository: links, paths, languages, lengths.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codeBlocks, documents, headings, inlineCode, links, read, root } from './markdown.ts';

describe('links', () => {
  it('lead to files that exist, and to headings that they have', () => {
    const broken = documents.flatMap((file) =>
      links(read(file))
        .filter((target) => !/^(https?|mailto):/.test(target))
        .filter((target) => !leadsSomewhere(file, target))
        .map((target) => `${file}: ${target}`),
    );
    expect(broken).toEqual([]);
  });

  function leadsSomewhere(file: string, target: string): boolean {
    const [path = '', anchor] = target.split('#');
    const to = path === '' ? file : join(dirname(file), decodeURI(path));
    if (!existsSync(`${root}${to}`)) return false;
    if (anchor === undefined) return true;
    return headings(read(to)).some((heading) => heading.anchor === decodeURI(anchor));
  }
});

describe('paths in backticks', () => {
  it('exist', () => {
    const path = /^(gateway|subgraphs|scripts|test|schema|docs)\/[\w./-]+$/;
    const missing = documents.flatMap((file) =>
      inlineCode(read(file))
        .filter((code) => path.test(code) && !existsSync(`${root}${code}`))
        .map((code) => `${file}: ${code}`),
    );
    expect(missing).toEqual([]);
  });
});

describe('paths in the gateway’s README', () => {
  it('are below its own src, or below that of the kit', () => {
    const missing = inlineCode(read('gateway/README.md'))
      .filter((code) => /^[\w-]+\/[\w./-]*$/.test(code) && !existsSync(`${root}gateway/${code}`))
      .map((code) =>
        code.startsWith('kit/') ? `subgraphs/kit/src/${code.slice('kit/'.length)}` : `gateway/src/${code}`,
      )
      .filter((path) => !existsSync(`${root}${path}`));
    expect(missing).toEqual([]);
  });
});

describe('the Chinese documents', () => {
  const chineseOf = (file: string) =>
    file === 'README.md' ? 'README.zh-CN.md' : file.replace(/^docs\//, 'docs/zh-CN/');
  const english = documents.filter(
    (file) => file === 'README.md' || (file.startsWith('docs/') && !file.startsWith('docs/zh-CN/')),
  );

  it('are one for each English one', () => {
    const chinese = documents.filter((file) => file.startsWith('docs/zh-CN/') || file === 'README.zh-CN.md');
    expect(chinese.toSorted()).toEqual(english.map(chineseOf).toSorted());
  });

  it.each(english)('%s has the same headings, commands and rows', (file) => {
    expect(shape(chineseOf(file))).toEqual(shape(file));
  });

  /** What must be the same in both languages. */
  const shape = (file: string) => {
    const text = read(file);
    return {
      levels: headings(text).map(({ level }) => level),
      blocks: codeBlocks(text)
        .filter(({ language }) => language === 'sh' || language === 'json')
        .map(({ language, text, comment }) => ({ language, text, comment })),
      rows: text.match(/^\|/gm)?.length ?? 0,
    };
  };
});

describe('the README', () => {
  it.each(['README.md', 'README.zh-CN.md'])('%s has at most 150 lines', (file) => {
    expect(read(file).split('\n').length).toBeLessThanOrEqual(150);
  });

  it.each(['README.md', 'README.zh-CN.md'])(
    '%s repeats figures of BENCHMARK.md as they are there',
    (file) => {
      const [, table = ''] =
        /<!-- shop-unique -->([\s\S]*?)<!-- \/shop-unique -->/.exec(read('gateway/BENCHMARK.md')) ?? [];
      const measured = table
        .split('\n')
        .filter((line) => line.startsWith('|'))
        .map((line) => line.split('|').map((cell) => cell.trim()))
        .map(([, , requests, , , cpu, rss]) => `${requests} ${cpu} ${rss}`);
      const repeated = [...read(file).matchAll(/^\| [^|]+ \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$/gm)].map(
        ([, requests, cpu, rss]) => `${requests} ${cpu} ${rss}`,
      );
      expect(repeated).toHaveLength(6);
      expect(measured).toEqual(expect.arrayContaining(repeated));
    },
  );
});
