import { seededRandom } from '../../../drivers/random.ts';
import { hallStoreConformance } from '../../store/hall-store.conformance.ts';
import { nodeStoreConformance } from '../../store/node-store.conformance.ts';
import { MemoryHallDisk, MemoryHallStore } from './memory-hall-store.ts';
import { MemoryNodeDisk, MemoryNodeStore } from './memory-node-store.ts';

nodeStoreConformance('memory', () => {
  const disk = new MemoryNodeDisk();
  const random = seededRandom(7);
  return {
    store: (options = {}) => new MemoryNodeStore({ disk, random, ...options }),
    crash: () => disk.crash(),
    end: () => undefined,
  };
});

hallStoreConformance('memory', () => {
  const disk = new MemoryHallDisk();
  return {
    store: (fault) => new MemoryHallStore(disk, fault),
    crash: async () => disk.crash(),
    end: () => undefined,
  };
});
