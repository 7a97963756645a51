/** How a process that failed ends: soon, by its exit code, whatever is still open (F24). */
import type { Log } from '../../drivers/log.ts';

/** EX_SOFTWARE of sysexits(3). */
export const exitFailed = 70;

const closingMs = 1_000;

/** Gives what is open one second to close. */
export function endSoon(code: number): void {
  process.exitCode = code;
  setTimeout(() => process.exit(code), closingMs).unref();
}

/** An error that nobody caught: logged with its stack, and the process ends for a service manager to start it again. */
export function endOnDefect(log: Log): void {
  process.on('uncaughtException', (error) => {
    log.defect(error, 'the program failed and ends');
    endSoon(exitFailed);
    process.emit('SIGTERM', 'SIGTERM');
  });
}
