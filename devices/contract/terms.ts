/** The words everybody uses, as types. Units and shapes stand here once. */
import { z } from 'zod';

/** Provisioned ids, never display names (the contract's section 2). */
export const idPattern = /^[a-z0-9][a-z0-9-]{0,31}$/;
export const zId = z.string().regex(idPattern, 'an id has 1 to 32 characters: a-z, 0-9 and "-"');

export type HallId = string;
export type NodeId = string;
export type DeviceId = string;
/** A window's id, `w3`; its number on signs is in the config. */
export type WindowId = string;
/** What a button stands for. */
export type ServiceId = string;
export type MatterId = string;
export type ClerkId = string;

/** Milliseconds since 1970 by the hub's clock. */
export type Instant = number;
export type DurationMs = number;

/** The day a ticket belongs to in the hall's time zone, `2026-11-23`: one that the calendar has, so no 30th of February. */
export type BusinessDay = string;
export const zBusinessDay = z.iso.date('a date is written 2026-11-23, and exists');

export function isBusinessDay(text: string): text is BusinessDay {
  return zBusinessDay.safeParse(text).success;
}

/** What is printed and shown: `A012`. Unique within its business day only. */
export type TicketNumber = string;
export const zTicketNumber = z.string().regex(/^[A-Z]{0,3}\d{1,5}$/);

/** A ticket's identity (failure rule F18): `2026-11-23/A012`. */
export type TicketId = `${BusinessDay}/${TicketNumber}`;
export const zTicketId = z.templateLiteral([zBusinessDay, '/', zTicketNumber]) as unknown as z.ZodType<TicketId>;

export function ticketId(day: BusinessDay, number: TicketNumber): TicketId {
  return `${day}/${number}`;
}

/** `A012`: the prefix, then the count with at least so many digits. */
export function numberText(prefix: string, count: number, digits: number): TicketNumber {
  return `${prefix}${String(count).padStart(digits, '0')}`;
}

export function numberOf(ticket: TicketId): TicketNumber {
  return ticket.slice(ticket.indexOf('/') + 1);
}

export function dayOf(ticket: TicketId): BusinessDay {
  return ticket.slice(0, ticket.indexOf('/'));
}

/** What an appointment's visitor brings. */
export const zAppointmentId = z
  .string()
  .regex(/^[A-Za-z0-9-]{4,40}$/, 'an appointment has a code of 4 to 40 letters and digits');

/** One service given to one ticket at one window, `2026-11-23/A012#1`: what a rating belongs to. */
export type ServingId = string;
export const zServingId = z.string().max(64);

/** The identity of an effect, for ever (F9). */
export type CommandId = string;
export const zCommandId = z.string().min(8).max(64);

export const ticketClasses = ['ordinary', 'priority', 'appointment', 'returning'] as const;
/** `priority`: elderly or disabled visitors; `returning`: back after a miss or with a missing document. */
export type TicketClass = (typeof ticketClasses)[number];
export const zTicketClass = z.enum(ticketClasses);

/** 5 非常满意, 4 满意, 3 基本满意, 2 不满意, 1 非常不满意 (the national five-level scale). */
export type RatingLevel = 1 | 2 | 3 | 4 | 5;
export const zRatingLevel = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)]);

export const zInstant = z.int().min(0);

export interface LocalText {
  readonly zh: string;
  readonly en: string;
}
export const zLocalText = z.object({ zh: z.string().max(500), en: z.string().max(500) });
