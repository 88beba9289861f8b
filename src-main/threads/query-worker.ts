// The query thread: read-only questions on its own connection, so that a long report never holds up storing or the screen.
import { parentPort, workerData } from 'node:worker_threads';
import { createReport } from '../reports/reports.ts';
import { openReadable } from '../store/database.ts';
import type { StoreReads } from '../store/ports.ts';
import { storeReader } from '../store/reader.ts';
import { type Answer, type Call, dispatch, type Hello, type ReportRequest, type StopRequest, toWire } from './wire.ts';

export interface QueryWorkerData {
  readonly databasePath: string;
}

export type ToQuery = Call<StoreReads> | ReportRequest | StopRequest;
export type FromQuery = Hello | Answer;

if (parentPort !== null) {
  const port = parentPort;
  const send = (message: FromQuery): void => port.postMessage(message);
  try {
    const { databasePath } = workerData as QueryWorkerData;
    const db = openReadable(databasePath);
    const reader = storeReader(db);
    port.on('message', (message: ToQuery) => {
      if (message.type === 'stop') {
        db.close();
        port.close();
        return;
      }
      const { seq } = message;
      const answer: Promise<unknown> =
        message.type === 'report'
          ? createReport(reader, message.ask, (read) => db.transaction(read)())
          : dispatch<StoreReads>(reader, message);
      answer
        .then((result) => send({ type: 'answer', seq, ok: true, result }))
        .catch((error: unknown) => send({ type: 'answer', seq, ok: false, error: toWire(error) }));
    });
    send({ type: 'ready', problems: [] });
  } catch (error) {
    send({ type: 'unready', error: toWire(error) });
    port.close();
  }
}
