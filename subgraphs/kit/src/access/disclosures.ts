// What a request gives unmasked, on record before any of it is given, and what it refuses, on record after its answer.
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

/** Of one request: a list of a thousand that the viewer may not see is told by its first. */
export const maxRefusedSubjects = 20;

/** Fields by what they are of. */
class Subjects {
  #bySubject = new Map<string, { subject: Subject; fields: Set<string> }>();

  /** Returns whether there was room for it. */
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

/** What is told later of a subject that is on record already is a further record. */
export class Disclosures {
  #write: WriteDisclosures;
  #waiting = new Subjects();
  #written: Promise<void> | null = null;
  #refused: Subjects | null = null;
  /** How many refusals there were beyond those of the first subjects. */
  refusedBeyond = 0;

  constructor(write: WriteDisclosures) {
    this.#write = write;
  }

  /** Resolves once it is on record; rejects when it cannot be, and then the value is not to be given. */
  record(subject: Subject, field: string): Promise<void> {
    this.#waiting.add(subject, field);
    // Once everything that is ready now has asked.
    this.#written ??= new Promise((resolve, reject) =>
      setImmediate(() => this.#flush().then(resolve, reject)),
    );
    return this.#written;
  }

  /** Notes that the viewer may not have it; whoever refuses does not wait for the record. */
  refuse(subject: Subject, field: string): void {
    this.#refused ??= new Subjects();
    if (!this.#refused.add(subject, field, maxRefusedSubjects)) this.refusedBeyond += 1;
  }

  /** The first subjects that were refused. */
  get refused(): Disclosure[] {
    return this.#refused?.all ?? [];
  }

  #flush(): Promise<void> {
    const disclosures = this.#waiting.all;
    this.#waiting = new Subjects();
    this.#written = null;
    return this.#write(disclosures);
  }
}
