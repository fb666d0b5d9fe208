// What the gateway answers at `/imports` (docs/tasks/import.md).
import type { Bilingual } from '../../page/language.ts';

export interface ImportColumn {
  name: string;
  zh: string;
  form: string;
  isOptional: boolean;
  mayBeEmpty: boolean;
  units: readonly string[];
  example: string;
  values: readonly { value: string; zh: string }[];
}

export interface ImportDefinition {
  /** `<subgraph>.<module>`. */
  name: string;
  title: Bilingual;
  /** The column that identifies a record. */
  key: string;
  columns: readonly ImportColumn[];
}

export interface ImportList {
  imports: readonly ImportDefinition[];
  limits: { bytes: number; chunkBytes: number } | null;
  /** The subgraphs that did not answer. */
  unavailable: readonly string[];
}

interface ImportFault extends Bilingual {
  line: number;
  /** Empty for a fault of the whole row. */
  column: string;
  value: string;
}

export interface ImportResult {
  dryRun: boolean;
  rows: number;
  created: number;
  updated: number;
  unchanged: number;
  rejected: number;
  faultCount: number;
  faults: readonly ImportFault[];
  notes: readonly Bilingual[];
  normalised: readonly (Bilingual & { column: string; count: number })[];
  ignoredColumns: readonly string[];
  hasRejects: boolean;
  seconds: number;
}

export interface Upload {
  id: string;
  fileName: string;
  bytes: number;
  received: number;
  state: 'UPLOADING' | 'UPLOADED' | 'RUNNING' | 'CHECKED' | 'REFUSED' | 'IMPORTED' | 'FAILED';
  progress: { rows: number; share: number } | null;
  result: ImportResult | null;
  message: string | null;
}

interface PreviewColumn {
  index: number;
  title: string;
  /** Null where it is unknown or ignored. */
  column: string | null;
  /** Whether somebody of the bureau has chosen it. */
  isRemembered: boolean;
}

export interface Preview {
  sheet: string | null;
  sheets: readonly { name: string; isHidden: boolean }[];
  notes: readonly Bilingual[];
  headerLine: number;
  columns: readonly PreviewColumn[];
  rows: readonly { line: number; cells: readonly string[] }[];
}

/** The columns of the import by headers of the file; null ignores one. */
export type Mapping = Readonly<Record<string, string | null>>;

export interface RunOptions {
  dryRun: boolean;
  skipBad: boolean;
  sheet: string | null;
  mapping: Mapping;
}
