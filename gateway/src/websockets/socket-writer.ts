// What is written to sockets: counted for its viewer until it is taken.

import { pieceBytes, type UnreadAnswers } from '@district-graph/kit/admission/unread-answers';
import { HttpError } from '@district-graph/kit/http-error';
import type { WebSocket } from 'ws';
import type { ClientRequest } from '../admission/viewer-key.ts';

export class SocketWriter {
  #unread: UnreadAnswers;
  #clientOf: (asking: ClientRequest) => Promise<string>;
  #onTooMuch: (socket: WebSocket) => void;

  constructor(
    unread: UnreadAnswers,
    clientOf: (asking: ClientRequest) => Promise<string>,
    onTooMuch: (socket: WebSocket) => void,
  ) {
    this.#unread = unread;
    this.#clientOf = clientOf;
    this.#onTooMuch = onTooMuch;
  }

  /**
   * Resolves when the message has left this process: who sends much to one who reads little waits here. A socket that reads
   * nothing answers no ping, and is ended by that.
   */
  async send(socket: WebSocket, text: string | Buffer, asking: ClientRequest): Promise<void> {
    if (text.length <= pieceBytes && socket.bufferedAmount === 0) return sent(socket, text);
    try {
      const client = await this.#clientOf(asking);
      const held = this.#unread.reserve(client, Buffer.byteLength(text), () => socket.terminate());
      await sent(socket, text);
      held.release();
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      this.#onTooMuch(socket);
    }
  }
}

/** Resolves when the message has left this process. */
const sent = (socket: WebSocket, text: string | Buffer): Promise<void> =>
  new Promise((resolve) => {
    if (socket.readyState !== socket.OPEN) return resolve();
    // One that fails to be sent is of a socket that closes.
    socket.send(text, { binary: false }, () => resolve());
  });
