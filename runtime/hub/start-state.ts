/** The hall as its journal has it: from the last snapshot, or where there is none of this program's, from the first event. */
import type { Log } from '../../drivers/log.ts';
import { evolve } from '../queue/evolve.ts';
import { hallFromSnapshot } from '../queue/snapshot.ts';
import { emptyHall, type HallState } from '../queue/state.ts';
import type { HallStore } from '../store/store.ts';

export interface StartState {
  readonly state: HallState;
  readonly lastSeq: number;
  /** The entry that the replay began after; 0 = all were read. */
  readonly snapshot: number;
}

export async function startState(store: HallStore, queueCode: string | undefined, log: Log): Promise<StartState> {
  const kept = queueCode === undefined ? undefined : await keptState(store, queueCode, log);
  const snapshot = kept?.seq ?? 0;
  let state = kept?.state ?? emptyHall();
  let lastSeq = snapshot;
  await store.replay(snapshot, (entries) => {
    for (const { seq, event } of entries) {
      state = evolve(state, event);
      lastSeq = seq;
    }
  });
  return { state, lastSeq, snapshot };
}

/** A snapshot that cannot be used costs a longer start and nothing else. */
async function keptState(store: HallStore, queueCode: string, log: Log) {
  try {
    const kept = await store.snapshot(queueCode);
    return kept === undefined ? undefined : { state: hallFromSnapshot(kept.state), seq: kept.seq };
  } catch (error) {
    log.warn({ error: String(error) }, 'the snapshot of the queue cannot be used: the whole journal is replayed');
    return undefined;
  }
}
