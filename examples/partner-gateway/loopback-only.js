// Loaded before each program of the check: ends it when it connects to anything but this machine.
import { Socket } from 'node:net';

const { connect } = Socket.prototype;

Socket.prototype.connect = function (...args) {
  // net.connect passes its normalised arguments as one array.
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  const { host = 'localhost', path } =
    typeof first === 'object' ? first : { host: typeof second === 'string' ? second : undefined };
  if (!path && !/^(localhost|127(\.\d+){3}|::1)$/.test(host)) {
    process.stderr.write(`connects to ${host}\n`);
    process.exit(70);
  }
  return connect.apply(this, args);
};
