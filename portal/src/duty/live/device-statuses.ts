// The statuses of devices as they change, and how many devices have each.
import type { Client } from '@district-graph/client';
import { signal } from '@preact/signals';
import { type Device, deviceStatusChanged, type Place, placeDocument } from './operations.ts';

type Status = Pick<Device, 'id' | 'status' | 'lastHeartbeatAt'>;

/** Many devices fall silent together: their counts are read once after that. */
const settleMs = 2000;
const maxKept = 500;

export class DeviceStatuses {
  /** The division with the counts of its devices; null until it is read. */
  readonly place = signal<Place | null>(null);
  /** What has changed since the page was opened, by the id of the device. */
  readonly changed = signal<ReadonlyMap<string, Status>>(new Map());

  /** Whether changes arrive. */
  readonly isLive = signal(false);

  #client: Client;
  #within: string;
  #closing = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: Client, within: string) {
    this.#client = client;
    this.#within = within;
  }

  async run(): Promise<void> {
    void this.#read();
    const events = this.#client.subscribe(
      deviceStatusChanged,
      { within: this.#within },
      {
        onState: ({ status }) => {
          this.isLive.value = status === 'live' || status === 'behind';
        },
        onGap: () => {
          this.changed.value = new Map();
          return this.#read();
        },
      },
    );
    this.#closing.signal.addEventListener('abort', () => events.close(), { once: true });
    try {
      for await (const { data } of events) {
        if (!data) continue;
        const { id } = data.deviceStatusChanged;
        const kept = [...this.changed.value].filter(([key]) => key !== id).slice(1 - maxKept);
        this.changed.value = new Map([...kept, [id, data.deviceStatusChanged]]);
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => void this.#read(), settleMs);
      }
    } catch {
      // A viewer without device:read has the counts of the overview alone.
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#closing.abort();
  }

  /** The device with the status that it has now. */
  current<Each extends Status>(device: Each): Each {
    const changed = this.changed.value.get(device.id);
    return changed ? { ...device, ...changed } : device;
  }

  async #read(): Promise<void> {
    const { signal } = this.#closing;
    const answer = await this.#client
      .query(placeDocument, { code: this.#within }, { signal })
      .catch(() => null);
    if (answer?.data.division) this.place.value = answer.data.division;
  }
}
