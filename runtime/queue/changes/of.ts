/** One event of the union, by its type. */
import type { QueueEvent, QueueEventType } from '../events.ts';

export type EventOf<T extends QueueEventType> = Extract<QueueEvent, { type: T }>;
