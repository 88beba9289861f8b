// The query thread: read-only questions on its own connection, so that a long report never holds up storing or the screen.
import { parentPort, workerData } from 'node:worker_threads';
import { createReport } from '../reports/reports.ts';
import { openReadable } from '../store/database.ts';
import type { StoreReads } from '../store/ports.ts';
import { storeReader } from '../store/reader.ts';
import { rehearsalReads } from '../store/rehearsal.ts';
import { rehearse } from './rehearse.ts';
import {
  type Answer,
  type Call,
  dispatch,
  type Hello,
  type RehearseRequest,
  type ReportRequest,
  type StopRequest,
  toWire,
} from './wire.ts';

export interface QueryWorkerData {
  readonly databasePath: string;
}

export type ToQuery = Call<StoreReads> | ReportRequest | RehearseRequest | StopRequest;
export type FromQuery = Hello | Answer;

if (parentPort !== null) {
  const port = parentPort;
  const send = (message: FromQuery): void => port.postMessage(message);
  try {
    const { databasePath } = workerData as QueryWorkerData;
    const db = openReadable(databasePath);
    const reader = storeReader(db);
    const rehearsals = rehearsalReads(db);
    const answerTo = async (message: Exclude<ToQuery, StopRequest>): Promise<unknown> => {
      switch (message.type) {
        case 'report':
          return createReport(reader, message.ask, (read) => db.transaction(read)());
        case 'rehearse':
          return db.transaction(() => rehearse(rehearsals, message.ask))();
        case 'call':
          return dispatch<StoreReads>(reader, message);
      }
    };
    port.on('message', (message: ToQuery) => {
      if (message.type === 'stop') {
        db.close();
        port.close();
        return;
      }
      const { seq } = message;
      answerTo(message)
        .then((result) => send({ type: 'answer', seq, ok: true, result }))
        .catch((error: unknown) => send({ type: 'answer', seq, ok: false, error: toWire(error) }));
    });
    send({ type: 'ready', problems: [] });
  } catch (error) {
    send({ type: 'unready', error: toWire(error) });
    port.close();
  }
}
