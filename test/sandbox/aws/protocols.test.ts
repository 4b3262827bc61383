import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { decodeAwsChunked } from '../../../sandbox/aws/protocol/aws-chunked.ts';
import { decodeCbor, encodeCbor } from '../../../sandbox/aws/protocol/cbor.ts';
import { decodeQuery } from '../../../sandbox/aws/protocol/query.ts';
import { escapeXml } from '../../../sandbox/aws/protocol/xml.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/aws/server.ts';
import { localFleet } from '../../support/sandbox/local-fleet.ts';
import { signedHeaders } from '../../support/sandbox/sign-request.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('wire formats of the sandbox', () => {
  it('reads the examples of RFC 8949', () => {
    assert.deepEqual(decodeCbor(hex('83 01 82 02 03 82 04 05')), [1, [2, 3], [4, 5]]);
    assert.deepEqual(decodeCbor(hex('9f 01 82 02 03 9f 04 05 ff ff')), [1, [2, 3], [4, 5]]);
    assert.deepEqual({ ...(decodeCbor(hex('bf 61 61 01 61 62 9f 02 03 ff ff')) as object) }, { a: 1, b: [2, 3] });
    assert.deepEqual(decodeCbor(hex('c1 1a 51 4b 67 b0')), new Date('2013-03-21T20:04:00Z'));
    assert.equal(decodeCbor(hex('fb 3f f1 99 99 99 99 99 9a')), 1.1);
    assert.equal(decodeCbor(hex('f9 3e 00')), 1.5);
    assert.equal(decodeCbor(hex('39 03 e7')), -1000);
    assert.equal(decodeCbor(hex('7f 65 73 74 72 65 61 64 6d 69 6e 67 ff')), 'streaming');
  });

  it('reads back the CBOR it writes', () => {
    const value = {
      a: [1, -5, 2.5, 70_000, 5_000_000_000],
      b: 'é',
      c: true,
      d: new Date(1500),
      e: { f: [] },
      g: undefined,
    };
    const { g: _, ...present } = value;
    assert.deepEqual(JSON.stringify(decodeCbor(encodeCbor(value))), JSON.stringify(present));
  });

  it('refuses broken CBOR instead of reading beyond it', () => {
    for (const broken of [
      '9a ff ff ff ff',
      '5b 00 00 00 00 ff ff ff ff',
      '62 61',
      'a1 01 02',
      'ff',
      '01 02',
      '81'.repeat(40),
      '1c',
    ]) {
      assert.throws(() => decodeCbor(hex(broken)), { name: 'AwsFault' }, broken);
    }
  });

  it('reads structures, lists and maps out of query parameters', () => {
    const text =
      'A=1&L.member.2=y&L.member.1=x&F.1.Name=n&F.1.Value.1=v&' +
      'M.entry.1.key=k&M.entry.1.value=w&E=&S.T.U=deep&__proto__.x=1';
    assert.equal(
      JSON.stringify(decodeQuery(new URLSearchParams(text))),
      '{"A":"1","L":["x","y"],"F":[{"Name":"n","Value":["v"]}],"M":{"k":"w"},"E":"","S":{"T":{"U":"deep"}},' +
        '"__proto__":{"x":"1"}}',
    );
    assert.equal(({} as Record<string, unknown>).x, undefined);
    assert.throws(() => decodeQuery(new URLSearchParams(`${'a.'.repeat(20)}b=1`)), { code: 'MalformedQueryString' });
  });

  it('decodes chunked uploads and refuses broken ones', () => {
    const { body, trailers } = decodeAwsChunked(
      Buffer.from('3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n'),
    );
    assert.equal(body.toString(), 'abcde');
    assert.equal(trailers.get('x-amz-checksum-crc32'), 'AAAA');
    for (const broken of ['', '3\r\nab', 'zz\r\n', '3\r\nabcd\r\n0\r\n\r\n', '3\r\nabc\r\n']) {
      assert.throws(() => decodeAwsChunked(Buffer.from(broken)), { code: 'IncompleteBody' }, JSON.stringify(broken));
    }
  });

  it('keeps XML well-formed whatever a text holds', () => {
    assert.equal(escapeXml('<a href="x">&\u0000\ud800\r\n'), '&#60;a href=&#34;x&#34;&#62;&#38;\uFFFD\uFFFD&#13;\n');
  });
});

