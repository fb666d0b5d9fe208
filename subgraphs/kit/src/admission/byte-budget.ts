// Counts the bytes that are buffered for each client and for all clients together, and makes room for more within two limits.

export interface ByteLimits {
  /** Bytes of one client. A single reservation may be larger if the client has no other. */
  maxOfClient: number;
  /** Bytes of all clients together. The client that has reserved the most makes room first. */
  max: number;
}

export interface Reservation {
  /** Records that some of the bytes were transferred. */
  progressed: () => void;
  /** Gives the bytes back. Further calls do nothing. */
  release: () => void;
}

/** How long a reservation may make no progress while another one of its client needs the room. */
const patienceMs = 1000;

interface Reserved {
  bytes: number;
  progressedAt: number;
  abort: () => void;
}

interface ClientShare {
  bytes: number;
  reserved: Set<Reserved>;
}

export class ByteBudget<Limits extends ByteLimits = ByteLimits> {
  readonly limits: Limits;
  /** Only clients that have reserved something. */
  #shares = new Map<unknown, ClientShare>();
  #bytes = 0;
  #refusal: (limits: Limits) => Error;

  /** `refusal` makes the error that `reserve` throws. */
  constructor(limits: Limits, refusal: (limits: Limits) => Error) {
    this.limits = limits;
    this.#refusal = refusal;
  }

  /** Reserved by all clients. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether the bytes can be reserved without aborting anything. */
  fits(client: unknown, bytes: number): boolean {
    return this.#fitsClient(this.#shares.get(client)?.bytes ?? 0, bytes) && this.#fitsAll(bytes);
  }

  /**
   * Reserves bytes for a client until they are released. If there is no room, reservations that have made no progress for a second
   * are aborted first. Throws the refusal if all of the client's reservations make progress.
   */
  reserve(client: unknown, bytes: number, abort: () => void): Reservation {
    const own = this.#shares.get(client) ?? { bytes: 0, reserved: new Set<Reserved>() };
    while (!this.#fitsClient(own.bytes, bytes)) this.#abortStalled(client, own);
    while (!this.#fitsAll(bytes)) {
      const [largestClient, largest] = this.#largest();
      if (own.bytes + bytes >= largest.bytes) this.#abortStalled(client, own);
      else this.#abortStalest(largestClient, largest);
    }
    const reserved: Reserved = { bytes, progressedAt: performance.now(), abort };
    this.#shares.set(client, own);
    own.reserved.add(reserved);
    own.bytes += bytes;
    this.#bytes += bytes;
    return {
      progressed: () => {
        reserved.progressedAt = performance.now();
      },
      release: () => this.#release(client, own, reserved),
    };
  }

  #fitsClient(ownBytes: number, bytes: number): boolean {
    return ownBytes === 0 || ownBytes + bytes <= this.limits.maxOfClient;
  }

  #fitsAll(bytes: number): boolean {
    return this.#bytes === 0 || this.#bytes + bytes <= this.limits.max;
  }

  #largest(): [client: unknown, share: ClientShare] {
    let largest: [unknown, ClientShare] | null = null;
    for (const entry of this.#shares) if (!largest || entry[1].bytes > largest[1].bytes) largest = entry;
    if (!largest) throw new Error('nothing is reserved');
    return largest;
  }

  #abortStalled(client: unknown, share: ClientShare): void {
    const now = performance.now();
    if (![...share.reserved].some(({ progressedAt }) => now - progressedAt > patienceMs))
      throw this.#refusal(this.limits);
    this.#abortStalest(client, share);
  }

  #abortStalest(client: unknown, share: ClientShare): void {
    let stalest: Reserved | null = null;
    for (const each of share.reserved)
      if (!stalest || each.progressedAt < stalest.progressedAt) stalest = each;
    if (!stalest) return;
    this.#release(client, share, stalest);
    stalest.abort();
  }

  #release(client: unknown, share: ClientShare, reserved: Reserved): void {
    if (!share.reserved.delete(reserved)) return;
    share.bytes -= reserved.bytes;
    this.#bytes -= reserved.bytes;
    if (share.reserved.size === 0) this.#shares.delete(client);
  }
}
