/** The program's log: one JSON object a line on standard error, by pino. */
import pino from 'pino';
import type { Log } from '../../drivers/log.ts';

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;

/** `level` from the environment variable HALLD_LOG; default `info`. */
export function createLog(name: string, level = process.env.HALLD_LOG ?? 'info'): Log {
  const chosen = levels.find((each) => each === level) ?? 'info';
  return logOn(
    pino(
      { name, level: chosen, base: { name }, redact: ['phone', 'pin', 'password'] },
      pino.destination({ dest: 2, sync: false }),
    ),
  );
}

function logOn(logger: pino.Logger): Log {
  return {
    trace: (fields, message) => logger.trace(fields, message),
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    defect: (error, doing) => logger.error({ err: error }, doing),
    writes: (level) => logger.isLevelEnabled(level),
    at: (place) => logOn(logger.child(place)),
  };
}
