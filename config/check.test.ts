import { type Case, describeCases } from './problem-cases.ts';

const rules: Case[] = [
  [
    'department',
    'department: street-office',
    'department: §street-ofice',
    'there is no department "street-ofice"',
    'did you mean "street-office"?',
  ],
  [
    'matter of a service',
    'matters: [certificate]',
    'matters: [certificate, §permit]',
    'there is no matter "permit"',
    'matters: residence-permit, certificate',
  ],
  [
    'matter twice in a service',
    'matters: [certificate]',
    'matters: [certificate, §certificate]',
    'the matter "certificate" is named twice',
    'name each matter of a service once',
  ],
  [
    'service of a window',
    'Comprehensive window } }',
    'Comprehensive window }, serves: [{ service: §genral }, { service: general }, { service: residence }] }',
    'there is no service "genral"',
    'did you mean "general"?',
  ],
  [
    'service twice at a window',
    'Comprehensive window } }',
    'Comprehensive window }, serves: [{ service: general }, { service: residence }, { service: §general, tier: 2 }] }',
    'the service "general" is used twice',
    'line 37 has it first: give this one another',
  ],
  [
    'service nobody serves',
    'Comprehensive window } }',
    'Comprehensive window }, serves: [{ service: general }] }',
    'no window serves "residence": its tickets would never be called',
    'name it under "serves" of a window',
    ['id: residence,', 'id: §residence,'],
  ],
  [
    'matter id twice',
    'id: certificate\n',
    'id: §residence-permit\n',
    'the id "residence-permit" is used twice',
    'line 17 has it first: give this one another',
    ['[certificate]', '[residence-permit]'],
  ],
  [
    'matter code twice',
    'JD-0002',
    '§JD-0001',
    'the code "JD-0001" is used twice',
    'line 18 has it first: give this one another',
  ],
  [
    'prefix twice',
    'prefix: B',
    'prefix: §A',
    'the prefix "A" is used twice',
    'line 34 has it first: give this one another',
  ],
  [
    'window number twice',
    'number: 2',
    'number: §1',
    'the window number "1" is used twice',
    'line 37 has it first: give this one another',
  ],
  [
    'document twice',
    'zh: 租赁合同',
    'zh: §居民身份证原件及复印件',
    'the document "居民身份证原件及复印件" is used twice',
    'line 22 has it first: give this one another',
  ],
  [
    'no certificate window',
    ', role: certificate',
    '',
    'the back office decides this matter, and no window hands out what it decides',
    'give a window the role "certificate"',
    ['decided: back-office', 'decided: §back-office'],
  ],
  [
    'matter of a clerk',
    'broker:',
    'clerks: [{ id: c1, name: 王, matters: [§certificat] }]\nbroker:',
    'there is no matter "certificat"',
    'did you mean "certificate"?',
  ],
  [
    'a PIN in the open',
    'broker:',
    'clerks: [{ id: c1, name: 王, pin_hash: §"1234" }]\nbroker:',
    'this is no salted hash',
    'write "salt:hash" in hex (scrypt), never the PIN itself',
  ],
  [
    'quota beyond the digits',
    'prefix: B,',
    'prefix: B, daily_quota: §100,',
    '100 tickets a day do not fit 2 digits from 1',
    'at most 99, or more digits in numbering',
    ['broker:', 'numbering: { digits: 2 }\nbroker:'],
  ],
  [
    'start beyond the digits',
    'broker:',
    'numbering: { digits: 2, start: §100 }\nbroker:',
    '100 has more than 2 digits',
    'at most 99, or more digits',
  ],
  [
    'strict order',
    'broker:',
    'calling: { policy: { kind: strict, order: §[priority, ordinary, ordinary, returning] } }\nbroker:',
    'the order leaves out appointment',
    'name each of ordinary, priority, appointment, returning once',
  ],
];

const hours: Case[] = [
  [
    'time zone',
    'calendar:',
    '  time_zone: §Asia/Shangai\ncalendar:',
    'there is no time zone "Asia/Shangai"',
    'did you mean "Asia/Shanghai"?',
  ],
  [
    'ends before it begins',
    'to: "12:00"',
    'to: §"08:00"',
    '"08:00" is not after "09:00"',
    'a span ends after it begins, on the same day',
  ],
  [
    'overlap',
    'from: "13:30"',
    'from: §"11:30"',
    '"11:30" is before the end of the span before it',
    'write the spans of a day in order, without overlap',
  ],
  ['after midnight', 'to: "17:00"', 'to: §"24:30"', '"24:30" is after midnight', 'a day ends at "24:00"'],
  [
    'no numbers in the last span',
    'departments:',
    '  last_ticket_before_close_min: §210\ndepartments:',
    "numbers would end 210 minutes before closing, but a day's last span has only 210",
    'less than 210',
  ],
  [
    'brightness',
    'broker:',
    'boards: { brightness: [{ from: "08:00", percent: 80 }, { from: §"07:00", percent: 10 }] }\nbroker:',
    '"07:00" is not after the time above it',
    'write the times of the day in order',
  ],
];

const texts: Case[] = [
  ['field of a ticket', '"{hall}"', '§"{hal}"', 'there is no field {hal}', 'did you mean "hall"?'],
  [
    'field of a list',
    'title: 请准备以下材料：',
    'title: 请准备以下材料：, item: §"{n}. {documnt}"',
    'there is no field {documnt}',
    'did you mean "document"?',
  ],
  ['lone brace', '"{hall}"', '§"{hall"', 'a brace stands alone', 'a field is written {number}, with both braces'],
  [
    'field of a board',
    'broker:',
    'boards: { called: [§"{numbr}"] }\nbroker:',
    'there is no field {numbr}',
    'did you mean "number"?',
  ],
  [
    'no such glyph',
    'zh: 居住证,',
    'zh: §居住㐂😀,',
    'no printer or board has the character 㐂 (U+3402), 😀 (U+1F600)',
    'write it with characters of GBK',
  ],
  [
    'escape in a name',
    'zh: 居住证,',
    'zh: §"居\\e@住证",',
    'an invisible character (U+001B) stands in this text',
    'take it out: it could steer the printer or the board',
  ],
];

describeCases('rules', rules);
describeCases('hours', hours);
describeCases('texts', texts);
