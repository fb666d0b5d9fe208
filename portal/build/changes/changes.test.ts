import { buildSchema } from 'graphql';
import { expect, it } from 'vitest';
import { feedOf } from '../../src/changes/feeds.ts';
import { buildCatalogue } from '../catalogue/catalogue.ts';
import { changelogReleases } from './changelog.ts';
import { buildChanges } from './changes.ts';
import { compareSchemas } from './compare.ts';

const compare = async (before: string, after: string) =>
  (await compareSchemas(buildSchema(before), buildSchema(after))).changes.map(
    ({ level, what, at, detail }) => `${level} ${what.en}: ${at}${detail ? ` (${detail.en})` : ''}`,
  );

it('marks what breaks clients, and says what something is or was', async () => {
  const before = `type Query { road(name: String): Road old: Int } type Road { name: String length: Int }`;
  const after = `type Query { road(name: String!): Road old: Int @deprecated(reason: "已更名。 Renamed; use now.") now: Int }
    type Road { "名称。 Name." name: String length: Float }`;
  expect(await compare(before, after)).toEqual(
    expect.arrayContaining([
      'BREAKING Type of argument changed: Query.road.name (String → String!)',
      'BREAKING Type of field changed: Road.length (Int → Float)',
      'SAFE Field deprecated: Query.old (Renamed; use now.)',
      'SAFE Field added: Query.now',
    ]),
  );
  expect(await compare(after, before)).toContain('BREAKING Field removed: Query.now');
});

it('lists a new type without its parts, and what implements an interface with that interface only', async () => {
  const before =
    'type Query { way: Way } interface Way { name: String } type Road implements Way { name: String }';
  const after = `type Query { way: Way } interface Way { name: String length: Int }
    type Road implements Way { name: String length: Int } enum Grade { A B } input In { a: Int }`;
  expect((await compare(before, after)).sort()).toEqual([
    'SAFE Field added: Way.length',
    'SAFE Type added: Grade',
    'SAFE Type added: In',
  ]);
});

it('only counts descriptions', async () => {
  const compared = await compareSchemas(
    buildSchema('type Query { "a" a: Int }'),
    buildSchema('type Query { "b" a: Int }'),
  );
  expect(compared).toEqual({ changes: [], descriptionCount: 1 });
});

it('reads the changelog by release, and links only to documents', () => {
  const text = `# Changelog\n\n## [Unreleased]\n### Added\n- \`A\` ([guide](docs/tasks/a.md#b), [decision](schema/decisions/1.md)).\n  More <b>.\n\n## [0.1.0] – 2026-11-29\n### Fixed\n- It.\n`;
  expect(changelogReleases(text)).toEqual([
    {
      version: null,
      date: null,
      sections: [
        {
          title: 'Added',
          items: ['<code>A</code> (<a href="/docs/tasks/a#b">guide</a>, decision). More &lt;b&gt;.'],
        },
      ],
    },
    { version: '0.1.0', date: '2026-11-29', sections: [{ title: 'Fixed', items: ['It.'] }] },
  ]);
});

it('has every release, the newest first, with changes by owner, and feeds of them', async () => {
  const changes = await buildChanges(buildCatalogue());
  const [unreleased, ...released] = changes.releases;
  expect(released.at(-1)).toMatchObject({ version: '0.1.0', before: null, date: '2026-11-29', byOwner: [] });
  expect(unreleased?.version).toBeNull();
  expect(unreleased?.byOwner.map(({ owner }) => owner)).toContain('community');
  const options = { language: 'zh-CN' as const, origin: 'https://graph.example' };
  const atom = feedOf('/changes.atom', changes, options).body;
  expect(atom.match(/<entry>/g)?.length).toBe(changes.releases.length);
  expect(atom).toContain(
    '<link rel="alternate" type="text/html" href="https://graph.example/changes#0.1.0"/>',
  );
  // Content is escaped: between tags there is no other markup.
  expect(
    atom.replace(/<\/?(feed|id|title|updated|author|name|link|entry|content)\b[^<>]*>/g, ''),
  ).not.toMatch(/[<>](?!\?xml|$)/m);
  const json = JSON.parse(feedOf('/changes.json', changes, options).body);
  expect(json.version).toBe('https://jsonfeed.org/version/1.1');
  expect(json.items.map(({ id }: { id: string }) => id)).toContain(
    'tag:district-graph.cn,2026:changes/0.1.0',
  );
  expect(JSON.stringify(json)).not.toMatch(/href=\\"(?!https:\/\/graph\.example\/)/);
});
