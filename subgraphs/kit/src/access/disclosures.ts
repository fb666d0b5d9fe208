// The disclosures of one request: values that it discloses unmasked, recorded before any of them is sent, and those that it refuses, recorded after its answer.

/** The record that a value is about. */
export interface Subject {
  type: string;
  id: string;
  divisionCode: string;
}

export interface Disclosure extends Subject {
  fields: readonly string[];
}

/** Writes the records, all or none. Rejects if they cannot be written. */
export type WriteDisclosures = (disclosures: readonly Disclosure[]) => Promise<void>;

/** Of one request: of a list of a thousand rows that the viewer may not see, the first are recorded. */
export const maxRefusedSubjects = 20;

/** Fields by their subject. */
class Subjects {
  #bySubject = new Map<string, { subject: Subject; fields: Set<string> }>();

  /** Returns whether there was room for the subject. */
  add(subject: Subject, field: string, max = Number.POSITIVE_INFINITY): boolean {
    const key = `${subject.type} ${subject.id}`;
    const known = this.#bySubject.get(key);
    if (known) known.fields.add(field);
    else if (this.#bySubject.size < max) this.#bySubject.set(key, { subject, fields: new Set([field]) });
    else return false;
    return true;
  }

  get all(): Disclosure[] {
    return [...this.#bySubject.values()].map(({ subject, fields }) => ({
      ...subject,
      fields: [...fields].sort(),
    }));
  }
}

/** Fields of a subject that are disclosed after it was recorded make a further record. */
export class Disclosures {
  #write: WriteDisclosures;
  #pending = new Subjects();
  #written: Promise<void> | null = null;
  #refused: Subjects | null = null;
  /** The number of refusals beyond those of the first subjects. */
  refusedBeyond = 0;

  constructor(write: WriteDisclosures) {
    this.#write = write;
  }

  /** Resolves once the disclosure is recorded. If it rejects, the value must not be disclosed. */
  record(subject: Subject, field: string): Promise<void> {
    this.#pending.add(subject, field);
    // After everything that is ready now was added.
    this.#written ??= new Promise((resolve, reject) =>
      setImmediate(() => this.#flush().then(resolve, reject)),
    );
    return this.#written;
  }

  /** Notes that the viewer was refused the field. The record is written later. */
  refuse(subject: Subject, field: string): void {
    this.#refused ??= new Subjects();
    if (!this.#refused.add(subject, field, maxRefusedSubjects)) this.refusedBeyond += 1;
  }

  /** The first subjects that were refused. */
  get refused(): Disclosure[] {
    return this.#refused?.all ?? [];
  }

  #flush(): Promise<void> {
    const disclosures = this.#pending.all;
    this.#pending = new Subjects();
    this.#written = null;
    return this.#write(disclosures);
  }
}
