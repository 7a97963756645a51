/** The hub's own commands, and those of people that it passes on: into the command loop, each with an id. */
import type { Context } from '../../drivers/context.ts';
import { type Random, uuidFrom } from '../../drivers/random.ts';
import type { Actor, QueueCommand } from '../queue/commands.ts';
import type { StoredAnswer } from '../store/store.ts';
import type { CommandLoop } from './command-loop.ts';

export const hubActor: Actor = { kind: 'hub', id: 'hub' };

export type MakeCommand = (at: number, id: string) => QueueCommand;

export class OwnCommands {
  #random: Random;
  #loop: CommandLoop;

  constructor({ random }: Context, { loop }: { readonly loop: CommandLoop }) {
    this.#random = random;
    this.#loop = loop;
  }

  newId(): string {
    return uuidFrom(this.#random);
  }

  /** Decided and on disk when it resolves. */
  run(make: MakeCommand): Promise<StoredAnswer> {
    return this.#give(make, hubActor, this.newId(), false);
  }

  /** The answer is kept: a repeat with the same id gets it again. */
  runOnce(make: MakeCommand, by: Actor, id: string): Promise<StoredAnswer> {
    return this.#give(make, by, id, true);
  }

  #give(make: MakeCommand, by: Actor, id: string, remember: boolean): Promise<StoredAnswer> {
    return new Promise((done) => {
      this.#loop.fromHub({ id, by, remember, done, make: (at) => make(at, id) });
    });
  }
}
