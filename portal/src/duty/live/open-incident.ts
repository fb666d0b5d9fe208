// The incident that is open beside the queue, read again when it changes.
import type { Client, GraphError } from '@district-graph/client';
import { signal } from '@preact/signals';
import { type IncidentDetail, incidentDocument } from './operations.ts';

export class OpenIncident {
  readonly id: string;
  readonly client: Client;
  /** Null until it is read, and where there is none. */
  readonly incident = signal<IncidentDetail | null>(null);
  readonly isRead = signal(false);
  /** Why it could not be read; what was read before stays. */
  readonly failure = signal<GraphError | null>(null);

  #metres: number;
  #closing = new AbortController();
  #reads = 0;

  /** `metres` is the radius in which devices and vehicles are near. */
  constructor(client: Client, id: string, metres: number) {
    this.client = client;
    this.id = id;
    this.#metres = metres;
  }

  close(): void {
    this.#closing.abort();
  }

  async read(): Promise<void> {
    this.#reads += 1;
    const read = this.#reads;
    const { signal } = this.#closing;
    try {
      const { data } = await this.client.query(
        incidentDocument,
        { id: this.id, metres: this.#metres },
        { signal },
      );
      if (read !== this.#reads) return;
      this.incident.value = data.incident;
      this.isRead.value = true;
      this.failure.value = null;
    } catch (error) {
      if (signal.aborted || read !== this.#reads) return;
      this.failure.value = error as GraphError;
    }
  }
}
