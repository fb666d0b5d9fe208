// The child's end of the IPC channel between the benchmark and its processes.

/** In a child process: answers the requests of the parent, and exits when the parent is gone. */
export function answer<Command>(reply: (command: Command) => Promise<unknown>): void {
  process.on('message', ({ id, command }: { id: number; command: Command }) => {
    reply(command).then(
      (value) => process.send?.({ id, value }),
      (error: unknown) =>
        process.send?.({
          id,
          error: error instanceof Error ? (error.stack ?? error.message) : String(error),
        }),
    );
  });
  process.on('disconnect', () => process.exit(0));
}
