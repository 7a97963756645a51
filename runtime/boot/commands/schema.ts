/** `halld schema`: the shape of a hall's file as JSON Schema, for editors. */
import { hallJsonSchema } from '../../../config/json-schema.ts';
import { type Command, UsageError } from '../command.ts';

export const schema: Command = {
  summary: 'prints the shape of a hall file as JSON Schema, for editors',
  help: `usage: halld schema

Prints JSON Schema (draft 2020-12) on standard output. config/hall.schema.json is this output; a hall file that begins
with "# yaml-language-server: $schema=../hall.schema.json" is completed and checked while it is written.
What refers to what (ids, addresses, prefixes) is beyond a schema: "halld check FILE" tells.`,

  async run(args) {
    if (args.length > 0) throw new UsageError(`"${args[0]}" is not known here`);
    console.log(JSON.stringify(hallJsonSchema(), undefined, 2));
    return 0;
  },
};
