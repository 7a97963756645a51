/** Signatures as the providers' own documents print them, and what each answer means. */
import { describe, expect, test } from 'vitest';
import type { TextMessage } from '../sms-sender.ts';
import { Aliyun, aliyunSignature } from './aliyun.ts';
import { Mas, masMac, zMasOptions } from './mas.ts';
import { TemplateGateway, zTemplateGatewayOptions } from './template-gateway.ts';
import { Tencent, tc3Authorization } from './tencent.ts';

const message: TextMessage = {
  id: 'm-1',
  to: '+8613800138000',
  text: '请A042号到3号窗口',
  template: { code: 'SMS_1', fields: { number: 'A042', window: '3' } },
  expiresAtMs: 0,
};
const facts = { wallMs: Date.UTC(2026, 10, 23, 2, 0), nonce: 'n-1' };

test('Aliyun: the example of "Request signatures (RPC)", DescribeRegions', () => {
  const parameters = {
    AccessKeyId: 'testid',
    Action: 'DescribeRegions',
    Format: 'XML',
    SignatureMethod: 'HMAC-SHA1',
    SignatureNonce: '3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf',
    SignatureVersion: '1.0',
    Timestamp: '2016-02-23T12:46:24Z',
    Version: '2014-05-26',
  };
  expect(aliyunSignature('GET', parameters, 'testsecret')).toBe('OLeaidS1JvxuMvnyHOwuJ+uX5qY=');
});

test('Tencent: the example of "Signature v3", DescribeInstances', () => {
  const authorization = tc3Authorization({
    secretId: 'AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE',
    secretKey: 'Gu5t9xGARNpq86cd98joQYCN3EXAMPLE',
    host: 'cvm.tencentcloudapi.com',
    service: 'cvm',
    body: '{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}',
    seconds: 1551113065,
  });
  expect(authorization).toBe(
    'TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/cvm/tc3_request, SignedHeaders=content-type;host, Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168',
  );
});

describe('cloud MAS', () => {
  const options = zMasOptions.parse({
    url: 'https://mas.example/sms/norsubmit',
    ec_name: '政务服务中心',
    ap_id: 'hall',
    secret_key: 'secret',
    sign: 'Abc123',
    add_serial: '01',
  });

  test('base64 of JSON; the mac is the MD5 of the fields in order; the key does not travel', () => {
    const request = new Mas(options).request(message);
    const text = Buffer.from(request.body, 'base64').toString('utf8');
    expect(JSON.parse(text)).toEqual({
      ecName: '政务服务中心',
      apId: 'hall',
      mobiles: '13800138000',
      content: message.text,
      sign: 'Abc123',
      addSerial: '01',
      mac: masMac(['政务服务中心hall', 'secret13800138000', `${message.text}Abc123`, '01']),
    });
    expect(text).not.toContain('secret');
  });

  test('MD5 itself: RFC 1321, appendix A.5', () => {
    expect(masMac(['message', ' ', 'digest'])).toBe('f96b697d7cb7938d525a2f31aaf161d0');
  });

  test('plain HTTP is refused, and a number of another country', () => {
    expect(zMasOptions.safeParse({ ...options, url: 'http://mas.example/' }).success).toBe(false);
    expect(() => new Mas(options).request({ ...message, to: '+351912345678' })).toThrow(RangeError);
  });

  test.each([
    ['{"rspcod":"success","mgsGroup":"0123","success":true}', { kind: 'sent', reference: '0123' }],
    ['{"rspcod":"IllegalMac","success":false}', { kind: 'not-sent', reason: 'IllegalMac', retry: 'mend' }],
    ['{"rspcod":"InvalidMessage","success":false}', { kind: 'not-sent', reason: 'InvalidMessage', retry: 'never' }],
    ['<html>', { kind: 'unknown', reason: 'unreadable-answer' }],
  ])('%s', (body, answer) => {
    expect(new Mas(options).read({ status: 200, body })).toMatchObject(answer);
  });
});

