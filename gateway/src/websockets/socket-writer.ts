// Writes to sockets. Messages count as unread for their client until the operating system has taken them.

import { pieceBytes, type UnreadAnswers } from '@district-graph/kit/admission/unread-answers';
import { HttpError } from '@district-graph/kit/http-error';
import type { WebSocket } from 'ws';
import type { OpenSocket } from './open-socket.ts';

export class SocketWriter {
  #unread: UnreadAnswers;
  #onTooMuch: (socket: WebSocket) => void;

  constructor(unread: UnreadAnswers, onTooMuch: (socket: WebSocket) => void) {
    this.#unread = unread;
    this.#onTooMuch = onTooMuch;
  }

  /**
   * Resolves when the message has left this process, so that whatever produces messages waits for a slow reader. A socket
   * that reads nothing answers no ping, and is closed for that.
   */
  async send(
    { socket, client }: Pick<OpenSocket, 'socket' | 'client'>,
    text: string | Buffer,
  ): Promise<void> {
    if (text.length <= pieceBytes && socket.bufferedAmount === 0) return written(socket, text);
    try {
      const reservation = this.#unread.reserve(client.key, Buffer.byteLength(text), () => socket.terminate());
      await written(socket, text);
      reservation.release();
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      this.#onTooMuch(socket);
    }
  }
}

const written = (socket: WebSocket, text: string | Buffer): Promise<void> =>
  new Promise((resolve) => {
    if (socket.readyState !== socket.OPEN) return resolve();
    // Sending fails only on a socket that is closing.
    socket.send(text, { binary: false }, () => resolve());
  });
