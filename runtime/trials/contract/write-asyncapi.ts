/** `node runtime/trials/contract/write-asyncapi.ts`: writes docs/asyncapi.json anew from the schemas of the contract. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { asyncApi } from '../../../devices/contract/asyncapi.ts';

const file = path.resolve(import.meta.dirname, '../../../docs/asyncapi.json');
writeFileSync(file, `${JSON.stringify(asyncApi(), null, 2)}\n`);
console.log(`written: ${file}`);