test('Aliyun: a template is needed; each answer has its meaning', () => {
  const aliyun = new Aliyun({
    endpoint: 'https://dysmsapi.aliyuncs.com/',
    access_key_id: 'id',
    access_key_secret: 'secret',
    sign_name: '政务大厅',
  });
  const form = new URLSearchParams(aliyun.request(message, facts).body);
  expect(form.get('PhoneNumbers')).toBe('13800138000');
  expect(form.get('TemplateParam')).toBe('{"number":"A042","window":"3"}');
  expect(form.get('Timestamp')).toBe('2026-11-23T02:00:00Z');
  const { Signature, ...signed } = Object.fromEntries(form);
  expect(Signature).toBe(aliyunSignature('POST', signed, 'secret'));
  expect(() => aliyun.request({ ...message, template: undefined }, facts)).toThrow(RangeError);
  const read = (Code: string) => aliyun.read({ status: 200, body: JSON.stringify({ Code, BizId: 'b1' }) });
  expect(read('OK')).toEqual({ kind: 'sent', reference: 'b1' });
  expect(read('isv.BUSINESS_LIMIT_CONTROL')).toMatchObject({ retry: 'never' });
  expect(read('isv.AMOUNT_NOT_ENOUGH')).toMatchObject({ retry: 'mend', remedy: expect.stringContaining('credit') });
  expect(read('Throttling.User')).toMatchObject({ retry: 'later' });
  expect(aliyun.read({ status: 502, body: '' })).toEqual({ kind: 'unknown', reason: 'http-502' });
});

test('Tencent: the number with its country, the status of the one number, errors by name', () => {
  const tencent = new Tencent({
    endpoint: 'https://sms.tencentcloudapi.com/',
    secret_id: 'id',
    secret_key: 'key',
    region: 'ap-guangzhou',
    sdk_app_id: '1400000000',
    sign_name: '政务大厅',
  });
  const request = tencent.request({ ...message, to: '13800138000' }, facts);
  expect(JSON.parse(request.body)).toMatchObject({
    PhoneNumberSet: ['+8613800138000'],
    TemplateParamSet: ['A042', '3'],
  });
  expect(request.headers['x-tc-timestamp']).toBe('1795399200');
  const read = (response: unknown) => tencent.read({ status: 200, body: JSON.stringify({ Response: response }) });
  expect(read({ SendStatusSet: [{ Code: 'Ok', SerialNo: 's1' }] })).toEqual({ kind: 'sent', reference: 's1' });
  expect(read({ SendStatusSet: [{ Code: 'LimitExceeded.PhoneNumberDailyLimit' }] })).toMatchObject({ retry: 'never' });
  expect(read({ Error: { Code: 'AuthFailure.SignatureExpire' } })).toMatchObject({
    retry: 'mend',
    remedy: expect.stringContaining('clock'),
  });
  expect(read({})).toEqual({ kind: 'unknown', reason: 'unreadable-answer' });
});

describe('a provider described in the file', () => {
  const options = zTemplateGatewayOptions.parse({
    url: 'https://sms.example/send?to={to}',
    headers: { 'x-text': '{text}', authorization: 'Bearer t' },
    body: '{"phone":"{to}","text":"{text}","n":"{field.number}"}',
    success: { field: 'result.code', values: ['0'] },
    reference: 'result.id',
    retry_later: ['busy'],
  });

  test('fields are written as the place wants them: no quote breaks the JSON, no line end the header', () => {
    const text = 'say "hi"\nX-Evil: 1';
    const request = new TemplateGateway(options).request({ ...message, text }, facts);
    expect(JSON.parse(request.body)).toEqual({ phone: '13800138000', text, n: 'A042' });
    expect(request.headers['x-text']).toBe('say "hi" X-Evil: 1');
    expect(request.url).toBe('https://sms.example/send?to=13800138000');
  });

  test.each([
    [200, '{"result":{"code":0,"id":7}}', { kind: 'sent', reference: '7' }],
    [200, '{"result":{"code":"busy"}}', { kind: 'not-sent', reason: 'busy', retry: 'later' }],
    [200, '{"result":{"code":"bad-sign"}}', { kind: 'not-sent', reason: 'bad-sign', retry: 'mend' }],
    [200, 'fine', { kind: 'unknown', reason: 'unreadable-answer' }],
    [429, '', { kind: 'not-sent', reason: 'http-429', retry: 'later' }],
    [503, '', { kind: 'unknown', reason: 'http-503' }],
  ])('%i %s', (status, body, answer) => {
    expect(new TemplateGateway(options).read({ status, body })).toEqual(answer);
  });

  test('plain HTTP has to be said expressly', () => {
    const plain = { ...options, url: 'http://10.0.0.2/send' };
    expect(zTemplateGatewayOptions.safeParse(plain).success).toBe(false);
    expect(zTemplateGatewayOptions.safeParse({ ...plain, allow_http: true }).success).toBe(true);
  });
});
