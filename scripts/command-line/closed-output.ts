// Imported for its side effect: when the reader of the output closes it, as `head` does, the command drops the rest of its output
// and finishes its work.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
