/** A low rating is looked after: called back, not reached, settled; a wrong one is set aside by a supervisor. */
import type { ClerkId, CommandId, Instant, RatingLevel, ServingId } from '../../../devices/contract/terms.ts';
import { accept, head, refuse } from '../answer.ts';
import type { CommandData, CommandOf, FromPerson } from '../commands.ts';
import type { EventOf } from '../events.ts';
import type { Changes, Handlers } from '../handlers.ts';
import type { Decision } from '../queue.ts';
import { codeOf } from '../short-code.ts';
import type { HallState } from '../state.ts';
import { followUpTimer } from '../timers.ts';

declare module '../commands.ts' {
  interface CommandData {
    RecordFollowUp: Omit<FromPerson<'RecordFollowUp'>, 'text'> & { readonly reference: string };
  }
}

declare module '../events.ts' {
  interface EventData {
    FollowUpOpened: {
      readonly serving: ServingId;
      readonly clerk: ClerkId | null;
      readonly level: RatingLevel;
      readonly dueAt: Instant;
    };
    FollowUpRecorded: CommandData['RecordFollowUp'];
    FollowUpOverdue: { readonly serving: ServingId };
    /** A supervisor found it wrong: reports leave it out, the journal keeps it. */
    RatingSetAside: { readonly serving: ServingId; readonly reference: string };
  }
}

export const followUpCommands = {
  RecordFollowUp: {
    fromPerson: ({ serving, step, text }, { id }) => ({
      serving,
      step,
      reference: text === undefined ? '' : textOf(id),
    }),
    privateText: ({ text }, id) =>
      text === undefined ? undefined : { reference: textOf(id), kind: 'follow-up', text },
    decide: recordFollowUp,
  },
} satisfies Partial<Handlers>;

export const followUpChanges = {
  FollowUpOpened: opened,
  FollowUpRecorded: (state, event) => (event.step === 'settled' ? closed(state, event) : undefined),
  FollowUpOverdue: overdue,
  RatingSetAside: closed,
} satisfies Partial<Changes>;

const textOf = (id: CommandId) => `follow-up/${codeOf(id)}`;

/** The steps of looking after a low rating; a wrong one is set aside by a supervisor, with the grounds. */
export function recordFollowUp(state: HallState, command: CommandOf<'RecordFollowUp'>): Decision {
  const { serving, reference, step } = command;
  if (step === 'wrong-rating') {
    if (command.by.kind !== 'supervisor') return refuse('supervisor-only', 'only a supervisor sets a rating aside');
    if (state.ratings.get(serving)?.outcome !== 'rated' && !state.followUps.has(serving)) {
      return refuse('not-rated', `"${serving}" has no rating that is remembered`);
    }
    return accept({ ...head(command), type: 'RatingSetAside', serving, reference });
  }
  if (!state.followUps.has(serving)) return refuse('no-follow-up', `no follow-up is open for "${serving}"`);
  return accept({ ...head(command), type: 'FollowUpRecorded', serving, step, reference });
}

function opened(state: HallState, event: EventOf<'FollowUpOpened'>): void {
  const followUp = { serving: event.serving, dueAt: event.dueAt, overdue: false };
  state.followUps.set(event.serving, followUp);
  state.timers.insert(followUpTimer(followUp));
}

function overdue(state: HallState, event: EventOf<'FollowUpOverdue'>): void {
  const followUp = state.followUps.get(event.serving);
  if (followUp === undefined) return;
  state.timers.remove(followUpTimer(followUp));
  followUp.overdue = true;
}

function closed(state: HallState, event: EventOf<'FollowUpRecorded' | 'RatingSetAside'>): void {
  const followUp = state.followUps.get(event.serving);
  if (followUp === undefined) return;
  state.timers.remove(followUpTimer(followUp));
  state.followUps.delete(event.serving);
}
