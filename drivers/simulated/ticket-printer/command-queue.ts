/** Commands that wait for the mechanism, and how much of the receive buffer they fill. */
import type { Command, CommandFraming } from '../../ticket-printer/command-framing.ts';

export class CommandQueue {
  #commands: Command[] = [];
  #bytes = 0;
  #framing: CommandFraming;

  constructor(framing: CommandFraming) {
    this.#framing = framing;
  }

  get empty(): boolean {
    return this.#commands.length === 0;
  }

  /** A command under way takes no room once the interpreter has nothing else to do: it follows byte by byte. */
  get held(): number {
    return this.empty ? 0 : this.#bytes + this.#framing.held;
  }

  push(command: Command): void {
    this.#commands.push(command);
    this.#bytes += command.bytes.length;
  }

  shift(): Command | undefined {
    const command = this.#commands.shift();
    this.#bytes -= command?.bytes.length ?? 0;
    return command;
  }

  /** Still to be done. */
  putBack(command: Command): void {
    this.#commands.unshift(command);
    this.#bytes += command.bytes.length;
  }

  clear(): void {
    this.#commands = [];
    this.#bytes = 0;
    this.#framing.reset();
  }
}
