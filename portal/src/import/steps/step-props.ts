// What each step of an import is given.
import type { ImportDefinition } from '../api/types.ts';
import type { ImportAddress } from '../state/address.ts';
import type { ImportWork } from '../state/import-work.ts';
import type { Go } from '../state/use-address.ts';

export interface StepProps {
  work: ImportWork;
  definition: ImportDefinition;
  address: ImportAddress;
  go: Go;
  /** Forgets the file, here and at the gateway, and asks for another one. */
  restart: () => Promise<void>;
}
