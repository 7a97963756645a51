/** The reading thread's own side: one connection, one question after another. */
import { parentPort, workerData } from 'node:worker_threads';
import { HallReader } from './hall-reader.ts';
import type { Answer, Question } from './reader-thread.ts';
import { StoreError } from './store-error.ts';

const file = String(workerData);
const reader = HallReader.open(file);

async function answer({ id, sql, parameters }: Question): Promise<Answer> {
  try {
    if (reader === undefined) throw new StoreError('closed', `${file}: there is no such file`);
    return { id, rows: await reader.query(sql, parameters) };
  } catch (error) {
    const code = error instanceof StoreError ? error.code : undefined;
    return { id, error: { code, message: error instanceof Error ? error.message : String(error) } };
  }
}

parentPort?.on('message', (question: Question) => {
  void answer(question).then((given) => parentPort?.postMessage(given));
});
