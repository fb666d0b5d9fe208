// The operations of one socket. Clients choose their ids, and may reuse an id once its operation is over.

export interface SocketOperation {
  /** The client's id for it. */
  id: string;
  /** Unique among all operations of the socket. */
  key: string;
  /** The text of the `subscribe` message. */
  text: string;
  /** Ends its counting among running operations. */
  release: () => void;
}

export class SocketOperations {
  #current = new Map<string, SocketOperation>();
  #started = 0;

  /** Null when the client already has an operation with that id. */
  start(id: string, text: string): SocketOperation | null {
    if (this.#current.has(id)) return null;
    this.#started += 1;
    const operation = { id, key: String(this.#started), text, release: () => {} };
    this.#current.set(id, operation);
    return operation;
  }

  /** Whether its client still waits for it: not once it was completed, even if its id is in use again. */
  isCurrent(operation: SocketOperation): boolean {
    return this.#current.get(operation.id) === operation;
  }

  /** Completes the client's operation and frees its id. */
  complete(id: string): SocketOperation | undefined {
    const operation = this.#current.get(id);
    this.#current.delete(id);
    return operation;
  }

  end(operation: SocketOperation): void {
    if (this.isCurrent(operation)) this.#current.delete(operation.id);
  }

  /** To be called when the socket is closed. */
  clear(): void {
    this.#current.clear();
  }
}
