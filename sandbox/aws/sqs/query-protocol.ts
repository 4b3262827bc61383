import type { Output, Value } from '../operation.ts';
import { escapeXml, isList } from '../protocol/xml.ts';
import { queryProtocol, type RpcProtocol } from '../rpc.ts';

type Members = Readonly<Record<string, unknown>>;

/** Lists and maps of requests are flattened, under these names. */
const REQUEST_MAPS: Readonly<Record<string, string>> = {
  Attribute: 'Attributes',
  MessageAttribute: 'MessageAttributes',
  Tag: 'tags',
};
const REQUEST_LISTS: Readonly<Record<string, string>> = {
  AttributeName: 'AttributeNames',
  MessageAttributeName: 'MessageAttributeNames',
};
/** Of answers; entries of a batch have a name of their operation. */
const ANSWER_TAGS: Readonly<Record<string, string>> = {
  Messages: 'Message',
  QueueUrls: 'QueueUrl',
  Attributes: 'Attribute',
  Failed: 'BatchResultErrorEntry',
};

const QUERY = queryProtocol('http://queue.amazonaws.com/doc/2012-11-05/', flattened);

/**
 * SQS as clients older than 2023 speak it, Debian's `aws` among them: the query protocol with flattened lists and maps.
 * Members get the names that they have in JSON.
 */
export const sqsQueryProtocol: RpcProtocol = {
  ...QUERY,
  decode: (request) => renamed(QUERY.decode(request) as Members),
};

function renamed(members: Members): Members {
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => {
      const map = REQUEST_MAPS[name];
      if (map !== undefined && Array.isArray(value)) return [map, entriesOf(value as readonly Members[])];
      if (name.endsWith('BatchRequestEntry') && Array.isArray(value)) {
        return ['Entries', (value as readonly Members[]).map(renamed)];
      }
      return [REQUEST_LISTS[name] ?? name, value];
    }),
  );
}

function entriesOf(items: readonly Members[]): Members {
  return Object.fromEntries(items.map((item) => [String(item.Name ?? item.Key), item.Value]));
}

/** A list is its items, each in an element of the list's own; a map likewise. */
function flattened(output: Output, operation: string): string {
  return Object.entries(output)
    .map(([name, value]) => {
      const tag = ANSWER_TAGS[name] ?? (name === 'Successful' ? `${operation}ResultEntry` : name);
      return itemsOf(value)
        .map(
          (item) => `<${tag}>${typeof item === 'object' ? flattened(item, operation) : escapeXml(`${item}`)}</${tag}>`,
        )
        .join('');
    })
    .join('');
}

function itemsOf(value: Value): readonly (string | number | boolean | Output)[] {
  if (value instanceof Map) return [...value].map(([Name, Value]) => ({ Name, Value }));
  const items = isList(value) ? value : [value];
  return items.filter((item) => item !== undefined && item !== null) as readonly (string | number | boolean | Output)[];
}
