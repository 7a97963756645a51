/** `halld schema`: the shape of a hall's file as JSON Schema, for editors; the messages on MQTT as AsyncAPI. */
import { hallJsonSchema } from '../../../config/json-schema.ts';
import { asyncApi } from '../../../devices/contract/asyncapi.ts';
import { type Command, UsageError } from '../command.ts';

const schemas: Readonly<Record<string, () => unknown>> = { hall: hallJsonSchema, asyncapi: asyncApi };

export const schema: Command = {
  summary: 'prints the shape of a hall file (JSON Schema) or of the MQTT messages (AsyncAPI)',
  help: `usage: halld schema [hall|asyncapi]

hall      JSON Schema (draft 2020-12) on standard output; the default. config/hall.schema.json is this output; a hall file
          that begins with "# yaml-language-server: $schema=../hall.schema.json" is completed and checked while it is
          written. What refers to what (ids, addresses, prefixes) is beyond a schema: "halld check FILE" checks it.
asyncapi  AsyncAPI 3.0 of every topic and message, with an example of each. docs/asyncapi.json is this output.`,

  async run(args) {
    const [name = 'hall', ...rest] = args;
    const make = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
    if (make === undefined || rest.length > 0) throw new UsageError(`"${args.join(' ')}" is not known here`);
    console.log(JSON.stringify(make(), undefined, 2));
    return 0;
  },
};
