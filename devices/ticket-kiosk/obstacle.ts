/** Why a button gives no number now (F6): its lamp is off, and a press is counted and no more. */
import type { TicketPrinter } from '../../drivers/ticket-printer/ticket-printer.ts';
import type { ServiceId } from '../contract/terms.ts';
import type { ServiceView } from '../contract/view.ts';
import { printerObstacle } from '../paper/paper-orders.ts';
import type { BlockKeeper } from './block-keeper.ts';

export interface ButtonFacts {
  readonly service: ServiceId;
  readonly hubFresh: boolean;
  readonly writable: boolean;
  readonly printer: TicketPrinter;
  readonly view: ServiceView | undefined;
  readonly blocks: BlockKeeper | undefined;
}

export function obstacleOf({ service, hubFresh, writable, printer, view, blocks }: ButtonFacts): string | undefined {
  if (!writable) return 'disk';
  if (!hubFresh && blocks === undefined) return 'hub-away';
  const atPrinter = printerObstacle(printer);
  if (atPrinter !== undefined) return atPrinter;
  if (!hubFresh) return blocks?.refusal(service);
  if (view === undefined) return 'no-view';
  return view.issuing === 'closed' ? 'closed' : undefined;
}
