// The shape of the graph's changelog, which `build/changes` makes from its releases.
import type { Bilingual } from '../page/language.ts';

export type ChangeLevel = 'BREAKING' | 'DANGEROUS' | 'SAFE';

export interface GraphChange {
  level: ChangeLevel;
  /** What was done, such as "field added". */
  what: Bilingual;
  /** The type, `Type.field`, `Type.field.argument` or `Enum.VALUE`. */
  at: string;
  /** What it is, or what replaces it; null where the name says it all. */
  detail: Bilingual | null;
}

export interface OwnerChanges {
  /** A subgraph; empty for what several share. */
  owner: string;
  changes: readonly GraphChange[];
}

/** A heading of the changelog, such as "Added", with its items as HTML in English. */
export interface ChangelogSection {
  title: string;
  items: readonly string[];
}

export interface ReleaseChanges {
  /** Null for what no release has yet. */
  version: string | null;
  /** The release that it is compared with; null for the first. */
  before: string | null;
  /** The day of the release. */
  date: string | null;
  /** When the schema was last written, in RFC 3339: a time for feeds. */
  updated: string;
  byOwner: readonly OwnerChanges[];
  counts: Readonly<Record<ChangeLevel, number>>;
  /** Descriptions that changed and nothing else. */
  descriptionCount: number;
  types: number;
  fields: number;
  sections: readonly ChangelogSection[];
}

export interface GraphChanges {
  /** The newest first. */
  releases: readonly ReleaseChanges[];
}
