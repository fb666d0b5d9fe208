// The messages between the request thread and the thread that converts answers to tables.
import type { TableSpec } from './table-spec.ts';

export type ConversionJob =
  | { id: number; kind: 'start'; spec: TableSpec }
  /** An answer, whose bytes are transferred. */
  | { id: number; kind: 'add'; body: Uint8Array<ArrayBuffer> }
  | { id: number; kind: 'finish' }
  /** Asks for the next piece of what was added or finished. */
  | { id: number; kind: 'next' }
  | { id: number; kind: 'close' };

/** A piece; null where there is no further one, and for other jobs. */
export type ConversionResult = Uint8Array | null;
