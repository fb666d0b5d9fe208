// One release: its counts, its changes by owner, and what the changelog says.
import { useSignal } from '@preact/signals';
import { Owner } from '../catalogue/owner.tsx';
import { Segments } from '../design/controls/button.tsx';
import { Table } from '../design/data/table.tsx';
import { Badge } from '../design/feedback/states.tsx';
import { fullNumber } from '../design/format/numbers.ts';
import { useLanguage, usePage, useTexts } from '../page/page-context.ts';
import { bureaus } from '../texts/catalogue.ts';
import { changesTexts } from '../texts/changes.ts';
import type { ChangeLevel, ChangelogSection, GraphChange, OwnerChanges, ReleaseChanges } from './changes.ts';

const tones = { BREAKING: 'bad', DANGEROUS: 'warning', SAFE: 'good' } as const;
const levels: readonly ChangeLevel[] = ['BREAKING', 'DANGEROUS', 'SAFE'];

export function Release({ release }: { release: ReleaseChanges }) {
  const { version, before, date, types, fields, sections } = release;
  const texts = useTexts(changesTexts);
  const { language } = usePage();
  const number = (value: number): string => fullNumber(value, language);
  return (
    <section class="panel release" id={version ?? 'unreleased'} aria-labelledby={`release-${version}`}>
      <div class="panel-head">
        <h2 id={`release-${version}`}>{version === null ? texts.unreleased : texts.release(version)}</h2>
        <span class="muted number">
          {[date, before && texts.comparedWith(before), texts.size(number(types), number(fields))]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </div>
      <div class="release-columns">
        <div class="stack">
          {before === null ? (
            <p>{texts.first(number(types), number(fields))}</p>
          ) : (
            <GraphPart release={release} />
          )}
        </div>
        {sections.length > 0 && <Platform sections={sections} />}
      </div>
    </section>
  );
}

function GraphPart({ release: { counts, byOwner, descriptionCount } }: { release: ReleaseChanges }) {
  const texts = useTexts(changesTexts);
  const { language } = usePage();
  const shown = useSignal<ChangeLevel | 'all'>('all');
  const hints = { BREAKING: texts.breakingHint, DANGEROUS: texts.dangerousHint, SAFE: texts.safeHint };
  const groups = byOwner
    .map(({ owner, changes }) => ({
      owner,
      changes: changes.filter(({ level }) => shown.value === 'all' || level === shown.value),
    }))
    .filter(({ changes }) => changes.length > 0);
  return (
    <>
      <h3>{texts.graphChanges}</h3>
      <ul class="level-counts">
        {levels.map((level) => (
          <li key={level}>
            <Badge tone={level === 'BREAKING' && counts[level] === 0 ? 'neutral' : tones[level]}>
              {texts[level]}
            </Badge>
            <strong class="number">{fullNumber(counts[level], language)}</strong>
            <span class="muted">{hints[level]}</span>
          </li>
        ))}
      </ul>
      {byOwner.length === 0 && <p>{texts.none}</p>}
      {byOwner.length > 0 && (
        <div>
          <Segments
            label={texts.show}
            value={shown.value}
            options={[
              { value: 'all' as const, label: texts.all },
              ...levels.map((level) => ({ value: level, label: texts[level] })),
            ]}
            onChange={(next) => {
              shown.value = next;
            }}
          />
        </div>
      )}
      {groups.map((group) => (
        <Group key={group.owner} group={group} />
      ))}
      {descriptionCount > 0 && (
        <p class="muted">{texts.descriptions(fullNumber(descriptionCount, language))}</p>
      )}
    </>
  );
}

function Group({ group: { owner, changes } }: { group: OwnerChanges }) {
  const texts = useTexts(changesTexts);
  const { language } = usePage();
  const inLanguage = useLanguage();
  const ownerName = owner ? inLanguage(bureaus[owner] ?? { zh: owner, en: owner }) : texts.shared;
  return (
    <details class="change-group">
      <summary>
        {owner ? <Owner owner={owner} /> : <span class="owner">{texts.shared}</span>}
        <span class="muted number">{texts.count(fullNumber(changes.length, language))}</span>
        <LevelMarks changes={changes} />
      </summary>
      <Table
        caption={ownerName}
        hidesCaption
        rows={changes}
        keyOf={({ at, what, detail }) => `${at} ${what.en} ${detail?.en}`}
        columns={[
          {
            name: 'level',
            heading: texts.level,
            cell: ({ level }) => <Badge tone={tones[level]}>{texts[level]}</Badge>,
          },
          { name: 'what', heading: texts.what, cell: ({ what }) => inLanguage(what) },
          {
            name: 'at',
            heading: texts.where,
            isRowHeading: true,
            cell: (change) => <Where change={change} />,
          },
          { name: 'detail', heading: texts.detail, cell: ({ detail }) => detail && inLanguage(detail) },
        ]}
      />
    </details>
  );
}

/** What is more than safe is announced before the group is opened. */
function LevelMarks({ changes }: { changes: readonly GraphChange[] }) {
  const texts = useTexts(changesTexts);
  const { language } = usePage();
  return (
    <>
      {(['BREAKING', 'DANGEROUS'] as const).map((level) => {
        const count = changes.filter((change) => change.level === level).length;
        return count > 0 ? (
          <Badge key={level} tone={tones[level]}>
            {texts[level]} {fullNumber(count, language)}
          </Badge>
        ) : null;
      })}
    </>
  );
}

function Where({ change: { at } }: { change: GraphChange }) {
  const [type = '', field] = at.split('.');
  return (
    <a class="change-at" href={`/catalogue/${type}${field ? `#${field}` : ''}`}>
      <code>{at}</code>
    </a>
  );
}

function Platform({ sections }: { sections: readonly ChangelogSection[] }) {
  const texts = useTexts(changesTexts);
  return (
    <div class="stack-tight platform">
      <h3>{texts.platform}</h3>
      <p class="muted">{texts.platformHint}</p>
      {sections.map(({ title, items }) => (
        <details key={title} open={items.length < 6} lang="en">
          <summary>
            {title} <span class="muted number">{items.length}</span>
          </summary>
          <ul>
            {items.map((item) => (
              // Made from CHANGELOG.md when the pages are built.
              <li key={item} dangerouslySetInnerHTML={{ __html: item }} />
            ))}
          </ul>
        </details>
      ))}
    </div>
  );
}
