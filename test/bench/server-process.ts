// One benchmarked server as a process of its own. Run as a script: server-process.ts KIND DATA_DIR
import type { AddressInfo } from 'node:net';
import { SERVER_KINDS, serverOf } from './server-kinds.ts';

const kind = SERVER_KINDS.find((each) => each === process.argv[2]);
const dataDir = process.argv[3];
if (kind === undefined || dataDir === undefined) throw new Error('say which server, and where its data is');

const { app, mqttPort, close } = await serverOf(kind, dataDir);
await app.listen({ host: '127.0.0.1', port: 0 });
// Whoever started it is gone: nobody is left to serve.
process.on('disconnect', () => process.exit(1));
process.on('message', async () => {
  app.server.closeAllConnections();
  await app.close();
  await close();
  process.exit(0);
});
process.send?.({ port: (app.server.address() as AddressInfo).port, mqttPort });
