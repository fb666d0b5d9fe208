// Owners, each with a colour and a pattern: nobody has to distinguish them by colour alone.
import { useLanguage } from '../page/page-context.ts';
import { bureaus, kinds } from '../texts/catalogue.ts';
import type { EntryKind } from './search.ts';

/** The lines of each owner's pattern on a tile of 8 × 8. */
const patterns: Readonly<Record<string, string>> = {
  places: 'M0 4h8',
  'elderly-care': 'M0 8L8 0M-2 2L2 -2M6 10L10 6',
  sanitation: 'M4 0v8',
  security: 'M0 0L8 8M0 8L8 0',
  culture: 'M2 2h2v2h-2zM6 6h2v2h-2z',
  community: 'M0 4h8M4 0v8',
};

export const patternOf = (owner: string): string => patterns[owner] ?? '';

export function OwnerMark({ owner }: { owner: string }) {
  return (
    <svg class="owner-mark" data-owner={owner} viewBox="0 0 16 16" aria-hidden="true">
      <rect class="owner-fill" width="16" height="16" rx="3" />
      {[0, 8].flatMap((x) =>
        [0, 8].map((y) => (
          <path
            key={`${x} ${y}`}
            class="owner-lines"
            d={patternOf(owner)}
            transform={`translate(${x} ${y})`}
          />
        )),
      )}
    </svg>
  );
}

/** The bureau, by its mark and name. */
export function Owner({ owner }: { owner: string }) {
  const inLanguage = useLanguage();
  return (
    <span class="owner">
      <OwnerMark owner={owner} />
      {inLanguage(bureaus[owner] ?? { zh: owner, en: owner })}
    </span>
  );
}

/** Of what several subgraphs have in common, all but the first few are counted. */
export function Owners({ owners }: { owners: readonly string[] }) {
  const shown = owners.length > 3 ? owners.slice(0, 2) : owners;
  return (
    <span class="owners">
      {shown.map((owner) => (
        <Owner key={owner} owner={owner} />
      ))}
      {shown.length < owners.length && <span class="muted">+{owners.length - shown.length}</span>}
    </span>
  );
}

export function KindBadge({ kind }: { kind: EntryKind }) {
  const inLanguage = useLanguage();
  return <span class="kind-badge">{inLanguage(kinds[kind])}</span>;
}