describe('requests to the sandbox', () => {
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startSandbox({ fleet: localFleet(), manualTicks: true });
  });
  after(() => sandbox.close());

  function call(
    service: string,
    body: string | Buffer,
    headers: Readonly<Record<string, string>>,
    path = '/',
    change: { at?: Date; sent?: string } = {},
  ) {
    const url = new URL(path, sandbox.endpoint);
    const { host: _, ...signed } = signedHeaders({
      method: 'POST',
      url,
      service,
      body,
      headers,
      ...(change.at ? { at: change.at } : {}),
    });
    return fetch(url, {
      method: 'POST',
      headers: signed,
      body: change.sent ?? (typeof body === 'string' ? body : new Uint8Array(body)),
    });
  }
  const form = { 'content-type': 'application/x-www-form-urlencoded' };

  it('answers CloudWatch in CBOR, errors with their query code in a header', async () => {
    const headers = { 'smithy-protocol': 'rpc-v2-cbor', 'content-type': 'application/cbor' };
    const path = '/service/GraniteServiceVersion20100801/operation/';
    const listed = await call('monitoring', encodeCbor({}), headers, `${path}DescribeAlarms`);
    assert.equal(listed.headers.get('smithy-protocol'), 'rpc-v2-cbor');
    assert.deepEqual(
      { ...(decodeCbor(Buffer.from(await listed.arrayBuffer())) as object) },
      { MetricAlarms: [], CompositeAlarms: [] },
    );
    const refused = await call('monitoring', encodeCbor({ Namespace: 'x' }), headers, `${path}PutMetricAlarm`);
    assert.equal(refused.status, 400);
    assert.equal(refused.headers.get('x-amzn-query-error'), 'MissingParameter;Sender');
    const { __type } = decodeCbor(Buffer.from(await refused.arrayBuffer())) as { __type: string };
    assert.equal(__type, 'MissingRequiredParameterException');
  });

  it('answers CloudWatch in XML to older clients', async () => {
    const answer = await call('monitoring', 'Action=DescribeAlarms&Version=2010-08-01', form);
    const beginning =
      '<DescribeAlarmsResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/">' +
      '<DescribeAlarmsResult><MetricAlarms></MetricAlarms>';
    assert.equal((await answer.text()).slice(0, beginning.length), beginning);
  });

  it('refuses a body or a header that was changed after signing, and an old signature', async () => {
    const sts = 'Action=GetCallerIdentity&Version=2011-06-15';
    assert.equal((await call('sts', sts, form)).status, 200);
    const changed = await call('sts', sts, form, '/', { sent: `${sts}&x=1` });
    assert.equal(changed.status, 403);
    assert.match(await changed.text(), /<Code>SignatureDoesNotMatch<\/Code>/);
    const old = await call('sts', sts, form, '/', { at: new Date(Date.now() - 16 * 60_000) });
    assert.match(await old.text(), /<Code>SignatureDoesNotMatch<\/Code>.*Signature not current/s);
    const wrongScope = await call('sns', sts, form);
    assert.match(await wrongScope.text(), /<Code>InvalidAction<\/Code>/);
  });

  it('refuses unsigned calls in the form of the service they mean', async () => {
    const post = (headers: Readonly<Record<string, string>>, body = '') =>
      fetch(sandbox.endpoint, { method: 'POST', headers, body });
    const ssm = await post(
      { 'x-amz-target': 'AmazonSSM.SendCommand', 'content-type': 'application/x-amz-json-1.1' },
      '{}',
    );
    assert.deepEqual(
      [ssm.status, ((await ssm.json()) as { __type: string }).__type],
      [400, 'MissingAuthenticationTokenException'],
    );
    const query = await post(form, 'Action=Publish');
    assert.deepEqual([query.status, /<Code>MissingAuthenticationToken</.test(await query.text())], [403, true]);
    const mail = await fetch(`${sandbox.endpoint}/v2/email/outbound-emails`, { method: 'POST', body: '{}' });
    assert.equal(mail.headers.get('x-amzn-errortype'), 'MissingAuthenticationTokenException');
  });

  it('refuses what it does not support, what is not JSON and what is too large', async () => {
    const json = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AmazonSSM.CreateActivation' };
    const unknown = await call('ssm', '{}', json);
    assert.equal(((await unknown.json()) as { __type: string }).__type, 'UnknownOperationException');
    const broken = await call('ssm', '{', { ...json, 'x-amz-target': 'AmazonSSM.ListCommands' });
    assert.equal(((await broken.json()) as { __type: string }).__type, 'SerializationException');
    const large = await call('sns', `Action=Publish&Message=${'x'.repeat(2 * 1024 * 1024)}`, form);
    assert.equal(large.status, 413);
  });
});
