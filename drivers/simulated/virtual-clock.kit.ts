/** For tests: `virtual-clock.ts` is the product's, for replays. */
export { VirtualClock } from './virtual-clock.ts';
