/** The package's version, as births and `halld help` say it. */
import packageJson from '../../package.json' with { type: 'json' };

export const software = `halld ${packageJson.version}`;
