import { randomUUID } from 'node:crypto';
import { AwsFault } from '../aws-fault.ts';
import { Fields } from '../fields.ts';
import type { HttpReply, HttpRequest } from '../http-message.ts';
import { decodeJson } from '../protocol/json.ts';
import { escapeXml } from '../protocol/xml.ts';
import { bareAddress, checkIdentities, type SesIdentities } from './identities.ts';
import type { Mailbox } from './mailbox.ts';
import { simpleMail } from './simple-mail.ts';

/** Recipients of one mail, and bytes of it after encoding. */
const MAX_RECIPIENTS = 50;
const MAX_BYTES = 40 * 1024 * 1024;
const DIALECT = { missing: 'BadRequestException', invalid: 'BadRequestException' };

/**
 * SES v2 (REST-JSON): SendEmail with raw or simple content. Without `identities` every sender counts as verified.
 * Throws `AwsFault`.
 */
export async function sesCall(
  request: HttpRequest,
  { mailbox, identities, region }: { mailbox: Mailbox; identities: SesIdentities | undefined; region: string },
): Promise<HttpReply> {
  if (request.method !== 'POST' || request.path !== '/v2/email/outbound-emails') {
    throw new AwsFault('NotFoundException', `The sandbox does not support ${request.method} ${request.path}.`, {
      status: 404,
    });
  }
  const input = new Fields(decodeJson(request.body), DIALECT);
  const content = input.structure('Content');
  const from = input.text('FromEmailAddress');
  const raw = await rawMail(content, input, from ?? '');
  if (raw.length > MAX_BYTES) throw new AwsFault('MessageRejected', 'Message length is more than 41943040 bytes long.');
  const to = recipients(input, raw);
  if (to.length === 0 || to.length > MAX_RECIPIENTS) {
    throw new AwsFault('BadRequestException', `Recipient count must be between 1 and ${MAX_RECIPIENTS}.`);
  }
  if (identities) checkIdentities(identities, from ?? headerOf(raw, 'from'), to, region);
  mailbox.store({ from: bareAddress(from ?? headerOf(raw, 'from')), to, raw });
  const messageId = `${randomUUID()}-000000`;
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ MessageId: messageId }),
  };
}

/** The error form of REST-JSON: the name in a header. */
export function sesRefusal(fault: AwsFault, requestId: string): HttpReply {
  return {
    status: fault.status,
    headers: {
      'content-type': 'application/json',
      'x-amzn-requestid': requestId,
      'x-amzn-errortype': escapeXml(fault.code),
    },
    body: JSON.stringify({ message: fault.message }),
  };
}

async function rawMail(content: Fields | undefined, input: Fields, from: string): Promise<Buffer> {
  const raw = content?.structure('Raw')?.bytes('Data');
  if (raw) return raw;
  const simple = content?.structure('Simple');
  if (!simple) throw new AwsFault('BadRequestException', 'The sandbox sends only Raw and Simple content.');
  if (from === '') throw new AwsFault('BadRequestException', 'FromEmailAddress is required.');
  return simpleMail(input, simple, from);
}

/** Addresses of the call; without any, those in the mail's own header. */
function recipients(input: Fields, raw: Buffer): string[] {
  const destination = input.structure('Destination');
  const given = ['ToAddresses', 'CcAddresses', 'BccAddresses'].flatMap((name) => destination?.texts(name) ?? []);
  const all = given.length > 0 ? given : ['to', 'cc', 'bcc'].flatMap((name) => headerOf(raw, name).split(','));
  return [...new Set(all.map(bareAddress).filter((address) => address.includes('@')))];
}

/** One header of a raw mail, unfolded; `''` when absent. */
function headerOf(raw: Buffer, name: string): string {
  const end = raw.indexOf('\r\n\r\n');
  const head = raw.toString('utf8', 0, end < 0 ? raw.length : end).replace(/\r?\n[ \t]+/g, ' ');
  const line = head.split(/\r?\n/).find((each) => each.toLowerCase().startsWith(`${name}:`));
  return line?.slice(name.length + 1).trim() ?? '';
}
