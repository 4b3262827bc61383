import { createHash } from 'node:crypto';
import { AwsFault } from '../aws-fault.ts';
import type { Context } from '../context.ts';
import type { Fields } from '../fields.ts';
import type { Operation, Output } from '../operation.ts';
import { type DocumentContent, readContent } from './document-content.ts';

interface Version {
  readonly number: number;
  readonly name: string | undefined;
  readonly text: string;
  readonly content: DocumentContent;
  readonly createdAt: Date;
}

interface Document {
  readonly name: string;
  readonly versions: Version[];
  defaultVersion: number;
}

const NAME = /^[a-zA-Z0-9_\-.]{3,128}$/;
const RESERVED = /^(aws|amazon|amzn)/i;
const ARN = /^arn:[^:]*:ssm:[^:]*:[^:]*:document\//;

/** The account's own Command documents, with all their versions. AWS's own are not kept here. */
export class Documents {
  readonly operations: Readonly<Record<string, Operation>>;
  private readonly context: Context;
  private readonly byName = new Map<string, Document>();

  constructor(context: Context) {
    this.context = context;
    this.operations = {
      CreateDocument: (input) => this.create(input),
      UpdateDocument: (input) => this.update(input),
      UpdateDocumentDefaultVersion: (input) => this.setDefault(input),
      DescribeDocument: (input) => ({ Document: this.description(...this.asked(input)) }),
      GetDocument: (input) => this.get(input),
      DeleteDocument: (input) => {
        this.byName.delete(this.needed(input.needText('Name')).name);
        return {};
      },
    };
  }

  /** What SendCommand runs; its version by default the default one. Throws `InvalidDocument`. */
  content(name: string, version: string | undefined): DocumentContent {
    return this.version(this.needed(name), version).content;
  }

  private create(input: Fields): Output {
    const name = input.needText('Name');
    if (!NAME.test(name) || RESERVED.test(name)) throw input.invalid(`${name} is not a name for a document.`);
    if (this.byName.has(name))
      throw new AwsFault('DocumentAlreadyExists', `Document with name ${name} already exists.`);
    if ((input.text('DocumentType') ?? 'Command') !== 'Command' || (input.text('DocumentFormat') ?? 'JSON') !== 'JSON')
      throw new AwsFault('InvalidDocumentContent', 'The sandbox keeps Command documents in JSON.');
    const document: Document = { name, versions: [], defaultVersion: 1 };
    const version = this.added(document, input);
    this.byName.set(name, document);
    return { DocumentDescription: this.description(document, version) };
  }

  private update(input: Fields): Output {
    const document = this.needed(input.needText('Name'));
    const latest = String(document.versions.length);
    if (![latest, '$LATEST'].includes(input.text('DocumentVersion') ?? ''))
      throw new AwsFault('InvalidDocumentVersion', 'Only the latest version of a document can be updated.');
    if (document.versions.some(({ text }) => text === input.needText('Content')))
      throw new AwsFault('DuplicateDocumentContent', 'The content of the document matches another version.');
    return { DocumentDescription: this.description(document, this.added(document, input)) };
  }

  private added(document: Document, input: Fields): Version {
    const text = input.needText('Content');
    const name = input.text('VersionName');
    if (name !== undefined && document.versions.some((version) => version.name === name))
      throw new AwsFault('DuplicateDocumentVersionName', `There is a version ${name} already.`);
    const number = document.versions.length + 1;
    const version = { number, name, text, content: readContent(text), createdAt: new Date(this.context.now()) };
    document.versions.push(version);
    return version;
  }

  private setDefault(input: Fields): Output {
    const document = this.needed(input.needText('Name'));
    const version = this.version(document, input.needText('DocumentVersion'));
    document.defaultVersion = version.number;
    return { Description: { Name: document.name, DefaultVersion: String(version.number) } };
  }

  private get(input: Fields): Output {
    const [document, version] = this.asked(input);
    return {
      Name: document.name,
      DocumentVersion: String(version.number),
      VersionName: version.name,
      CreatedDate: version.createdAt,
      Status: 'Active',
      Content: version.text,
      DocumentType: 'Command',
      DocumentFormat: 'JSON',
    };
  }

  private asked(input: Fields): readonly [Document, Version] {
    const document = this.needed(input.needText('Name'));
    return [document, this.version(document, input.text('DocumentVersion'))];
  }

  private needed(nameOrArn: string): Document {
    const name = nameOrArn.replace(ARN, '');
    const document = this.byName.get(name);
    if (!document) throw new AwsFault('InvalidDocument', `Document with name ${name} does not exist.`);
    return document;
  }

  private version({ versions, defaultVersion }: Document, asked = '$DEFAULT'): Version {
    const number = asked === '$DEFAULT' ? defaultVersion : asked === '$LATEST' ? versions.length : Number(asked);
    const version = versions.find((each) => each.number === number);
    if (!version) throw new AwsFault('InvalidDocumentVersion', `There is no version ${asked}.`);
    return version;
  }

  private description({ name, versions, defaultVersion }: Document, version: Version): Output {
    return {
      Name: name,
      DocumentVersion: String(version.number),
      VersionName: version.name,
      Hash: createHash('sha256').update(version.text).digest('hex'),
      HashType: 'Sha256',
      Owner: this.context.accountId,
      CreatedDate: version.createdAt,
      Status: 'Active',
      Description: version.content.description,
      Parameters: [...version.content.parameters].map(([parameter, { description, default: standard }]) => ({
        Name: parameter,
        Type: 'String',
        Description: description,
        DefaultValue: standard,
      })),
      PlatformTypes: ['Linux'],
      DocumentType: 'Command',
      DocumentFormat: 'JSON',
      SchemaVersion: '2.2',
      LatestVersion: String(versions.length),
      DefaultVersion: String(defaultVersion),
    };
  }
}
