// What a request gives unmasked: one record per person, written before any of it is given.
/** Of whom or what something is told. */
export interface Subject {
  type: string;
  id: string;
  divisionCode: string;
}

export interface Disclosure extends Subject {
  fields: readonly string[];
}

/** Writes the records, all or none; rejects when it cannot. */
export type WriteDisclosures = (disclosures: readonly Disclosure[]) => Promise<void>;

/** What is told later of a subject that is on record already is a further record. */
export class Disclosures {
  #write: WriteDisclosures;
  #waiting = new Map<string, { subject: Subject; fields: Set<string> }>();
  #written: Promise<void> | null = null;

  constructor(write: WriteDisclosures) {
    this.#write = write;
  }

  /** Resolves once it is on record; rejects when it cannot be, and then the value is not to be given. */
  record(subject: Subject, field: string): Promise<void> {
    const key = `${subject.type} ${subject.id}`;
    const waiting = this.#waiting.get(key);
    if (waiting) waiting.fields.add(field);
    else this.#waiting.set(key, { subject, fields: new Set([field]) });
    // Once everything that is ready now has asked.
    this.#written ??= new Promise((resolve, reject) =>
      setImmediate(() => this.#flush().then(resolve, reject)),
    );
    return this.#written;
  }

  #flush(): Promise<void> {
    const disclosures = [...this.#waiting.values()].map(({ subject, fields }) => ({
      ...subject,
      fields: [...fields].sort(),
    }));
    this.#waiting.clear();
    this.#written = null;
    return this.#write(disclosures);
  }
}
